//! Hands out a ticket with which a user sets a new password. No mail is sent: who asks passes it on.

use orderbase_kernel::{InvalidCode, UserId};
use orderbase_tenancy::{Permission, TicketPurpose, User, UserStatus};

use super::reach::reached;
use super::ticket::{TicketIssued, issue};
use crate::app::App;
use crate::auth::entry_of;
use crate::changeset::{Changeset, Require};
use crate::conditions::{Conditions, Done, Once};
use crate::ctx::Ctx;
use crate::error::{Error, Fault, Place};
use crate::write;

/// A ticket for one hour; earlier ones of the user for the same purpose are void from now on. The password of now stays good until
/// the ticket is used.
///
/// # Errors
/// `permission_denied`, for a role above the own, for oneself, and for a role with more than the token holds; `user_not_found`; `validation_failed` for a user who is not active;
/// `write_conflict` if the user was changed meanwhile; `tenant_suspended`, `trial_expired`, and those of every write.
#[tracing::instrument(name = "users.password_reset", skip_all, fields(tenant.id = %ctx.tenant.id(), user.id = %id))]
pub async fn password_reset(
    app: &App,
    ctx: &Ctx,
    id: UserId,
    conditions: Conditions<TicketIssued>,
) -> Result<Done<TicketIssued>, Error> {
    ctx.require(Permission::UsersWrite)?;
    let user = allowed(app, ctx, id).await?;

    let once = conditions.once.map(Once::of_a_credential);
    let made = issued(app, ctx, user);

    write::create(app, ctx, once.as_ref(), made).await
}

/// The user, if the caller may set its password. Asked before the idempotency key: who may no more is shown no ticket again.
async fn allowed(app: &App, ctx: &Ctx, id: UserId) -> Result<User, Error> {
    let user = reached(app, ctx, id).await?;
    // The own password is changed by who knows it.
    if ctx.user_id() == Some(id) {
        return Err(Error::RoleOutOfReach);
    }
    ctx.covers(user.role().permissions())?;
    Ok(user)
}

fn issued(app: &App, ctx: &Ctx, user: User) -> Result<(Changeset, TicketIssued), Error> {
    let id = user.id();
    if user.status() != UserStatus::Active {
        let place = Place::Parameter("id".to_owned());
        let detail = "only an active user has a password to reset".to_owned();
        return Err(Error::invalid(Fault { place, code: InvalidCode::NotServed, detail, hint: None }));
    }

    let at = app.clock.now();
    let (text, expires_at, record) = issue(app, ctx, id, TicketPurpose::PasswordReset, at);
    let row = entry_of(app, ctx, "user.password_reset_issued", Some(("user", id.to_string())), at);
    // Else somebody who is promoted meanwhile could be taken over by who may not reach that role.
    let unchanged = Require::UnchangedUser { id, version: user.version() };
    Ok((Changeset::new().require(unchanged).record(record).audit(row), TicketIssued { user, text, expires_at }))
}
