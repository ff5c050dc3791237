//! Suspends a tenant.

use orderbase_tenancy::{Permission, Reason, Slug, Tenant};

use super::change;
use crate::app::App;
use crate::error::{Error, Missing};
use crate::operator::Operator;

/// From now on the tenant may only read. One that is suspended already stays as it is, with its first reason.
///
/// # Errors
/// `permission_denied`, `tenant_not_found`, `tenant_invalid_transition` of a closed one, and those of every write.
#[tracing::instrument(name = "tenants.suspend", skip_all, fields(tenant.slug = %slug))]
pub async fn suspend(app: &App, operator: &Operator, slug: &Slug, reason: Reason) -> Result<Tenant, Error> {
    operator.require(Permission::PlatformWrite)?;

    let found = app.tenants.by_slug_unscoped(slug).await?.ok_or(Error::NotFound(Missing::Tenant))?;
    change::run(app, operator, found, |tenant, at| tenant.suspend(reason.clone(), at)).await
}
