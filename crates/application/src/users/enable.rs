//! Lets a disabled user in again.

use orderbase_kernel::UserId;
use orderbase_tenancy::{Permission, User};

use super::change::{AccountChange, as_user, one_more_seat};
use crate::app::App;
use crate::change::nothing_else;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::ports::Account;

/// The user signs in again, with the password of before. One who is active stays so.
///
/// # Errors
/// `permission_denied`, for a role above the own too; `user_not_found`, `version_conflict`, `plan_limit_reached`; `validation_failed`
/// for one who never joined and has to be invited again; `tenant_suspended`, `trial_expired`, and those of every write.
#[tracing::instrument(name = "users.enable", skip_all, fields(tenant.id = %ctx.tenant.id(), user.id = %id))]
pub async fn enable(app: &App, ctx: &Ctx, id: UserId, conditions: Conditions<User>) -> Result<Done<User>, Error> {
    ctx.require(Permission::UsersWrite)?;

    let (acting, seat) = (ctx.acting(), one_more_seat(ctx));
    let change = AccountChange {
        id,
        decide: |account: &mut Account, at| Ok(account.user.enable(&acting, at)?),
        require: nothing_else,
        answer: as_user,
    };
    let done = change.run_with(app, ctx, conditions, |_, changeset| changeset.require(seat.clone())).await;

    // A cache may remember that the user was disabled.
    app.principals.forget(ctx.scope()).await;
    done
}
