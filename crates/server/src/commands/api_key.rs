//! `api-key create`, `api-key list`, `api-key rotate`, `api-key revoke`. The text of a key is printed once, alone on standard output.

use orderbase_application::keys::{self, CreateKey, RotateKey};
use orderbase_application::views::KeyView;
use orderbase_application::{Conditions, Done, Error};
use orderbase_infrastructure::sql::SqlKeyUsage;
use orderbase_kernel::{ApiKeyId, Name, Network, Timestamp};
use orderbase_tenancy::{KeyRate, OVERLAP_SECS_MAX, Permission, PermissionSet};
use serde::Serialize;

use super::context::{later, operator, tenant, value, with_instance, with_opened};
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
    /// To the minute, up to a minute late.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests_per_minute: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ip_allowlist: Vec<String>,
}

impl Shown {
    fn of(key: &KeyView, last_used_at: Option<Timestamp>) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name.to_string(),
            hint: key.hint.clone(),
            scopes: key.scopes.texts(),
            created_at: key.created_at.to_string(),
            expires_at: key.expires_at.map(|at| at.to_string()),
            revoked_at: key.revoked_at.map(|at| at.to_string()),
            last_used_at: last_used_at.map(|at| at.to_string()),
            requests_per_minute: key.rate_limit.map(KeyRate::requests_per_minute),
            ip_allowlist: key.ip_allowlist.iter().map(ToString::to_string).collect(),
        }
    }
}

const COLUMNS: &[&str] =
    &["ID", "NAME", "HINT", "CREATED", "LAST USED", "EXPIRES", "REVOKED", "RATE", "NETWORKS", "SCOPES"];

fn cells(shown: &Shown) -> Vec<String> {
    let dash = || "-".to_owned();
    vec![
        shown.id.clone(),
        shown.name.clone(),
        format!("{}…", shown.hint),
        shown.created_at.clone(),
        shown.last_used_at.clone().unwrap_or_else(dash),
        shown.expires_at.clone().unwrap_or_else(dash),
        shown.revoked_at.clone().unwrap_or_else(dash),
        shown.requests_per_minute.map_or_else(dash, |rate| rate.to_string()),
        if shown.ip_allowlist.is_empty() { dash() } else { shown.ip_allowlist.join(" ") },
        shown.scopes.join(" "),
    ]
}

pub fn run(global: &GlobalArgs, command: ApiKeyCommand) -> Outcome {
    match command {
        ApiKeyCommand::Create { tenant, name, scopes, expires, rate, ip } => {
            let wish = CreateKey {
                name: value("--name", Name::parse(&name))?,
                scopes: permissions(&scopes)?,
                expires_at: None,
                rate_limit: rate.map(|rate| value("--rate", KeyRate::try_new(rate))).transpose()?,
                ip_allowlist: networks(&ip)?,
            };
            create(global, tenant, wish, expires)
        }
        ApiKeyCommand::List { tenant, output } => list(global, tenant, output),
        ApiKeyCommand::Rotate { tenant, id, overlap } => {
            let overlap_secs = seconds(&overlap)?;
            rotate(global, tenant, RotateKey { id: key_id(&id)?, overlap_secs })
        }
        ApiKeyCommand::Revoke { tenant, id } => revoke(global, tenant, key_id(&id)?),
    }
}

fn key_id(text: &str) -> Result<ApiKeyId, Failure> {
    value("ID", ApiKeyId::parse(text))
}

