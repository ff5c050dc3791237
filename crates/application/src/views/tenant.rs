//! Tenants as operators list them. A tenant is its own view: its data are not in it.

use orderbase_kernel::{PageLimit, TenantId};
use orderbase_tenancy::{Mode, PlanCode, Slug, Tenant, TenantStatus};

use super::CreatedSort;

/// Which tenants: all filters have to match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TenantFilter {
    /// As stored: a trial that has ended is still one.
    pub status: Option<TenantStatus>,
    pub plan: Option<PlanCode>,
    pub mode: Option<Mode>,
    pub slug: Option<Slug>,
}

impl TenantFilter {
    #[must_use]
    pub fn admits(&self, tenant: &Tenant) -> bool {
        self.status.is_none_or(|status| tenant.status() == status)
            && self.plan.is_none_or(|plan| tenant.plan() == plan)
            && self.mode.is_none_or(|mode| tenant.mode() == mode)
            && self.slug.as_ref().is_none_or(|slug| tenant.slug() == slug)
    }
}

/// A page of tenants.
#[derive(Clone, Debug, PartialEq)]
pub struct TenantQuery {
    pub filter: TenantFilter,
    pub sort: CreatedSort,
    pub limit: PageLimit,
    /// The id of the last tenant seen.
    pub after: Option<TenantId>,
}
