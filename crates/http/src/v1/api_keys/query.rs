//! The parameters of the list of keys.

use orderbase_application::views::CreatedSort;
use orderbase_kernel::{Invalid, PageLimit, TenantId};
use utoipa::IntoParams;

use crate::cursor::Bound;
use crate::dto::api_key::ApiKeyStatusBody;
use crate::extract::{FromQuery, Query};
use crate::v1::paging::{self, CreatedSortParam, Sent};

/// What `GET /api-keys` takes.
#[derive(Debug)]
pub struct ApiKeyListQuery {
    pub limit: PageLimit,
    pub cursor: Option<String>,
    pub sort: CreatedSort,
    pub status: Option<ApiKeyStatusBody>,
    pub(in crate::v1) sent: Sent,
}

impl FromQuery for ApiKeyListQuery {
    const NAMES: &'static [&'static str] = &["limit", "cursor", "sort", "status"];

    fn from_query(query: &mut Query<'_>) -> Option<Self> {
        let limit = query.number("limit", PageLimit::try_new);
        let cursor = query.value("cursor", paging::cursor_text);
        let sort = query.value("sort", paging::created_sort);
        let status = query
            .value("status", |text| ApiKeyStatusBody::parse(text).ok_or(Invalid::not_one_of(ApiKeyStatusBody::TEXTS)));
        Some(Self {
            limit: limit?.unwrap_or_default(),
            cursor: cursor?,
            sort: sort?.unwrap_or_default(),
            status: status?,
            sent: Sent::of(query, Self::NAMES),
        })
    }
}

impl ApiKeyListQuery {
    /// What a cursor of this list is valid for.
    pub fn bound(&self, tenant_id: TenantId) -> Bound {
        Bound::new(tenant_id, "api_keys_list", paging::sort_text(self.sort))
            .filter("status", self.status.map(ApiKeyStatusBody::as_str))
    }
}

/// The parameters of the list, for the API description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what ApiKeyListQuery reads")]
pub struct ApiKeyListParams {
    /// Keys of a page.
    #[param(minimum = 1, maximum = 100, default = 20, nullable = false)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[param(max_length = 66, pattern = "^[A-Za-z0-9_-]+$", nullable = false)]
    cursor: Option<String>,
    /// The order of the list.
    #[param(inline, default = "-created_at", nullable = false)]
    sort: Option<CreatedSortParam>,
    #[param(inline, nullable = false)]
    status: Option<ApiKeyStatusBody>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_described() {
        let described = ApiKeyListParams::into_params(|| None);
        let names: Vec<_> = described.into_iter().map(|parameter| parameter.name).collect();
        assert_eq!(names, ApiKeyListQuery::NAMES);
    }
}
