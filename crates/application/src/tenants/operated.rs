//! What the operator's commands on a tenant have in common: the permission, the tenant named, and the reason in its audit log.

use std::sync::Arc;

use orderbase_kernel::{Envelope, Timestamp};
use orderbase_tenancy::{Permission, Reason, Tenant, TenantError, TenantEvent};

use super::change::{TenantChange, forget};
use super::which::Which;
use crate::app::App;
use crate::auth::entry_of;
use crate::change::nothing_else;
use crate::changeset::AuditEntry;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::operator::Operator;

/// Why an operator does something, and what the audit log calls it.
pub(super) struct Act {
    /// `tenant.…_by_operator`.
    pub action: &'static str,
    pub reason: Reason,
}

/// Runs a command on the tenant named. The reason is written in the same changeset, so that nothing happens without it; where
/// nothing happens nothing is written.
pub(super) async fn operated(
    app: &App,
    operator: &Operator,
    which: &Which,
    act: Act,
    mut decide: impl FnMut(&mut Tenant, Timestamp) -> Result<Option<TenantEvent>, TenantError> + Send,
    conditions: Conditions<Tenant>,
) -> Result<Done<Tenant>, Error> {
    operator.require(Permission::PlatformWrite)?;

    let found = which.find(app).await?;
    let ctx = operator.within(Arc::new(found));
    let change = TenantChange {
        id: ctx.tenant.id(),
        decide: |tenant: &mut Tenant, at| decide(tenant, at),
        require: nothing_else,
        answer: |tenant: &Tenant, _: Option<&Envelope>| Ok(tenant.clone()),
    };
    let done = change
        .run_with(app, &ctx, conditions, |effect, changeset| {
            changeset.audit(reasoned(app, &ctx, act.action, Some(&act.reason), effect.event.occurred_at))
        })
        .await;

    // Also where the outcome is unknown: a tenant that was suspended must not live on in a cache.
    forget(app, ctx.scope()).await;
    done
}

/// The row about something done to the tenant.
pub(super) fn reasoned(
    app: &App,
    ctx: &Ctx,
    action: &'static str,
    reason: Option<&Reason>,
    at: Timestamp,
) -> AuditEntry {
    let target = Some(("tenant", ctx.tenant.id().to_string()));
    AuditEntry { detail: reason.map(Reason::to_string), ..entry_of(app, ctx, action, target, at) }
}
