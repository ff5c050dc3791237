//! Reads the caller's own tenant.

use orderbase_tenancy::{Permission, Tenant};

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Error;

/// The tenant as it is stored; the one in the context may be some seconds old.
///
/// # Errors
/// `permission_denied`.
#[tracing::instrument(name = "tenants.own", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn own(app: &App, ctx: &Ctx) -> Result<Tenant, Error> {
    ctx.require(Permission::TenantRead)?;

    let tenant = app.tenants.get(ctx.tenant.id()).await?;
    tenant.ok_or_else(|| Error::internal("a caller without its tenant"))
}
