//! Creates a tenant.

use std::sync::Arc;

use orderbase_kernel::{InvalidCode, Name, TenantId, Timestamp};
use orderbase_tenancy::{Mode, Permission, PlanCode, Settings, Slug, Tenant};

use super::calendar::is_time_zone;
use crate::app::App;
use crate::changeset::{Change, Changeset};
use crate::error::{Error, Fault};
use crate::events;
use crate::operator::Operator;
use crate::write::{self, Commit};

/// The wish for a tenant: on trial if `trial_ends_at` is given, else active at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateTenant {
    pub name: Name,
    pub slug: Slug,
    pub mode: Mode,
    pub plan: PlanCode,
    pub trial_ends_at: Option<Timestamp>,
    pub settings: Settings,
}

/// Creates a tenant with its counters.
///
/// # Errors
/// `permission_denied`, `validation_failed` for a time zone that the IANA database does not have, `tenant_slug_taken`, and those
/// of every write.
#[tracing::instrument(name = "tenants.create", skip_all)]
pub async fn create(app: &App, operator: &Operator, command: CreateTenant) -> Result<Tenant, Error> {
    operator.require(Permission::PlatformWrite)?;
    if !is_time_zone(command.settings.time_zone()) {
        let detail = "must be a zone of the IANA time zone database, such as Europe/Berlin";
        return Err(Error::invalid(Fault::ruled("#/settings/time_zone", InvalidCode::NotOneOf, detail)));
    }

    let CreateTenant { name, slug, mode, plan, trial_ends_at, settings } = command;
    let id = TenantId::from_uuid(app.ids.next(app.clock.now()));

    let (tenant, event) =
        Tenant::create(orderbase_tenancy::CreateTenant { id, name, slug, mode, plan, trial_ends_at, settings })?;

    let ctx = operator.within(Arc::new(tenant.clone()));
    let envelope = events::of_tenant(app, &ctx, &tenant, &event)?;
    let changeset = Changeset::new().change(Change::insert(tenant.clone(), vec![envelope])?);
    match write::commit(app, &ctx, changeset, tenant, None).await? {
        Commit::Done(done) => done.into_fresh(),
        Commit::Refused(error) => Err(error),
        Commit::Stale | Commit::NumberTaken => Err(Error::WriteConflict),
    }
}
