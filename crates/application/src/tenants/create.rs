//! Creates a tenant, with an invitation for its first owner.

use std::sync::Arc;

use orderbase_kernel::{Email, Name, TenantId, Timestamp};
use orderbase_tenancy::{Mode, Permission, PlanCode, Reason, Role, Settings, Slug, Tenant, TicketPurpose};

use super::calendar::checked_zone;
use super::operated::reasoned;
use crate::app::App;
use crate::changeset::{Change, Changeset};
use crate::conditions::{Conditions, Done, Once};
use crate::ctx::Ctx;
use crate::error::{Error, Taken};
use crate::events;
use crate::invitations::{Invite, newly_invited};
use crate::operator::Operator;
use crate::users::{TicketIssued, issue_ticket};
use crate::write;

/// The wish for a tenant: on trial if `trial_ends_at` is given, else active at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateTenant {
    pub name: Name,
    pub slug: Slug,
    pub mode: Mode,
    pub plan: PlanCode,
    pub trial_ends_at: Option<Timestamp>,
    pub settings: Settings,
    /// Who is invited as its first owner.
    pub owner_email: Option<Email>,
    /// Kept in the audit log of the tenant.
    pub reason: Option<Reason>,
}

/// A new tenant. The owner's ticket is shown now and never again.
#[derive(Clone, Debug)]
pub struct TenantCreated {
    pub tenant: Tenant,
    pub owner: Option<TicketIssued>,
}

/// Creates a tenant with its counters and, in the same commit, invites its first owner.
///
/// An idempotency key is kept in the tenant that it made: a repeat finds it by the slug.
///
/// # Errors
/// `permission_denied`, `validation_failed` for a time zone that the IANA database does not have, `tenant_slug_taken`, and those
/// of every write.
#[tracing::instrument(name = "tenants.create", skip_all)]
pub async fn create(
    app: &App,
    operator: &Operator,
    command: CreateTenant,
    conditions: Conditions<TenantCreated>,
) -> Result<Done<TenantCreated>, Error> {
    operator.require(Permission::PlatformWrite)?;
    checked_zone(&command.settings)?;

    let once = conditions.once.map(Once::of_a_credential);
    let slug = command.slug.clone();
    if once.is_some() && app.tenants.by_slug_unscoped(&slug).await?.is_some() {
        return taken(app, operator, &slug, once.as_ref()).await;
    }
    let (ctx, changeset, view) = wished(app, operator, command)?;

    match write::create(app, &ctx, once.as_ref(), Ok((changeset, view))).await {
        // A twin of this request may have been faster.
        Err(Error::Taken { taken: Taken::TenantSlug, .. }) => taken(app, operator, &slug, once.as_ref()).await,
        done => done,
    }
}

/// The first answer, if the tenant of that slug was made by the same request.
async fn taken(
    app: &App,
    operator: &Operator,
    slug: &Slug,
    once: Option<&Once<TenantCreated>>,
) -> Result<Done<TenantCreated>, Error> {
    let found = app.tenants.by_slug_unscoped(slug).await?;
    let existing_id = found.as_ref().map(|tenant| tenant.id().uuid());
    let refused = Error::Taken { taken: Taken::TenantSlug, existing_id };
    match found {
        Some(tenant) => {
            let ctx = operator.within(Arc::new(tenant));
            write::settle(app, &ctx, once, write::Verdict::Unmet(Err(refused))).await
        }
        None => Err(refused),
    }
}

fn wished(app: &App, operator: &Operator, command: CreateTenant) -> Result<(Ctx, Changeset, TenantCreated), Error> {
    let CreateTenant { name, slug, mode, plan, trial_ends_at, settings, owner_email, reason } = command;
    let id = TenantId::from_uuid(app.ids.next(app.clock.now()));

    let (tenant, event) =
        Tenant::create(orderbase_tenancy::CreateTenant { id, name, slug, mode, plan, trial_ends_at, settings })?;

    let ctx = operator.within(Arc::new(tenant.clone()));
    let envelope = events::of_tenant(app, &ctx, &tenant, &event)?;
    let at = event.occurred_at;
    let mut changeset = Changeset::new().change(Change::insert(tenant.clone(), vec![envelope])?).audit(reasoned(
        app,
        &ctx,
        "tenant.created_by_operator",
        reason.as_ref(),
        at,
    ));
    let mut owner = None;
    if let Some(email) = owner_email {
        let (user, change) = newly_invited(app, &ctx, &Invite { email, role: Role::Owner })?;
        let (text, expires_at, record) = issue_ticket(app, &ctx, user.id(), TicketPurpose::Invitation, at);
        changeset = changeset.change(change).record(record);
        owner = Some(TicketIssued { user, text, expires_at });
    }
    Ok((ctx, changeset, TenantCreated { tenant, owner }))
}
