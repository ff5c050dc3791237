//! Changes a user's name and role.

use orderbase_kernel::UserId;
use orderbase_tenancy::{Access, Permission, UpdateUser, User, UserEventKind};

use super::change::{AccountChange, another_owner, as_user};
use crate::app::App;
use crate::change::nothing_else;
use crate::changeset::Record;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::ports::Account;

/// Changes name and role together; what stays as it is has no effect. With the role the user's tickets are void: an invitation has to
/// be sent anew. Who lacks the permission may still change the own name.
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
    if let Some(role) = update.role.filter(|role| ctx.acting().role.is_some_and(|own| *role <= own)) {
        ctx.covers(role.permissions())?;
    }

    let acting = ctx.acting();
    let change = AccountChange {
        id,
        decide: |account: &mut Account, at| Ok(account.user.update(update.clone(), &acting, at)?),
        require: nothing_else,
        answer: as_user,
    };
    let done = change
        .run_with(app, ctx, conditions, |effect, changeset| {
            let changeset = another_owner(&effect, changeset);
            // Whoever holds a ticket got it for the role of before.
            match &effect.event.kind {
                UserEventKind::Updated { role: Some(_), .. } => changeset.record(Record::VoidTickets { user_id: id }),
                _ => changeset,
            }
        })
        .await;

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
