//! `GET /api/v1/orders/{id}`: one order.

use actix_web::http::header::HeaderValue;
use orderbase_application::orders;
use orderbase_application::views::{CustomerView, OrderView};
use orderbase_kernel::OrderId;

use super::query::OrderGetQuery;
use crate::dto::order::OrderBody;
use crate::etag;
use crate::extract::permission::OrdersRead;
use crate::extract::{Call, NoBody};
use crate::problem::Problem;
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_get, _, _, _>(get).etag()
}

/// One order
///
/// The order with its items. `expand=customer` adds the customer and needs `customers:read` too; the entity tag then names both
/// versions.
#[utoipa::path(
    get,
    path = "/api/v1/orders/{id}",
    operation_id = "orders_get",
    tag = "Orders",
    params(
        ("id" = String, Path, description = "The order's id.", format = Uuid, min_length = 36, max_length = 36,
            example = "01980000-0000-7000-8000-0000000000a1"),
        ("expand" = Option<String>, Query, description = "What to add: `customer`.", pattern = "^customer$", max_length = 8,
            nullable = false),
    ),
    responses((status = 200, description = "The order.", body = OrderBody<'_>, example = json!(crate::dto::examples::order())))
)]
pub async fn get(call: Call<OrdersRead, NoBody, OrderId, OrderGetQuery>) -> Answer {
    let found = orders::get(call.app(), call.ctx(), call.path, call.query.expand_customer).await?;

    let prefix = call.ctx().tenant.settings().order_prefix();
    let body = OrderBody::new(&found.order, prefix).with_customer(found.customer.as_ref());
    respond::tagged(&call.if_none_match, tag(&found.order, found.customer.as_ref())?, &body)
}

/// The bytes with a customer are others than those without, and change with it.
fn tag(order: &OrderView, customer: Option<&CustomerView>) -> Result<HeaderValue, Problem> {
    match customer {
        None => Ok(etag::of_version(order.version)),
        Some(customer) => {
            HeaderValue::try_from(format!("\"{}-c{}\"", order.version, customer.version)).map_err(Problem::internal)
        }
    }
}
