//! Suspends a tenant.

use orderbase_tenancy::{Reason, Tenant};

use super::operated::{Act, operated};
use super::which::Which;
use crate::app::App;
use crate::conditions::{Conditions, Done};
use crate::error::Error;
use crate::operator::Operator;

/// From now on the tenant may only read. One that is suspended already stays as it is, with its first reason.
///
/// # Errors
/// `permission_denied`, `tenant_not_found`, `version_conflict`, `tenant_invalid_transition` of a closed one, and those of every
/// write.
#[tracing::instrument(name = "tenants.suspend", skip_all, fields(tenant = %which))]
pub async fn suspend(
    app: &App,
    operator: &Operator,
    which: &Which,
    reason: Reason,
    conditions: Conditions<Tenant>,
) -> Result<Done<Tenant>, Error> {
    let act = Act { action: "tenant.suspended_by_operator", reason: reason.clone() };
    operated(app, operator, which, act, |tenant, at| tenant.suspend(reason.clone(), at), conditions).await
}
