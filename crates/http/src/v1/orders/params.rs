//! What the API description says of the parameters that `query` reads; a test holds their names equal.

use utoipa::IntoParams;

use crate::dto::order::OrderStatusBody;

/// The parameters of the list, for the API description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what OrderListQuery reads")]
pub struct OrderListParams {
    /// Orders of a page.
    #[param(minimum = 1, maximum = 100, default = 20, nullable = false)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[param(max_length = 66, pattern = "^[A-Za-z0-9_-]+$", nullable = false)]
    cursor: Option<String>,
    /// The order of the list. By `total_amount` only with `currency`, and beside it no other filter than `min_total` and `max_total`.
    #[param(inline, default = "-created_at", nullable = false)]
    sort: Option<OrderSortParam>,
    /// One status or several, separated by commas.
    #[param(style = Form, explode = false, min_items = 1, max_items = 5, value_type = Vec<OrderStatusBody>, nullable = false, required = false)]
    status: Option<Vec<String>>,
    #[param(format = Uuid, min_length = 36, max_length = 36, nullable = false)]
    customer_id: Option<String>,
    /// In any case.
    #[param(
        min_length = 3,
        max_length = 3,
        pattern = r"^(?:[Uu][Ss][Dd]|[Ee][Uu][Rr]|[Gg][Bb][Pp]|[Aa][Ee][Dd])$",
        nullable = false
    )]
    currency: Option<String>,
    /// The order's number, without prefix.
    #[param(minimum = 1, maximum = 9007199254740991_i64, nullable = false)]
    number: Option<i64>,
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
    /// On this day or later, in the tenant's time zone.
    #[param(format = Date, max_length = 10, nullable = false)]
    business_date_from: Option<String>,
    /// Before this day.
    #[param(format = Date, max_length = 10, nullable = false)]
    business_date_to: Option<String>,
    /// The least total, in `currency`; sorts by `-total_amount` unless `total_amount` is asked for.
    #[param(max_length = 11, pattern = r"^[0-9]{1,8}(?:\.[0-9]{1,2})?$", nullable = false)]
    min_total: Option<String>,
    /// The greatest total, in `currency`; sorts by `-total_amount` unless `total_amount` is asked for.
    #[param(max_length = 11, pattern = r"^[0-9]{1,8}(?:\.[0-9]{1,2})?$", nullable = false)]
    max_total: Option<String>,
    /// Adds how many orders match, counted up to 10 000.
    #[param(default = false, nullable = false)]
    include_total: Option<bool>,
    /// What to add to each order: `customer`, which needs `customers:read` too. Without effect in version 2, which always adds it.
    #[param(max_length = 8, pattern = "^customer$", nullable = false)]
    expand: Option<String>,
}

/// The parameters of the history, for the API description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what EventListQuery reads")]
pub struct EventListParams {
    /// Events of a page.
    #[param(minimum = 1, maximum = 100, default = 20, nullable = false)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[param(max_length = 66, pattern = "^[A-Za-z0-9_-]+$", nullable = false)]
    cursor: Option<String>,
    /// Events behind this sequence.
    #[param(minimum = 0, maximum = 9007199254740991_i64, nullable = false)]
    after: Option<i64>,
}

/// The orders that lists of orders have.
#[derive(utoipa::ToSchema)]
#[schema(as = OrderSort)]
#[expect(dead_code, reason = "describes what `sort` reads")]
enum OrderSortParam {
    #[schema(rename = "-created_at")]
    Newest,
    #[schema(rename = "created_at")]
    Oldest,
    #[schema(rename = "-total_amount")]
    Largest,
    #[schema(rename = "total_amount")]
    Smallest,
}
