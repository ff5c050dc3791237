//! Closes a tenant for good: by its owner, who types the slug, or by the operator.

use orderbase_kernel::{Envelope, InvalidCode};
use orderbase_tenancy::{Permission, Reason, Tenant};

use super::change::{TenantChange, forget};
use super::operated::{Act, operated, reasoned};
use super::which::Which;
use crate::app::App;
use crate::change::nothing_else;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::{Error, Fault};
use crate::operator::Operator;

/// The owner's wish to close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseTenant {
    /// Has to be the tenant's slug, byte for byte.
    pub confirm_slug: String,
    pub reason: Reason,
}

/// Closes the caller's own tenant: from now on nobody gets in, and 30 days later its data may be erased. Runs in a read-only tenant
/// too, for it protects.
///
/// # Errors
/// `permission_denied`; `validation_failed` for another slug; `version_conflict`, and those of every write.
#[tracing::instrument(name = "tenants.close", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn close(
    app: &App,
    ctx: &Ctx,
    wish: CloseTenant,
    conditions: Conditions<Tenant>,
) -> Result<Done<Tenant>, Error> {
    ctx.require_even_read_only(Permission::TenantManage)?;
    if wish.confirm_slug != ctx.tenant.slug().as_str() {
        let detail = "must be the tenant's slug";
        return Err(Error::invalid(Fault::ruled("#/confirm_slug", InvalidCode::NotOneOf, detail)));
    }

    let change = TenantChange {
        id: ctx.tenant.id(),
        decide: Tenant::close,
        require: nothing_else,
        answer: |tenant: &Tenant, _: Option<&Envelope>| Ok(tenant.clone()),
    };
    let done = change
        .run_with(app, ctx, conditions, |effect, changeset| {
            let at = effect.event.occurred_at;
            changeset.audit(reasoned(app, ctx, "tenant.closed_by_owner", Some(&wish.reason), at))
        })
        .await;

    // Also where the outcome is unknown.
    forget(app, ctx.scope()).await;
    done
}

/// The same by the operator.
///
/// # Errors
/// `permission_denied`, `tenant_not_found`, `version_conflict`, and those of every write.
#[tracing::instrument(name = "tenants.close_by_operator", skip_all, fields(tenant = %which))]
pub async fn close_by_operator(
    app: &App,
    operator: &Operator,
    which: &Which,
    reason: Reason,
    conditions: Conditions<Tenant>,
) -> Result<Done<Tenant>, Error> {
    let act = Act { action: "tenant.closed_by_operator", reason };
    operated(app, operator, which, act, Tenant::close, conditions).await
}
