//! Reads one API key.

use orderbase_kernel::ApiKeyId;
use orderbase_tenancy::Permission;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Error, Missing};
use crate::views::KeyView;

/// A key of the tenant, a dead one too.
///
/// # Errors
/// `permission_denied`, `api_key_not_found`.
#[tracing::instrument(name = "keys.get", skip_all, fields(tenant.id = %ctx.tenant.id(), api_key.id = %id))]
pub async fn get(app: &App, ctx: &Ctx, id: ApiKeyId) -> Result<KeyView, Error> {
    ctx.require(Permission::ApiKeysRead)?;

    let key = app.aggregates.api_key(ctx.scope(), id).await?.ok_or(Error::NotFound(Missing::ApiKey))?;
    Ok(KeyView::from(&key))
}
