//! A tenant as operators see it.

use orderbase_application::tenants::TenantCreated;
use orderbase_kernel::{TenantId, Timestamp};
use orderbase_tenancy::{Suspension, Tenant};
use serde::Serialize;
use utoipa::ToSchema;

use crate::dto::shown::Shown;
use crate::dto::tenant::{PlanBody, TenantModeBody, TenantStatusBody};
use crate::dto::user::InvitationBody;
use crate::respond::Body;

/// A tenant without its data.
///
/// Members without a value are absent, never null. The version fixes every member but the invitation, which is shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = PlatformTenant)]
pub struct PlatformTenantBody<'a> {
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub id: Shown<TenantId>,
    #[schema(min_length = 1, max_length = 200)]
    pub name: &'a str,
    #[schema(min_length = 3, max_length = 40, pattern = "^[a-z][a-z0-9-]{1,38}[a-z0-9]$")]
    pub slug: &'a str,
    #[schema(value_type = TenantModeBody)]
    pub mode: TenantModeBody,
    #[schema(value_type = TenantStatusBody)]
    pub status: TenantStatusBody,
    /// When a trial ends; afterwards the tenant can only read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub trial_ends_at: Option<Shown<Timestamp>>,
    #[schema(value_type = PlanBody)]
    pub plan: PlanBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub suspension: Option<SuspensionBody<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub closed_at: Option<Shown<Timestamp>>,
    /// From when on the data of a closed tenant may be erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub purge_after: Option<Shown<Timestamp>>,
    /// Since when its data are erased. Name and slug are made up from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub purged_at: Option<Shown<Timestamp>>,
    /// That of the first owner. Shown in the answer that made the tenant, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub owner_invitation: Option<InvitationBody<'a>>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub created_at: Shown<Timestamp>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub updated_at: Shown<Timestamp>,
    /// The number of the tenant's events; in quotes it is the entity tag.
    #[schema(minimum = 1, maximum = 9007199254740991_i64)]
    pub version: u64,
}

/// Since when and why a tenant is suspended.
#[derive(Serialize, ToSchema)]
#[schema(as = Suspension)]
pub struct SuspensionBody<'a> {
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub at: Shown<Timestamp>,
    #[schema(min_length = 1, max_length = 500)]
    pub reason: &'a str,
}

impl Body for PlatformTenantBody<'_> {
    fn size_hint(&self) -> usize {
        3_072
    }
}

impl<'a> From<&'a Tenant> for PlatformTenantBody<'a> {
    fn from(tenant: &'a Tenant) -> Self {
        Self {
            id: Shown(tenant.id()),
            name: tenant.name().as_str(),
            slug: tenant.slug().as_str(),
            mode: tenant.mode().into(),
            status: tenant.status().into(),
            trial_ends_at: tenant.trial_ends_at().map(Shown),
            plan: tenant.plan().into(),
            suspension: tenant.suspension().map(SuspensionBody::from),
            closed_at: tenant.closed_at().map(Shown),
            purge_after: tenant.purge_after().map(Shown),
            purged_at: tenant.purged_at().map(Shown),
            owner_invitation: None,
            created_at: Shown(tenant.created_at()),
            updated_at: Shown(tenant.updated_at()),
            version: tenant.version().get(),
        }
    }
}

/// With the invitation, for the one answer that shows it.
impl<'a> From<&'a TenantCreated> for PlatformTenantBody<'a> {
    fn from(created: &'a TenantCreated) -> Self {
        let TenantCreated { tenant, owner } = created;
        Self { owner_invitation: owner.as_ref().map(InvitationBody::from), ..Self::from(tenant) }
    }
}

impl<'a> From<&'a Suspension> for SuspensionBody<'a> {
    fn from(suspension: &'a Suspension) -> Self {
        let Suspension { at, reason } = suspension;
        Self { at: Shown(*at), reason: reason.as_str() }
    }
}
