//! Sets a user's password: by the operator on the host, for who has lost it and has no admin to ask.

use std::sync::Arc;

use orderbase_kernel::{Email, InvalidCode};
use orderbase_tenancy::{Access, Permission, User, UserStatus};

use crate::app::App;
use crate::auth::{checked_password, entry_of};
use crate::changeset::{Changeset, Credential, Outcome, Record};
use crate::error::{Error, Fault, Missing, Place};
use crate::operator::Operator;
use crate::tenants::Which;

/// From now on the user signs in with this password; sessions, tokens and tickets of before are dead. Runs in a read-only tenant too,
/// for it protects.
///
/// # Errors
/// `permission_denied`, `tenant_not_found`, `user_not_found`, `tenant_closed`; `validation_failed` for the password and for a user who
/// is not active; `overloaded` while too many passwords are hashed; `write_conflict`, and those of every write.
#[tracing::instrument(name = "users.set_password_by_operator", skip_all, fields(tenant = %which))]
pub async fn set_password_by_operator(
    app: &App,
    operator: &Operator,
    which: &Which,
    email: &Email,
    password: &str,
) -> Result<User, Error> {
    operator.require(Permission::PlatformWrite)?;

    let ctx = operator.within(Arc::new(which.find(app).await?));
    if ctx.tenant.access(ctx.at) == Access::Closed {
        return Err(Error::ReadOnly(Access::Closed));
    }
    let found = app.accounts.sign_in_unscoped(ctx.tenant.slug(), email).await?;
    let found = found.filter(|found| found.tenant.id() == ctx.tenant.id()).and_then(|found| found.account);
    let account = found.ok_or(Error::NotFound(Missing::User))?;
    if account.user.status() != UserStatus::Active {
        let place = Place::Parameter("email".to_owned());
        let detail = "only an active user has a password".to_owned();
        return Err(Error::invalid(Fault { place, code: InvalidCode::NotServed, detail, hint: None }));
    }

    let user = account.user;
    let password = checked_password(app, "#/password", password, &ctx.tenant, &user, None)?;
    let phc = app.passwords.hash(&password).await?;

    let (user_id, at) = (user.id(), app.clock.now());
    let credential = Credential::following(account.credential.as_ref(), user_id, phc, at);
    let row = entry_of(app, &ctx, "user.password_set_by_operator", Some(("user", user_id.to_string())), at);
    let changeset = Changeset::new()
        .record(Record::Credential { credential, read: account.credential.map(|credential| credential.version) })
        .record(Record::EndSessions { user_id, but: None, at })
        .record(Record::VoidTickets { user_id })
        .audit(row);
    let outcome = app.commits.commit(ctx.scope(), changeset).await;
    // Also where the outcome is unknown.
    app.principals.forget(ctx.scope()).await;
    match outcome? {
        Outcome::Committed => Ok(user),
        // The user changed it at the same moment.
        Outcome::Stale => Err(Error::WriteConflict),
        other => Err(Error::internal(format!("a password was not set: {other:?}"))),
    }
}
