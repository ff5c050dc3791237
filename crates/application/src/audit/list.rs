//! Lists the audit log, page by page.

use orderbase_kernel::{Invalid, InvalidCode};
use orderbase_tenancy::Permission;

use crate::app::App;
use crate::changeset::AuditEntry;
use crate::ctx::{Ctx, Scope};
use crate::error::{Error, Fault, Place};
use crate::operator::Operator;
use crate::tenants::Which;
use crate::views::{AuditQuery, Page};

/// A page of the entries that match, newest first: events of the tenant and what is no event, as one list.
///
/// # Errors
/// `permission_denied`; `validation_failed` for an inverted range.
#[tracing::instrument(name = "audit.list", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn list(app: &App, ctx: &Ctx, query: &AuditQuery) -> Result<Page<AuditEntry>, Error> {
    ctx.require(Permission::AuditRead)?;

    page(app, ctx.scope(), query).await
}

/// What operators did to a tenant. What its people do is the tenant's own.
///
/// # Errors
/// `permission_denied`, `tenant_not_found`; `validation_failed` for an inverted range.
#[tracing::instrument(name = "audit.list_as_operator", skip_all, fields(tenant = %which))]
pub async fn list_as_operator(
    app: &App,
    operator: &Operator,
    which: &Which,
    query: &AuditQuery,
) -> Result<Page<AuditEntry>, Error> {
    operator.require(Permission::PlatformRead)?;

    let tenant_id = which.find(app).await?.id();
    let mut query = query.clone();
    query.filter.by_operators = true;
    page(app, Scope { tenant_id }, &query).await
}

async fn page(app: &App, scope: Scope, query: &AuditQuery) -> Result<Page<AuditEntry>, Error> {
    if query.filter.occurred.is_inverted() {
        let invalid = Invalid::plain(InvalidCode::RangeInverted);
        return Err(Error::invalid(Fault::new(Place::Parameter("occurred_to".to_owned()), &invalid)));
    }
    Ok(app.audit.page(scope, query).await?)
}
