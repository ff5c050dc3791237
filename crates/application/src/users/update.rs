//! Changes a user's name and role.

use orderbase_kernel::UserId;
use orderbase_tenancy::{Access, Permission, UpdateUser, User};

use super::change::{AccountChange, another_owner, as_user};
use crate::app::App;
use crate::change::nothing_else;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::ports::Account;

/// Changes name and role together; what stays as it is has no effect. Who lacks the permission may still change the own name.
///
/// # Errors
/// `permission_denied`, for a role above the own and for the own role too; `user_not_found`, `version_conflict`, `last_owner`,
/// `tenant_suspended`, `trial_expired`, and those of every write.
#[tracing::instrument(name = "users.update", skip_all, fields(tenant.id = %ctx.tenant.id(), user.id = %id))]
pub async fn update(
    app: &App,
    ctx: &Ctx,
    id: UserId,
    update: UpdateUser,
    conditions: Conditions<User>,
) -> Result<Done<User>, Error> {
    permit(ctx, id, &update)?;

    let acting = ctx.acting();
    let change = AccountChange {
        id,
        decide: |account: &mut Account, at| Ok(account.user.update(update.clone(), &acting, at)?),
        require: nothing_else,
        answer: as_user,
    };
    let done = change.run_with(app, ctx, conditions, |effect, changeset| another_owner(&effect, changeset)).await;

    // Also where the outcome is unknown: a role that was taken away must not live on in a cache.
    app.principals.forget(ctx.scope()).await;
    done
}

fn permit(ctx: &Ctx, id: UserId, update: &UpdateUser) -> Result<(), Error> {
    match ctx.require(Permission::UsersWrite) {
        Err(Error::Denied { .. }) if ctx.user_id() == Some(id) && update.role.is_none() => {
            match ctx.tenant.access(ctx.at) {
                Access::Writable => Ok(()),
                access => Err(Error::ReadOnly(access)),
            }
        }
        other => other,
    }
}
