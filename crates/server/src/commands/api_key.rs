//! `api-key create`, `api-key list`, `api-key revoke`. The text of a key is printed once, alone on standard output.

use orderbase_application::keys::{self, CreateKey};
use orderbase_application::views::KeyView;
use orderbase_application::{Conditions, Error};
use orderbase_kernel::{ApiKeyId, Name, Timestamp};
use orderbase_tenancy::{Permission, PermissionSet};
use serde::Serialize;

use super::context::{later, operator, tenant, value, with_instance};
use crate::cli::{ApiKeyCommand, GlobalArgs};
use crate::config::nearest;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal::{self, Output};

/// A key as the command line shows it.
#[derive(Serialize)]
struct Shown {
    id: String,
    name: String,
    hint: String,
    scopes: Vec<&'static str>,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
}

impl From<&KeyView> for Shown {
    fn from(key: &KeyView) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name.to_string(),
            hint: key.hint.clone(),
            scopes: key.scopes.texts(),
            created_at: key.created_at.to_string(),
            expires_at: key.expires_at.map(|at| at.to_string()),
            revoked_at: key.revoked_at.map(|at| at.to_string()),
        }
    }
}

const COLUMNS: &[&str] = &["ID", "NAME", "HINT", "CREATED", "EXPIRES", "REVOKED", "SCOPES"];

fn cells(shown: &Shown) -> Vec<String> {
    let dash = || "-".to_owned();
    vec![
        shown.id.clone(),
        shown.name.clone(),
        format!("{}…", shown.hint),
        shown.created_at.clone(),
        shown.expires_at.clone().unwrap_or_else(dash),
        shown.revoked_at.clone().unwrap_or_else(dash),
        shown.scopes.join(" "),
    ]
}

pub fn run(global: &GlobalArgs, command: ApiKeyCommand) -> Outcome {
    match command {
        ApiKeyCommand::Create { tenant, name, scopes, expires } => {
            let name = value("--name", Name::parse(&name))?;
            create(global, tenant, name, permissions(&scopes)?, expires)
        }
        ApiKeyCommand::List { tenant, output } => list(global, tenant, output),
        ApiKeyCommand::Revoke { tenant, id } => revoke(global, tenant, value("ID", ApiKeyId::parse(&id))?),
    }
}

/// The permissions named, or `all` that a key may hold.
fn permissions(scopes: &[String]) -> Result<PermissionSet, Failure> {
    let mut set = PermissionSet::empty();
    for scope in scopes.iter().map(|scope| scope.trim()) {
        if scope == "all" {
            return Ok(PermissionSet::grantable_to_keys());
        }
        let Ok(permission) = Permission::parse(scope) else {
            let names = PermissionSet::grantable_to_keys().texts();
            let hint = nearest(scope, names.iter().copied()).map_or_else(
                || format!("needs all, or some of {}", names.join(", ")),
                |meant| format!("did you mean {meant}?"),
            );
            return Err(Failure::usage(format!("--scopes {scope} is no permission; {hint}")));
        };
        set.insert(permission);
    }
    Ok(set)
}

fn create(global: &GlobalArgs, slug: String, name: Name, scopes: PermissionSet, expires: Option<String>) -> Outcome {
    with_instance(global, |_, app| async move {
        // The creator has to hold what is given on; the host's operator holds what this key gets.
        let mut granted: Vec<Permission> = scopes.iter().collect();
        granted.push(Permission::ApiKeysWrite);
        let operator = operator(&app, &granted)?;
        let tenant = tenant(&app, &operator, &slug).await?;
        let expires_at: Option<Timestamp> = expires.map(|text| later("--expires", &text, operator.at)).transpose()?;
        let created = keys::create(&app, &operator.within(tenant), CreateKey { name, scopes, expires_at }).await?;
        terminal::say(&format!("key {} of {slug}; its text is shown this once:", created.key.id));
        terminal::print(created.text.expose())?;
        Ok(Exit::Done)
    })
}

fn list(global: &GlobalArgs, slug: String, output: Option<Output>) -> Outcome {
    with_instance(global, |_, app| async move {
        let operator = operator(&app, &[Permission::ApiKeysRead])?;
        let tenant = tenant(&app, &operator, &slug).await?;
        let all: Vec<Shown> = keys::list(&app, &operator.within(tenant)).await?.iter().map(Shown::from).collect();
        terminal::print_rows(Output::or_fitting(output), &all, COLUMNS, cells)?;
        Ok(Exit::Done)
    })
}

fn revoke(global: &GlobalArgs, slug: String, id: ApiKeyId) -> Outcome {
    with_instance(global, |_, app| async move {
        let operator = operator(&app, &[Permission::ApiKeysWrite])?;
        let tenant = tenant(&app, &operator, &slug).await?;
        match keys::revoke(&app, &operator.within(tenant), id, Conditions::default()).await {
            Ok(_) => {
                terminal::say(&format!("key {id} of {slug} is revoked; running servers notice within 5 s"));
                Ok(Exit::Done)
            }
            Err(Error::NotFound(_)) => {
                Err(Failure::usage(format!("there is no key {id}; orderbase api-key list --tenant {slug} names them")))
            }
            Err(error) => Err(error.into()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_permissions_or_all_that_a_key_may_hold() {
        let set = permissions(&["orders:read".to_owned(), " orders:write".to_owned()]).unwrap();
        assert_eq!(set, PermissionSet::of(&[Permission::OrdersRead, Permission::OrdersWrite]));
        assert_eq!(permissions(&["all".to_owned()]).unwrap(), PermissionSet::grantable_to_keys());
        let wrong = permissions(&["order:read".to_owned()]).unwrap_err();
        assert_eq!(wrong.exit, Exit::Usage);
        assert!(wrong.words.contains("did you mean orders:read?"), "{wrong}");
    }
}
