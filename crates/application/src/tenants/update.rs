//! Changes what the operator says of a tenant: name, plan, end of the trial.

use orderbase_tenancy::{Reason, Tenant, UpdateTenant};

use super::operated::{Act, operated};
use super::which::Which;
use crate::app::App;
use crate::conditions::{Conditions, Done};
use crate::error::Error;
use crate::operator::Operator;

/// Changes them together; what stays as it is has no effect. A smaller plan takes nothing away.
///
/// # Errors
/// `permission_denied`, `tenant_not_found`, `version_conflict`; `validation_failed` for a trial without end;
/// `tenant_invalid_transition` of a closed one, and those of every write.
#[tracing::instrument(name = "tenants.update", skip_all, fields(tenant = %which))]
pub async fn update(
    app: &App,
    operator: &Operator,
    which: &Which,
    update: UpdateTenant,
    reason: Reason,
    conditions: Conditions<Tenant>,
) -> Result<Done<Tenant>, Error> {
    let act = Act { action: "tenant.updated_by_operator", reason };
    operated(app, operator, which, act, |tenant, at| tenant.update(update.clone(), at), conditions).await
}
