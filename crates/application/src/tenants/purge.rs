//! Purges a tenant that has been closed for 30 days.

use orderbase_tenancy::{Reason, Tenant};

use super::operated::{Act, operated};
use super::which::Which;
use crate::app::App;
use crate::conditions::{Conditions, Done};
use crate::error::Error;
use crate::operator::Operator;

/// From now on the tenant has neither name nor slug of its own, and the storage erases all it has but its `tenant.*` events, within
/// minutes and for good; the reason is erased with the audit log. One that is purged already stays as it is.
///
/// # Errors
/// `permission_denied`, `tenant_not_found`, `version_conflict`, `tenant_invalid_transition` before its day, and those of every write.
#[tracing::instrument(name = "tenants.purge", skip_all, fields(tenant = %which))]
pub async fn purge(
    app: &App,
    operator: &Operator,
    which: &Which,
    reason: Reason,
    conditions: Conditions<Tenant>,
) -> Result<Done<Tenant>, Error> {
    let act = Act { action: "tenant.purged_by_operator", reason };
    operated(app, operator, which, act, Tenant::purge, conditions).await
}
