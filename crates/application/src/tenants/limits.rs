//! What tenants may use: the plans, and what the operator grants one tenant in place of its plan's.

use orderbase_kernel::{Timestamp, Version};
use orderbase_tenancy::{Limits, Overrides, Permission, PlanCode, Reason, Tenant};

use super::operated::{Act, operated};
use super::which::Which;
use crate::app::App;
use crate::conditions::{Conditions, Done};
use crate::error::Error;
use crate::operator::Operator;

/// A tenant's limits and where they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantLimits {
    pub plan: PlanCode,
    /// Of the plan, before mode and overrides.
    pub of_plan: Limits,
    pub overrides: Overrides,
    pub in_force: Limits,
    /// Of the tenant.
    pub version: Version,
}

impl TenantLimits {
    /// Those of a tenant at an instant, which decides whether the overrides are in force.
    pub fn of(tenant: &Tenant, at: Timestamp) -> Self {
        Self {
            plan: tenant.plan(),
            of_plan: tenant.plan().limits(),
            overrides: tenant.overrides().clone(),
            in_force: tenant.limits(at),
            version: tenant.version(),
        }
    }
}

/// The plans with their limits, smallest first.
///
/// # Errors
/// `permission_denied`.
pub fn plans(operator: &Operator) -> Result<Vec<(PlanCode, Limits)>, Error> {
    operator.require(Permission::PlatformRead)?;

    Ok(PlanCode::ALL.into_iter().map(|plan| (plan, plan.limits())).collect())
}

/// The limits of one tenant.
///
/// # Errors
/// `permission_denied`, `tenant_not_found`.
#[tracing::instrument(name = "tenants.limits", skip_all, fields(tenant = %which))]
pub async fn limits(app: &App, operator: &Operator, which: &Which) -> Result<TenantLimits, Error> {
    operator.require(Permission::PlatformRead)?;

    let tenant = which.find(app).await?;
    Ok(TenantLimits::of(&tenant, operator.at))
}

/// Replaces the whole set of overrides; an empty one leaves the plan's limits.
///
/// # Errors
/// `permission_denied`, `tenant_not_found`, `version_conflict`; `validation_failed` for a limit out of range;
/// `tenant_invalid_transition` of a closed one, and those of every write.
#[tracing::instrument(name = "tenants.set_limits", skip_all, fields(tenant = %which))]
pub async fn set_limits(
    app: &App,
    operator: &Operator,
    which: &Which,
    overrides: Overrides,
    reason: Reason,
    conditions: Conditions<Tenant>,
) -> Result<Done<Tenant>, Error> {
    let act = Act { action: "tenant.limits_set_by_operator", reason };
    operated(app, operator, which, act, |tenant, at| tenant.set_overrides(overrides.clone(), at), conditions).await
}
