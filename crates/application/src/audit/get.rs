//! Reads one entry of the audit log.

use orderbase_kernel::Actor;
use orderbase_tenancy::Permission;
use uuid::Uuid;

use crate::app::App;
use crate::changeset::AuditEntry;
use crate::ctx::{Ctx, Scope};
use crate::error::{Error, Missing};
use crate::operator::Operator;
use crate::tenants::Which;

/// # Errors
/// `permission_denied`, `audit_entry_not_found`.
#[tracing::instrument(name = "audit.get", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn get(app: &App, ctx: &Ctx, id: Uuid) -> Result<AuditEntry, Error> {
    ctx.require(Permission::AuditRead)?;

    entry(app, ctx.scope(), id).await
}

/// The same of what an operator did to a tenant.
///
/// # Errors
/// `permission_denied`, `tenant_not_found`, `audit_entry_not_found`.
#[tracing::instrument(name = "audit.get_as_operator", skip_all, fields(tenant = %which))]
pub async fn get_as_operator(app: &App, operator: &Operator, which: &Which, id: Uuid) -> Result<AuditEntry, Error> {
    operator.require(Permission::PlatformRead)?;

    let tenant_id = which.find(app).await?.id();
    let entry = entry(app, Scope { tenant_id }, id).await?;
    match entry.actor {
        Some(Actor::Operator(_)) => Ok(entry),
        _ => Err(Error::NotFound(Missing::AuditEntry)),
    }
}

async fn entry(app: &App, scope: Scope, id: Uuid) -> Result<AuditEntry, Error> {
    app.audit.get(scope, id).await?.ok_or(Error::NotFound(Missing::AuditEntry))
}
