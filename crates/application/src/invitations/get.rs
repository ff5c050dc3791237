//! Reads one invitation.

use orderbase_kernel::UserId;
use orderbase_tenancy::{Permission, User};

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Error, Missing};

/// An invitation, a revoked one too; one that was accepted is none any more.
///
/// # Errors
/// `permission_denied`, `invitation_not_found`.
#[tracing::instrument(name = "invitations.get", skip_all, fields(tenant.id = %ctx.tenant.id(), user.id = %id))]
pub async fn get(app: &App, ctx: &Ctx, id: UserId) -> Result<User, Error> {
    ctx.require(Permission::UsersRead)?;

    let user = app.aggregates.user(ctx.scope(), id).await?.filter(|user| user.joined_at().is_none());
    user.ok_or(Error::NotFound(Missing::Invitation))
}
