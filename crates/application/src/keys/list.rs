//! Lists API keys.

use orderbase_tenancy::Permission;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::KeyView;

/// All keys of the tenant, dead ones too, newest first.
///
/// # Errors
/// `permission_denied`.
#[tracing::instrument(name = "keys.list", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn list(app: &App, ctx: &Ctx) -> Result<Vec<KeyView>, Error> {
    ctx.require(Permission::ApiKeysRead)?;

    Ok(app.keys.all(ctx.scope()).await?.iter().map(KeyView::from).collect())
}
