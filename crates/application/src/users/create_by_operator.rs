//! Makes a user with a password at once: by the operator on the host, where nobody is there to pass a ticket on to.

use std::sync::Arc;

use orderbase_kernel::{Email, Name, UserId};
use orderbase_tenancy::{Access, InviteUser, Permission, Role, User};

use super::change::one_more_seat;
use crate::app::App;
use crate::auth::{checked_password, entry_of};
use crate::changeset::{Change, Changeset, Credential, Record};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::events;
use crate::operator::Operator;
use crate::tenants::Which;
use crate::write;

/// Who is to be made, and what it signs in with.
#[derive(Clone)]
pub struct CreateUser {
    pub email: Email,
    pub name: Name,
    pub role: Role,
    pub password: String,
}

/// The user is invited and joins in one commit; no ticket is made.
///
/// # Errors
/// `permission_denied`, `tenant_not_found`, `user_email_taken`, `validation_failed` for the password, `plan_limit_reached`,
/// `overloaded` while too many passwords are hashed, `tenant_suspended`, `trial_expired`, `tenant_closed`, and those of every write.
#[tracing::instrument(name = "users.create_by_operator", skip_all, fields(tenant = %which))]
pub async fn create_by_operator(
    app: &App,
    operator: &Operator,
    which: &Which,
    wish: CreateUser,
) -> Result<User, Error> {
    operator.require(Permission::PlatformWrite)?;

    let ctx = operator.within(Arc::new(which.find(app).await?));
    match ctx.tenant.access(ctx.at) {
        Access::Writable => {}
        access => return Err(Error::ReadOnly(access)),
    }
    let made = wished(app, &ctx, wish).await;
    write::create(app, &ctx, None, made).await?.into_fresh()
}

async fn wished(app: &App, ctx: &Ctx, wish: CreateUser) -> Result<(Changeset, User), Error> {
    let CreateUser { email, name, role, password } = wish;
    let at = app.clock.now();
    let (mut user, invited) = User::invite(InviteUser {
        id: UserId::from_uuid(app.ids.next(at)),
        tenant_id: ctx.tenant.id(),
        email,
        role,
        by: ctx.acting(),
    })?;
    let password = checked_password(app, "#/password", &password, &ctx.tenant, &user, Some(name.as_str()))?;
    let phc = app.passwords.hash(&password).await?;

    let mut happened = vec![events::of_user(app, ctx, &user, &invited)?];
    if let Some(joined) = user.join(name, at)? {
        happened.push(events::of_user(app, ctx, &user, &joined)?);
    }
    let credential = Credential::following(None, user.id(), phc, at);
    let row = entry_of(app, ctx, "user.created_by_operator", Some(("user", user.id().to_string())), at);
    let changeset = Changeset::new()
        .require(one_more_seat(ctx))
        .change(Change::insert(user.clone(), happened)?)
        .record(Record::Credential { credential, read: None })
        .audit(row);
    Ok((changeset, user))
}
