//! Lists tenants.

use orderbase_tenancy::{Permission, Tenant};

use crate::app::App;
use crate::error::Error;
use crate::operator::Operator;

/// All tenants by slug.
///
/// # Errors
/// `permission_denied`.
#[tracing::instrument(name = "tenants.list", skip_all)]
pub async fn list(app: &App, operator: &Operator) -> Result<Vec<Tenant>, Error> {
    operator.require(Permission::PlatformRead)?;

    Ok(app.tenants.all_unscoped().await?)
}
