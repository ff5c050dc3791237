//! Disables a user.

use orderbase_kernel::UserId;
use orderbase_tenancy::{Permission, User};

use super::change::{AccountChange, as_user, disabled_beside};
use crate::app::App;
use crate::change::nothing_else;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::ports::Account;

/// From now on the user signs in no more; its sessions end and its tickets are void. Of one who was only invited this revokes the
/// invitation. One who is disabled stays so. Runs in a read-only tenant too, for it protects.
///
/// # Errors
/// `permission_denied`, for a role above the own too; `user_not_found`, `version_conflict`, `last_owner`, and those of every write.
#[tracing::instrument(name = "users.disable", skip_all, fields(tenant.id = %ctx.tenant.id(), user.id = %id))]
pub async fn disable(app: &App, ctx: &Ctx, id: UserId, conditions: Conditions<User>) -> Result<Done<User>, Error> {
    ctx.require_even_read_only(Permission::UsersWrite)?;

    let acting = ctx.acting();
    let change = AccountChange {
        id,
        decide: |account: &mut Account, at| Ok(account.user.disable(&acting, at)?),
        require: nothing_else,
        answer: as_user,
    };
    let done = change.run_with(app, ctx, conditions, |effect, changeset| disabled_beside(&effect, changeset)).await;

    // Also where the outcome is unknown.
    app.principals.forget(ctx.scope()).await;
    done
}
