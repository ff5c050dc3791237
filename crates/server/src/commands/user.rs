//! `user create`, `user list`, `user passwd`, `user disable`: of a tenant, or the operators of the platform.

use std::sync::Arc;

use orderbase_application::operators::{self, AddOperator};
use orderbase_application::ports::OperatorAccount;
use orderbase_application::users::{self, CreateUser};
use orderbase_application::views::{UserFilter, UserQuery};
use orderbase_application::{App, Conditions, Ctx, Error};
use orderbase_kernel::{Email, Name, PageLimit};
use orderbase_tenancy::{Permission, Role, User};
use serde::Serialize;

use super::context::{operator, tenant, value, with_instance};
use super::password::{NewPassword, obtain};
use crate::cli::{GlobalArgs, UserCommand, Whose};
use crate::config::nearest;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal::{self, Output};

/// Somebody as the command line shows it.
#[derive(Serialize)]
struct Shown {
    id: String,
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    role: &'static str,
    status: &'static str,
    created_at: String,
}

impl From<&User> for Shown {
    fn from(user: &User) -> Self {
        Self {
            id: user.id().to_string(),
            email: user.email().to_string(),
            name: user.name().map(ToString::to_string),
            role: user.role().as_str(),
            status: user.status().as_str(),
            created_at: user.created_at().to_string(),
        }
    }
}

impl From<&OperatorAccount> for Shown {
    fn from(operator: &OperatorAccount) -> Self {
        Self {
            id: operator.id.to_string(),
            email: operator.email.to_string(),
            name: None,
            role: "operator",
            status: if operator.disabled_at.is_some() { "disabled" } else { "active" },
            created_at: operator.created_at.to_string(),
        }
    }
}

const COLUMNS: &[&str] = &["E-MAIL", "NAME", "ROLE", "STATUS", "CREATED", "ID"];

fn cells(shown: &Shown) -> Vec<String> {
    let name = shown.name.clone().unwrap_or_else(|| "-".to_owned());
    [&shown.email, &name, shown.role, shown.status, &shown.created_at, &shown.id]
        .into_iter()
        .map(|it| it.to_owned())
        .collect()
}

pub fn run(global: &GlobalArgs, command: UserCommand) -> Outcome {
    match command {
        UserCommand::Create { whose, email, role, name, generate } => {
            let email = address(&email)?;
            match whose.tenant {
                Some(slug) => create(global, slug, wish(email, role.as_deref(), name.as_deref())?, generate),
                None => add_operator(global, email, generate),
            }
        }
        UserCommand::List { whose, output } => list(global, whose, output),
        UserCommand::Passwd { whose, email, generate } => passwd(global, whose, address(&email)?, generate),
        UserCommand::Disable { whose, email } => disable(global, whose, address(&email)?),
    }
}

fn address(text: &str) -> Result<Email, Failure> {
    value("--email", Email::parse(text))
}

/// Who is wished for; the password comes later.
struct Wish {
    email: Email,
    name: Name,
    role: Role,
}

fn wish(email: Email, role: Option<&str>, name: Option<&str>) -> Result<Wish, Failure> {
    let role =
        role.ok_or_else(|| Failure::usage("--role is required with --tenant: viewer, member, admin or owner"))?;
    let mailbox = email.as_str().split('@').next().unwrap_or_default();
    let name = value("--name", Name::parse(name.unwrap_or(mailbox)))?;
    Ok(Wish { name, role: value("--role", Role::parse(role))?, email })
}

/// The password alone on standard output, if there is one to show.
fn told(words: &str, password: &NewPassword) -> Outcome {
    if password.is_generated {
        terminal::say(&format!("{words}; its password is shown this once:"));
        terminal::print(&password.text)?;
    } else {
        terminal::say(words);
    }
    Ok(Exit::Done)
}

fn create(global: &GlobalArgs, slug: String, wish: Wish, generate: bool) -> Outcome {
    let password = obtain(generate)?;
    with_instance(global, |_, app| async move {
        let operator = operator(&app, &[Permission::PlatformRead, Permission::PlatformWrite])?;
        let tenant = tenant(&app, &operator, &slug).await?;
        let Wish { email, name, role } = wish;
        let command = CreateUser { email, name, role, password: password.text.clone() };
        let user = users::create_by_operator(&app, &operator, &tenant.slug().into(), command).await?;
        told(&format!("{} is {} of {slug}", user.email(), user.role().as_str()), &password)
    })
}

fn add_operator(global: &GlobalArgs, email: Email, generate: bool) -> Outcome {
    let password = obtain(generate)?;
    with_instance(global, |_, app| async move {
        let operator = operator(&app, &[Permission::PlatformWrite])?;
        let command = AddOperator { email, password: password.text.clone() };
        let added = operators::add(&app, &operator, command).await?;
        told(&format!("{} is an operator of the platform", added.email), &password)
    })
}

