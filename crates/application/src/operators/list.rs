//! Lists operators.

use orderbase_tenancy::Permission;

use crate::app::App;
use crate::error::Error;
use crate::operator::Operator;
use crate::ports::OperatorAccount;

/// All operators by e-mail.
///
/// # Errors
/// `permission_denied`.
#[tracing::instrument(name = "operators.list", skip_all)]
pub async fn list(app: &App, operator: &Operator) -> Result<Vec<OperatorAccount>, Error> {
    operator.require(Permission::PlatformRead)?;

    Ok(app.operators.all_unscoped().await?)
}
