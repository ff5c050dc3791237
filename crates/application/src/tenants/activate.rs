//! Activates a tenant.

use orderbase_tenancy::{Reason, Tenant};

use super::operated::{Act, operated};
use super::which::Which;
use crate::app::App;
use crate::conditions::{Conditions, Done};
use crate::error::Error;
use crate::operator::Operator;

/// Ends the trial or the suspension. One that is active already stays as it is.
///
/// # Errors
/// `permission_denied`, `tenant_not_found`, `version_conflict`, `tenant_invalid_transition` of a closed one, and those of every
/// write.
#[tracing::instrument(name = "tenants.activate", skip_all, fields(tenant = %which))]
pub async fn activate(
    app: &App,
    operator: &Operator,
    which: &Which,
    reason: Reason,
    conditions: Conditions<Tenant>,
) -> Result<Done<Tenant>, Error> {
    let act = Act { action: "tenant.activated_by_operator", reason };
    operated(app, operator, which, act, Tenant::activate, conditions).await
}