fn list(global: &GlobalArgs, whose: Whose, output: Option<Output>) -> Outcome {
    with_instance(global, |_, app| async move {
        let shown: Vec<Shown> = match &whose.tenant {
            Some(slug) => {
                let ctx = within(&app, slug, &[Permission::UsersRead]).await?;
                all(&app, &ctx).await?.iter().map(Shown::from).collect()
            }
            None => {
                let operator = operator(&app, &[Permission::PlatformRead])?;
                operators::list(&app, &operator).await?.iter().map(Shown::from).collect()
            }
        };
        terminal::print_rows(Output::or_fitting(output), &shown, COLUMNS, cells)?;
        Ok(Exit::Done)
    })
}

fn passwd(global: &GlobalArgs, whose: Whose, email: Email, generate: bool) -> Outcome {
    let password = obtain(generate)?;
    with_instance(global, |_, app| async move {
        let operator = operator(&app, &[Permission::PlatformRead, Permission::PlatformWrite])?;
        let set = match &whose.tenant {
            Some(slug) => {
                let slug = tenant(&app, &operator, slug).await?.slug().into();
                users::set_password_by_operator(&app, &operator, &slug, &email, &password.text).await.map(drop)
            }
            None => operators::set_password(&app, &operator, &email, &password.text).await,
        };
        if let Err(error) = set {
            return Err(missing(&app, &whose, &email, error).await);
        }
        told(&format!("the password of {email} is set; whatever was signed in has ended"), &password)
    })
}

fn disable(global: &GlobalArgs, whose: Whose, email: Email) -> Outcome {
    with_instance(global, |_, app| async move {
        let disabled = match &whose.tenant {
            Some(slug) => {
                let ctx = within(&app, slug, &[Permission::UsersRead, Permission::UsersWrite]).await?;
                match all(&app, &ctx).await?.into_iter().find(|user| *user.email() == email) {
                    Some(user) => users::disable(&app, &ctx, user.id(), Conditions::default()).await.map(drop),
                    None => Err(Error::NotFound(orderbase_application::Missing::User)),
                }
            }
            None => operators::disable(&app, &operator(&app, &[Permission::PlatformWrite])?, &email).await,
        };
        if let Err(error) = disabled {
            return Err(missing(&app, &whose, &email, error).await);
        }
        terminal::say(&format!("{email} is disabled; running servers notice within 5 s"));
        Ok(Exit::Done)
    })
}

/// The tenant of the slug, with the permissions for its people that the command needs.
async fn within(app: &App, slug: &str, permissions: &[Permission]) -> Result<Ctx, Failure> {
    let operator = operator(app, permissions)?;
    let tenant = tenant(app, &operator, slug).await?;
    Ok(operator.within(Arc::clone(&tenant)))
}

async fn all(app: &App, ctx: &Ctx) -> Result<Vec<User>, Error> {
    let mut all: Vec<User> = Vec::new();
    let mut query = UserQuery { filter: UserFilter::default(), limit: PageLimit::MAX, after: None };
    loop {
        let page = users::list(app, ctx, &query).await?;
        query.after = page.rows.last().map(User::id);
        all.extend(page.rows);
        if !page.has_more {
            return Ok(all);
        }
    }
}

/// Somebody who is not there is a slip of the command line: the nearest e-mail is named.
async fn missing(app: &App, whose: &Whose, email: &Email, error: Error) -> Failure {
    if !matches!(error, Error::NotFound(_)) {
        return error.into();
    }
    let known: Vec<String> = match &whose.tenant {
        Some(slug) => match within(app, slug, &[Permission::UsersRead]).await {
            Ok(ctx) => all(app, &ctx).await.unwrap_or_default().iter().map(|user| user.email().to_string()).collect(),
            Err(_) => Vec::new(),
        },
        None => match operator(app, &[Permission::PlatformRead]) {
            Ok(operator) => {
                let all = operators::list(app, &operator).await.unwrap_or_default();
                all.iter().map(|operator| operator.email.to_string()).collect()
            }
            Err(_) => Vec::new(),
        },
    };
    let where_from = whose.tenant.as_ref().map_or("--operator".to_owned(), |slug| format!("--tenant {slug}"));
    let hint = nearest(email.as_str(), known.iter().map(String::as_str)).map_or_else(
        || format!("orderbase user list {where_from} names them"),
        |meant| format!("did you mean {meant}?"),
    );
    Failure::usage(format!("there is no {email} ({where_from}); {hint}"))
}
