//! The parameters of the platform's lists.

use orderbase_application::views::{CreatedSort, TenantFilter, TenantQuery};
use orderbase_kernel::{Invalid, InvalidCode, PageLimit, TenantId, Uuid};
use orderbase_tenancy::{Mode, PlanCode, Slug, TenantStatus};
use utoipa::IntoParams;

use crate::cursor::Bound;
use crate::dto::tenant::{PlanBody, TenantModeBody, TenantStatusBody};
use crate::extract::{FromQuery, Query};
use crate::v1::audit::AuditFilterQuery;
use crate::v1::paging::{self, CreatedSortParam, Sent};

/// What `GET /platform/tenants` takes.
#[derive(Debug)]
pub struct TenantListQuery {
    pub limit: PageLimit,
    pub cursor: Option<String>,
    pub sort: CreatedSort,
    pub filter: TenantFilter,
    pub(in crate::v1) sent: Sent,
}

impl FromQuery for TenantListQuery {
    const NAMES: &'static [&'static str] = &["limit", "cursor", "sort", "status", "plan", "mode", "slug"];

    fn from_query(query: &mut Query<'_>) -> Option<Self> {
        let limit = query.number("limit", PageLimit::try_new);
        let cursor = query.value("cursor", paging::cursor_text);
        let sort = query.value("sort", paging::created_sort);
        let status = query.value("status", TenantStatus::parse);
        let plan = query.value("plan", PlanCode::parse);
        let mode = query.value("mode", Mode::parse);
        let slug = query.value("slug", Slug::parse);
        Some(Self {
            limit: limit?.unwrap_or_default(),
            cursor: cursor?,
            sort: sort?.unwrap_or_default(),
            filter: TenantFilter { status: status?, plan: plan?, mode: mode?, slug: slug? },
            sent: Sent::of(query, Self::NAMES),
        })
    }
}

impl TenantListQuery {
    /// What a cursor of this list is valid for. There is no tenant whose list it is.
    pub fn bound(&self) -> Bound {
        Bound::new(TenantId::from_uuid(Uuid::nil()), "platform_tenants_list", paging::sort_text(self.sort))
            .filter("status", self.filter.status)
            .filter("plan", self.filter.plan)
            .filter("mode", self.filter.mode)
            .filter("slug", self.filter.slug.as_ref())
    }

    /// The page behind a position.
    pub fn page(&self, after: Option<Uuid>) -> TenantQuery {
        let after = after.map(TenantId::from_uuid);
        TenantQuery { filter: self.filter.clone(), sort: self.sort, limit: self.limit, after }
    }
}

/// The parameters of the list, for the API description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what TenantListQuery reads")]
pub struct TenantListParams {
    /// Tenants of a page.
    #[param(minimum = 1, maximum = 100, default = 20, nullable = false)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[param(max_length = 66, pattern = "^[A-Za-z0-9_-]+$", nullable = false)]
    cursor: Option<String>,
    /// The order of the list.
    #[param(inline, default = "-created_at", nullable = false)]
    sort: Option<CreatedSortParam>,
    #[param(inline, nullable = false)]
    status: Option<TenantStatusBody>,
    #[param(inline, nullable = false)]
    plan: Option<PlanBody>,
    #[param(inline, nullable = false)]
    mode: Option<TenantModeBody>,
    #[param(min_length = 3, max_length = 40, pattern = "^[a-z][a-z0-9-]{1,38}[a-z0-9]$", nullable = false)]
    slug: Option<String>,
}

/// What `GET /platform/audit` takes.
#[derive(Debug)]
pub struct PlatformAuditQuery {
    pub tenant_id: TenantId,
    pub filters: AuditFilterQuery,
    pub(in crate::v1) sent: Sent,
}

impl FromQuery for PlatformAuditQuery {
    const NAMES: &'static [&'static str] = &["tenant", "limit", "cursor", "actor", "action", "target", "from", "to"];

    fn from_query(query: &mut Query<'_>) -> Option<Self> {
        let tenant_id = query.value("tenant", TenantId::parse);
        if tenant_id == Some(None) {
            query.refuse("tenant", Invalid::plain(InvalidCode::Required));
        }
        let filters = AuditFilterQuery::read(query);
        Some(Self { tenant_id: tenant_id??, filters: filters?, sent: Sent::of(query, Self::NAMES) })
    }
}

/// What the operator's list takes beside the parameters of the tenant's own, for the API description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what PlatformAuditQuery reads")]
pub struct PlatformAuditParams {
    /// The id of the tenant whose log is read.
    #[param(format = Uuid, min_length = 36, max_length = 36)]
    tenant: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::audit::AuditListParams;

    fn names(described: Vec<utoipa::openapi::path::Parameter>) -> Vec<String> {
        described.into_iter().map(|parameter| parameter.name).collect()
    }

    #[test]
    fn what_is_read_is_described() {
        assert_eq!(names(TenantListParams::into_params(|| None)), TenantListQuery::NAMES);
        let described =
            PlatformAuditParams::into_params(|| None).into_iter().chain(AuditListParams::into_params(|| None));
        assert_eq!(names(described.collect()), PlatformAuditQuery::NAMES);
    }
}
