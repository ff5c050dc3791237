//! The people who sign in to the made-up tenants, one for each role, and the operator of the platform. Their passwords are random at every
//! start and are kept nowhere but as hashes and in this process's memory.

use std::sync::Arc;

use orderbase_application::operators::{self, AddOperator};
use orderbase_application::users::{self, CreateUser};
use orderbase_application::views::{UserFilter, UserQuery};
use orderbase_application::{App, Error};
use orderbase_infrastructure::security::Secret;
use orderbase_kernel::{Email, Name, PageLimit};
use orderbase_tenancy::{Access, Role, Tenant, User, UserStatus};

use super::keys::operator;
use crate::commands::generated_password;

/// Who runs the platform of a demonstration.
const OPERATOR: &str = "operator@platform.example";

/// Somebody who signs in.
#[derive(Clone, Debug)]
pub struct DemoUser {
    pub role: Role,
    pub email: Email,
    pub password: Secret<String>,
}

/// The operator of the platform.
#[derive(Clone, Debug)]
pub struct DemoOperator {
    pub email: Email,
    pub password: Secret<String>,
}

/// Whoever has the role is called so.
fn name(role: Role) -> &'static str {
    match role {
        Role::Owner => "Olga Ortega",
        Role::Admin => "Amir Adler",
        Role::Member => "Mara Moreau",
        Role::Viewer => "Vito Valdez",
    }
}

fn email(tenant: &Tenant, role: Role) -> Result<Email, Error> {
    Email::parse(&format!("{}@{}.example", role.as_str(), tenant.slug())).map_err(Error::internal)
}

/// Makes somebody for each of the roles.
///
/// # Errors
/// Those of [`users::create_by_operator`].
pub async fn make(app: &App, tenant: &Arc<Tenant>, roles: &[Role]) -> Result<Vec<DemoUser>, Error> {
    let mut made = Vec::with_capacity(roles.len());
    for role in roles {
        made.push(make_one(app, tenant, *role).await?);
    }
    Ok(made)
}

async fn make_one(app: &App, tenant: &Tenant, role: Role) -> Result<DemoUser, Error> {
    let (email, password) = (email(tenant, role)?, generated_password());
    let name = Name::parse(name(role)).map_err(Error::internal)?;
    let wish = CreateUser { email: email.clone(), name, role, password: password.clone() };
    users::create_by_operator(app, &operator(app)?, &tenant.slug().into(), wish).await?;
    Ok(DemoUser { role, email, password: Secret::new(password) })
}

/// Gives those of an earlier start new passwords; whatever was signed in has ended. Whom somebody has disabled is left so, and whoever is
/// gone is made anew unless the tenant is suspended.
///
/// # Errors
/// Those of [`users::list`], [`users::set_password_by_operator`] and [`users::create_by_operator`].
pub async fn renew(app: &App, tenant: &Arc<Tenant>, roles: &[Role]) -> Result<Vec<DemoUser>, Error> {
    let ctx = operator(app)?.within(Arc::clone(tenant));
    let query = UserQuery { filter: UserFilter::default(), limit: PageLimit::MAX, after: None };
    let present: Vec<User> = users::list(app, &ctx, &query).await?.rows;
    let mut renewed = Vec::with_capacity(roles.len());
    for role in roles {
        let email = email(tenant, *role)?;
        match present.iter().find(|user| *user.email() == email) {
            Some(user) if user.status() == UserStatus::Active => {
                let password = generated_password();
                let which = tenant.slug().into();
                users::set_password_by_operator(app, &operator(app)?, &which, &email, &password).await?;
                renewed.push(DemoUser { role: user.role(), email, password: Secret::new(password) });
            }
            None if tenant.access(ctx.at) == Access::Writable => renewed.push(make_one(app, tenant, *role).await?),
            _ => {}
        }
    }
    Ok(renewed)
}

/// The operator, made by the first start and given a new password by the next ones.
///
/// # Errors
/// Those of [`operators::add`] and [`operators::set_password`].
pub async fn platform_operator(app: &App) -> Result<DemoOperator, Error> {
    let (email, password) = (Email::parse(OPERATOR).map_err(Error::internal)?, generated_password());
    let by = operator(app)?;
    if operators::list(app, &by).await?.iter().any(|present| present.email == email) {
        operators::set_password(app, &by, &email, &password).await?;
    } else {
        operators::add(app, &by, AddOperator { email: email.clone(), password: password.clone() }).await?;
    }
    Ok(DemoOperator { email, password: Secret::new(password) })
}
