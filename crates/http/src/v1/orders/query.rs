//! The parameters of reads of orders.

use orderbase_application::orders::ListExtras;
use orderbase_application::views::{OrderFilter, OrderPosition, OrderQuery, OrderSort, Span, TotalBounds};
use orderbase_kernel::{
    BusinessDate, Currency, CustomerId, ExternalReference, Invalid, Money, OrderId, PageLimit, TenantId, Timestamp,
    Version,
};
use orderbase_orders::{OrderNumber, OrderStatus};

use crate::cursor::{self, Bound};
use crate::extract::{FromQuery, Query, sends};
use crate::v1::paging::{self, Sent};
use crate::version::ApiVersion;

const SORTS: &[&str] = &["-created_at", "created_at", "-total_amount", "total_amount"];

/// What `GET /orders/{id}` takes.
#[derive(Clone, Copy, Debug)]
pub struct OrderGetQuery {
    pub expand_customer: bool,
}

impl FromQuery for OrderGetQuery {
    const NAMES: &'static [&'static str] = &["expand"];

    fn extra_cost(query: &str, version: ApiVersion) -> u32 {
        cost_of_expanding(query, version)
    }

    fn from_query(query: &mut Query<'_>) -> Option<Self> {
        Some(Self { expand_customer: expand_customer(query)? })
    }
}

/// One more query, one more unit (api.md §5). Version 2 shows the customer whether it is asked for or not.
fn cost_of_expanding(query: &str, version: ApiVersion) -> u32 {
    u32::from(version == ApiVersion::V1 && sends(query, "expand", ""))
}

/// `expand=customer`; the name alone is known.
fn expand_customer(query: &mut Query<'_>) -> Option<bool> {
    let expanded = query.list("expand", |text| match text {
        "customer" => Ok(()),
        _ => Err(Invalid::not_one_of(&["customer"])),
    })?;
    Some(!expanded.is_empty())
}

/// What `GET /orders` takes.
#[derive(Debug)]
pub struct OrderListQuery {
    pub limit: PageLimit,
    pub cursor: Option<String>,
    pub sort: OrderSort,
    pub filter: OrderFilter,
    extras: ListExtras,
    pub(in crate::v1) sent: Sent,
}

impl FromQuery for OrderListQuery {
    const NAMES: &'static [&'static str] = &[
        "limit",
        "cursor",
        "sort",
        "status",
        "customer_id",
        "currency",
        "number",
        "external_reference",
        "created_from",
        "created_to",
        "business_date_from",
        "business_date_to",
        "min_total",
        "max_total",
        "include_total",
        "expand",
    ];

    fn extra_cost(query: &str, version: ApiVersion) -> u32 {
        cost_of_expanding(query, version) + paging::cost_of_counting(query)
    }

    fn from_query(query: &mut Query<'_>) -> Option<Self> {
        let limit = query.number("limit", PageLimit::try_new);
        let cursor = query.value("cursor", paging::cursor_text);
        let sort = query.value("sort", sort);
        let filter = filter(query);
        let include_total = query.flag("include_total");
        let expand_customer = expand_customer(query);
        let filter = filter?;
        Some(Self {
            limit: limit?.unwrap_or_default(),
            cursor: cursor?,
            sort: sort?.unwrap_or_else(|| sort_without_wish(&filter)),
            filter,
            extras: ListExtras { include_total: include_total?, expand_customer: expand_customer? },
            sent: Sent::of(query, Self::NAMES),
        })
    }
}

fn filter(query: &mut Query<'_>) -> Option<OrderFilter> {
    let statuses = query.list("status", OrderStatus::parse);
    let customer_id = query.value("customer_id", CustomerId::parse);
    let currency = query.value("currency", Currency::parse);
    let number = query.number("number", |number| OrderNumber::try_new(u64::try_from(number).unwrap_or(0)));
    let external_reference = query.value("external_reference", ExternalReference::parse);
    let created = span(query, ["created_from", "created_to"], Timestamp::parse);
    let business_date = span(query, ["business_date_from", "business_date_to"], BusinessDate::parse);
    let total = span(query, ["min_total", "max_total"], |text| total(text, currency.flatten()));
    let Span { from: min, to: max } = total?;
    Some(OrderFilter {
        statuses: statuses?,
        customer_id: customer_id?,
        currency: currency?,
        number: number?,
        external_reference: external_reference?,
        created: created?,
        business_date: business_date?,
        total: TotalBounds { min, max },
    })
}

