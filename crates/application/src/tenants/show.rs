//! Reads one tenant.

use orderbase_tenancy::{Permission, Slug, Tenant};

use crate::app::App;
use crate::error::{Error, Missing};
use crate::operator::Operator;

/// The tenant of that slug.
///
/// # Errors
/// `permission_denied`, `tenant_not_found`.
#[tracing::instrument(name = "tenants.show", skip_all, fields(tenant.slug = %slug))]
pub async fn show(app: &App, operator: &Operator, slug: &Slug) -> Result<Tenant, Error> {
    operator.require(Permission::PlatformRead)?;

    app.tenants.by_slug_unscoped(slug).await?.ok_or(Error::NotFound(Missing::Tenant))
}
