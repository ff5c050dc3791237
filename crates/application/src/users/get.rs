//! Reads one user.

use orderbase_kernel::UserId;
use orderbase_tenancy::{Permission, User};

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Error, Missing};

/// A user of the tenant, whatever its state. Everybody may see oneself.
///
/// # Errors
/// `permission_denied`, `user_not_found`.
#[tracing::instrument(name = "users.get", skip_all, fields(tenant.id = %ctx.tenant.id(), user.id = %id))]
pub async fn get(app: &App, ctx: &Ctx, id: UserId) -> Result<User, Error> {
    match ctx.require(Permission::UsersRead) {
        Err(Error::Denied { .. }) if ctx.user_id() == Some(id) => {}
        other => other?,
    }

    app.aggregates.user(ctx.scope(), id).await?.ok_or(Error::NotFound(Missing::User))
}
