//! The parameters of the list of customers.

use orderbase_application::views::{CreatedSort, CustomerFilter, CustomerPosition, CustomerQuery, Span};
use orderbase_kernel::{Email, ExternalReference, PageLimit, TenantId, Timestamp};
use orderbase_orders::CustomerStatus;
use utoipa::IntoParams;

use crate::cursor::Bound;
use crate::dto::customer::CustomerStatusBody;
use crate::extract::{FromQuery, Query};
use crate::v1::paging::{self, CreatedSortParam, Sent};
use crate::version::ApiVersion;

/// What `GET /customers` takes.
#[derive(Debug)]
pub struct CustomerListQuery {
    pub limit: PageLimit,
    pub cursor: Option<String>,
    pub sort: CreatedSort,
    pub filter: CustomerFilter,
    pub include_total: bool,
    pub(in crate::v1) sent: Sent,
}

impl FromQuery for CustomerListQuery {
    const NAMES: &'static [&'static str] = &[
        "limit",
        "cursor",
        "sort",
        "status",
        "email",
        "external_reference",
        "created_from",
        "created_to",
        "include_total",
    ];

    fn extra_cost(query: &str, _: ApiVersion) -> u32 {
        paging::cost_of_counting(query)
    }

    fn from_query(query: &mut Query<'_>) -> Option<Self> {
        let limit = query.number("limit", PageLimit::try_new);
        let cursor = query.value("cursor", paging::cursor_text);
        let sort = query.value("sort", paging::created_sort);
        let status = query.value("status", CustomerStatus::parse);
        let email = query.value("email", Email::parse);
        let external_reference = query.value("external_reference", ExternalReference::parse);
        let from = query.value("created_from", Timestamp::parse);
        let to = query.value("created_to", Timestamp::parse);
        let include_total = query.flag("include_total");
        Some(Self {
            limit: limit?.unwrap_or_default(),
            cursor: cursor?,
            sort: sort?.unwrap_or_default(),
            filter: CustomerFilter {
                status: status?,
                email: email?,
                external_reference: external_reference?,
                created: Span { from: from?, to: to? },
            },
            include_total: include_total?,
            sent: Sent::of(query, Self::NAMES),
        })
    }
}

impl CustomerListQuery {
    /// What a cursor of this list is valid for.
    pub fn bound(&self, tenant_id: TenantId) -> Bound {
        let CustomerFilter { status, email, external_reference, created } = &self.filter;
        Bound::new(tenant_id, "customers_list", paging::sort_text(self.sort))
            .filter("status", *status)
            .filter("email", email.as_ref())
            .filter("external_reference", external_reference.as_ref())
            .filter("created_from", created.from)
            .filter("created_to", created.to)
    }

    pub fn page(&self, after: Option<CustomerPosition>) -> CustomerQuery {
        CustomerQuery { filter: self.filter.clone(), sort: self.sort, after, limit: self.limit }
    }
}

/// The parameters of the list, for the API description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what CustomerListQuery reads")]
pub struct CustomerListParams {
    /// Customers of a page.
    #[param(minimum = 1, maximum = 100, default = 20, nullable = false)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[param(max_length = 66, pattern = "^[A-Za-z0-9_-]+$", nullable = false)]
    cursor: Option<String>,
    /// The order of the list.
    #[param(inline, default = "-created_at", nullable = false)]
    sort: Option<CreatedSortParam>,
    #[param(inline, nullable = false)]
    status: Option<CustomerStatusBody>,
    #[param(
        min_length = 3,
        max_length = 254,
        pattern = r"^[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]+$",
        nullable = false
    )]
    email: Option<String>,
    #[param(
        min_length = 1,
        max_length = 128,
        pattern = r"^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$",
        nullable = false
    )]
    external_reference: Option<String>,
    /// Created at or after this time.
    #[param(format = DateTime, max_length = 64, nullable = false)]
    created_from: Option<String>,
    /// Created before this time.
    #[param(format = DateTime, max_length = 64, nullable = false)]
    created_to: Option<String>,
    /// Adds how many customers match, counted up to 10 000.
    #[param(default = false, nullable = false)]
    include_total: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_described() {
        let described = CustomerListParams::into_params(|| None);
        let names: Vec<_> = described.into_iter().map(|parameter| parameter.name).collect();
        assert_eq!(names, CustomerListQuery::NAMES);
    }
}
