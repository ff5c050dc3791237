//! Revokes an invitation.

use orderbase_kernel::UserId;
use orderbase_tenancy::{Permission, User};

use crate::app::App;
use crate::change::nothing_else;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::{Error, Missing};
use crate::ports::Account;
use crate::users::{AccountChange, as_user, disabled_beside};

/// The ticket is void from now on, and the seat free. One that was revoked stays so. Runs in a read-only tenant too, for it
/// protects.
///
/// # Errors
/// `permission_denied`, for a role above the own too; `invitation_not_found`, of one that was accepted too; those of every write.
#[tracing::instrument(name = "invitations.revoke", skip_all, fields(tenant.id = %ctx.tenant.id(), user.id = %id))]
pub async fn revoke(app: &App, ctx: &Ctx, id: UserId, conditions: Conditions<User>) -> Result<Done<User>, Error> {
    ctx.require_even_read_only(Permission::UsersWrite)?;

    let acting = ctx.acting();
    let change = AccountChange {
        id,
        decide: |account: &mut Account, at| match account.user.joined_at() {
            None => Ok(account.user.disable(&acting, at)?),
            Some(_) => Err(Error::NotFound(Missing::Invitation)),
        },
        require: nothing_else,
        answer: as_user,
    };

    let done = change.run_with(app, ctx, conditions, |effect, changeset| disabled_beside(&effect, changeset)).await;
    done.map_err(|error| match error {
        Error::NotFound(Missing::User) => Error::NotFound(Missing::Invitation),
        other => other,
    })
}