fn span<T>(
    query: &mut Query<'_>,
    [from, to]: [&'static str; 2],
    parse: impl Fn(&str) -> Result<T, Invalid>,
) -> Option<Span<T>> {
    let from = query.value(from, &parse);
    let to = query.value(to, &parse);
    Some(Span { from: from?, to: to? })
}

/// Minor units. Without its currency an amount is read as any currency would; that the currency is missing is told elsewhere.
fn total(text: &str, currency: Option<Currency>) -> Result<i64, Invalid> {
    let mut refusal = Invalid::pattern("a decimal amount");
    for candidate in Currency::ALL.into_iter().filter(|candidate| currency.is_none_or(|own| own == *candidate)) {
        match Money::parse(text, candidate) {
            Ok(money) => return Ok(money.minor()),
            Err(invalid) => refusal = invalid,
        }
    }
    Err(refusal)
}

fn sort(text: &str) -> Result<OrderSort, Invalid> {
    match text {
        "-created_at" => Ok(OrderSort::NewestFirst),
        "created_at" => Ok(OrderSort::OldestFirst),
        "-total_amount" => Ok(OrderSort::LargestFirst),
        "total_amount" => Ok(OrderSort::SmallestFirst),
        _ => Err(Invalid::not_one_of(SORTS)),
    }
}

/// Bounds of the total are bounds of an order by total; its first direction is the largest first.
fn sort_without_wish(filter: &OrderFilter) -> OrderSort {
    match filter.total {
        TotalBounds { min: None, max: None } => OrderSort::default(),
        TotalBounds { .. } => OrderSort::LargestFirst,
    }
}

fn sort_name(sort: OrderSort) -> &'static str {
    match sort {
        OrderSort::NewestFirst => "-created_at",
        OrderSort::OldestFirst => "created_at",
        OrderSort::LargestFirst => "-total_amount",
        OrderSort::SmallestFirst => "total_amount",
    }
}

impl OrderListQuery {
    /// What a cursor of this list is valid for.
    pub fn bound(&self, tenant_id: TenantId) -> Bound {
        let OrderFilter { statuses, customer_id, currency, number, external_reference, created, business_date, total } =
            &self.filter;
        Bound::new(tenant_id, "orders_list", sort_name(self.sort))
            .filter("status", cursor::joined(statuses))
            .filter("customer_id", *customer_id)
            .filter("currency", *currency)
            .filter("number", *number)
            .filter("external_reference", external_reference.as_ref())
            .filter("created_from", created.from)
            .filter("created_to", created.to)
            .filter("business_date_from", business_date.from)
            .filter("business_date_to", business_date.to)
            .filter("min_total", total.min)
            .filter("max_total", total.max)
    }

    /// What the page brings beside its rows. Orders of version 2 show their customers whether that is asked for or not.
    pub fn extras(&self, version: ApiVersion) -> ListExtras {
        let ListExtras { include_total, expand_customer } = self.extras;
        ListExtras { include_total, expand_customer: expand_customer || version == ApiVersion::V2 }
    }

    pub fn page(&self, after: Option<OrderPosition>) -> OrderQuery {
        OrderQuery { filter: self.filter.clone(), sort: self.sort, after, limit: self.limit }
    }
}

/// What `GET /orders/{id}/events` takes.
#[derive(Debug)]
pub struct EventListQuery {
    pub limit: PageLimit,
    pub cursor: Option<String>,
    pub after: Option<Version>,
    pub(in crate::v1) sent: Sent,
}

impl FromQuery for EventListQuery {
    const NAMES: &'static [&'static str] = &["limit", "cursor", "after"];

    fn from_query(query: &mut Query<'_>) -> Option<Self> {
        let limit = query.number("limit", PageLimit::try_new);
        let cursor = query.value("cursor", paging::cursor_text);
        let after = query.number("after", sequence);
        Some(Self {
            limit: limit?.unwrap_or_default(),
            cursor: cursor?,
            after: after?.flatten(),
            sent: Sent::of(query, Self::NAMES),
        })
    }
}

/// The largest sequence that every reader of JSON agrees on.
const SEQUENCE_MAX: i64 = 9_007_199_254_740_991;

/// Behind 0 is from the first.
fn sequence(number: i64) -> Result<Option<Version>, Invalid> {
    match u64::try_from(number) {
        Ok(0) => Ok(None),
        Ok(behind) if number <= SEQUENCE_MAX => Version::try_new(behind).map(Some),
        _ => Err(Invalid::range(0, SEQUENCE_MAX)),
    }
}

impl EventListQuery {
    /// What a cursor of this list is valid for.
    pub fn bound(&self, tenant_id: TenantId, order: OrderId) -> Bound {
        Bound::new(tenant_id, "orders_events", "sequence").filter("id", Some(order)).filter("after", self.after)
    }
}

#[cfg(test)]
mod tests {
    use utoipa::IntoParams;

    use super::*;
    use crate::v1::orders::params::{EventListParams, OrderListParams};

    fn described(params: Vec<utoipa::openapi::path::Parameter>) -> Vec<String> {
        params.into_iter().map(|parameter| parameter.name).collect()
    }

    #[test]
    fn what_is_read_is_described() {
        let none = || None::<utoipa::openapi::path::ParameterIn>;
        assert_eq!(described(OrderListParams::into_params(none)), OrderListQuery::NAMES);
        assert_eq!(described(EventListParams::into_params(none)), EventListQuery::NAMES);
    }

    #[test]
    fn sorts_are_read_as_they_are_named() {
        for name in SORTS {
            assert_eq!(sort(name).map(sort_name), Ok(*name));
        }
    }
}
