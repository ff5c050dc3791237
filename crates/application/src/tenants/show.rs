//! Reads one tenant.

use orderbase_tenancy::{Permission, Tenant};

use super::which::Which;
use crate::app::App;
use crate::error::Error;
use crate::operator::Operator;

/// The tenant named.
///
/// # Errors
/// `permission_denied`, `tenant_not_found`.
#[tracing::instrument(name = "tenants.show", skip_all, fields(tenant = %which))]
pub async fn show(app: &App, operator: &Operator, which: &Which) -> Result<Tenant, Error> {
    operator.require(Permission::PlatformRead)?;

    which.find(app).await
}
