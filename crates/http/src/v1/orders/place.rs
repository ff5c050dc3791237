//! `POST /api/v1/orders`: places an order.

use orderbase_application::{Code, orders};

use super::answer;
use crate::dto::order::{OrderBody, PlaceOrderBody};
use crate::extract::permission::OrdersWrite;
use crate::extract::{Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_place, _, _, _>(place).once().creates().refuses(&[
        Code::CustomerNotFound,
        Code::ExternalReferenceTaken,
        Code::CustomerInactive,
        Code::OrderTotalOutOfRange,
        Code::CurrencyMismatch,
    ])
}

/// Place an order
///
/// Places an order for an active customer. The total is computed from the items, exactly; number, dates and status are the
/// server's. With an `Idempotency-Key` a repeated request gets the first answer; an `external_reference` guards for ever.
#[utoipa::path(
    post,
    path = "/api/v1/orders",
    operation_id = "orders_place",
    tag = "Orders",
    request_body(content = PlaceOrderBody, example = json!(crate::dto::examples::place_order())),
    responses((status = 201, description = "The order was placed.", body = OrderBody<'_>, example = json!(crate::dto::examples::order())))
)]
pub async fn place(call: Call<OrdersWrite, PlaceOrderBody>) -> Answer {
    let render = answer::placed(call.ctx());
    let conditions = call.conditions(render.clone());
    let Parts { app, ctx, body, .. } = call.into_parts();

    let done = orders::place(&app, &ctx, body, conditions).await?;

    respond::done(done, render)
}
