//! A page of tenants.

use orderbase_tenancy::{Permission, Tenant};

use crate::app::App;
use crate::error::Error;
use crate::operator::Operator;
use crate::views::{Page, TenantQuery};

/// Tenants by creation, closed ones too.
///
/// # Errors
/// `permission_denied`.
#[tracing::instrument(name = "tenants.page", skip_all)]
pub async fn page(app: &App, operator: &Operator, query: &TenantQuery) -> Result<Page<Tenant>, Error> {
    operator.require(Permission::PlatformRead)?;

    Ok(app.tenants.page_unscoped(query).await?)
}