/// `0`, or a whole number with its unit, such as `90s`, `24h` or `7d`, up to 30 days.
fn seconds(text: &str) -> Result<u32, Failure> {
    let split = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let unit_secs = match (number, unit) {
        ("0", "") | (_, "s") => Some(1),
        (_, "m") => Some(60),
        (_, "h") => Some(3_600),
        (_, "d") => Some(86_400),
        _ => None,
    };
    let secs = number.parse::<u32>().ok().zip(unit_secs).and_then(|(number, unit)| number.checked_mul(unit));
    secs.filter(|secs| *secs <= OVERLAP_SECS_MAX)
        .ok_or_else(|| Failure::usage(format!("--overlap {text}: needs 0, or 1s to 30d, such as 90s, 30m, 24h or 7d")))
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

fn networks(texts: &[String]) -> Result<Vec<Network>, Failure> {
    let network = |text: &String| {
        let wrong = || Failure::usage(format!("--ip {text}: needs a network such as 203.0.113.0/24 or 2001:db8::/32"));
        Network::parse(text.trim()).map_err(|_| wrong())
    };
    texts.iter().map(network).collect()
}

fn create(global: &GlobalArgs, slug: String, wish: CreateKey, expires: Option<String>) -> Outcome {
    with_instance(global, |_, app| async move {
        // The creator has to hold what is given on; the host's operator holds what this key gets.
        let mut granted: Vec<Permission> = wish.scopes.iter().collect();
        granted.push(Permission::ApiKeysWrite);
        let operator = operator(&app, &granted)?;
        let tenant = tenant(&app, &operator, &slug).await?;
        let expires_at = expires.map(|text| later("--expires", &text, operator.at)).transpose()?;
        let wish = CreateKey { expires_at, ..wish };
        let created = keys::create(&app, &operator.within(tenant), wish, Conditions::default()).await?.into_fresh()?;
        terminal::say(&format!("key {} of {slug}; its text is shown this once:", created.key.id));
        terminal::print(created.text.expose())?;
        Ok(Exit::Done)
    })
}

fn list(global: &GlobalArgs, slug: String, output: Option<Output>) -> Outcome {
    with_opened(global, |opened| async move {
        let app = &opened.app;
        let operator = operator(app, &[Permission::ApiKeysRead])?;
        let ctx = operator.within(tenant(app, &operator, &slug).await?);
        let all = keys::list(app, &ctx).await?;
        let used = SqlKeyUsage::new(opened.db.clone()).last_used(ctx.scope()).await.map_err(Error::from)?;
        let shown: Vec<Shown> = all.iter().map(|key| Shown::of(key, used.get(&key.id).copied())).collect();
        terminal::print_rows(Output::or_fitting(output), &shown, COLUMNS, cells)?;
        Ok(Exit::Done)
    })
}

fn rotate(global: &GlobalArgs, slug: String, command: RotateKey) -> Outcome {
    with_instance(global, |_, app| async move {
        let operator = operator(&app, &[Permission::ApiKeysWrite])?;
        let tenant = tenant(&app, &operator, &slug).await?;
        let (id, overlap_secs) = (command.id, command.overlap_secs);
        let rotated = keys::rotate(&app, &operator.within(tenant), command, Conditions::default()).await;
        let rotated = rotated.and_then(Done::into_fresh).map_err(|error| refused(error, id, &slug))?;
        let end = match overlap_secs {
            0 => "has ended".to_owned(),
            secs => format!("ends at {}", rotated.key.updated_at.plus_millis(i64::from(secs) * 1_000)),
        };
        terminal::say(&format!(
            "key {id} of {slug}: the old secret {end}; the text of the new one is shown this once:"
        ));
        terminal::print(rotated.text.expose())?;
        Ok(Exit::Done)
    })
}

/// A key that is not there is a slip of the command line.
fn refused(error: Error, id: ApiKeyId, slug: &str) -> Failure {
    match error {
        Error::NotFound(_) => {
            Failure::usage(format!("there is no key {id}; orderbase api-key list --tenant {slug} names them"))
        }
        error => error.into(),
    }
}

fn revoke(global: &GlobalArgs, slug: String, id: ApiKeyId) -> Outcome {
    with_instance(global, |_, app| async move {
        let operator = operator(&app, &[Permission::ApiKeysWrite])?;
        let tenant = tenant(&app, &operator, &slug).await?;
        let revoked = keys::revoke(&app, &operator.within(tenant), id, Conditions::default()).await;
        revoked.map_err(|error| refused(error, id, &slug))?;
        terminal::say(&format!("key {id} of {slug} is revoked; running servers notice within 5 s"));
        Ok(Exit::Done)
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

    #[test]
    fn an_overlap_is_up_to_thirty_days() {
        for (text, secs) in
            [("0", 0), ("0s", 0), ("90s", 90), ("30m", 1_800), ("24h", 86_400), ("30d", 2_592_000), ("720h", 2_592_000)]
        {
            assert_eq!(seconds(text), Ok(secs), "{text}");
        }
        for bad in [
            "",
            "90",
            "h",
            "-1h",
            "1.5h",
            "24 h",
            "24hours",
            "31d",
            "721h",
            "2592001s",
            "4294967296s",
            "99999999d",
            "é",
        ] {
            assert_eq!(seconds(bad).unwrap_err().exit, Exit::Usage, "{bad}");
        }
    }
}
