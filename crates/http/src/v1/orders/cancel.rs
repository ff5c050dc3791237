//! `POST /api/v1/orders/{id}/cancel`: cancels an order.

use orderbase_application::{Code, orders};
use orderbase_kernel::OrderId;

use super::answer;
use crate::dto::order::{CancelOrderBody, OrderBody};
use crate::extract::permission::OrdersCancel;
use crate::extract::{Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_cancel, _, _, _>(cancel).once().if_match().refuses(&[Code::OrderInvalidTransition])
}

/// Cancel an order
///
/// A pending or confirmed order becomes cancelled, which is final. An order in processing needs a note, and a caller who holds
/// `orders:cancel_processing`. Cancelling a cancelled order changes nothing, keeps the first reason and is 200.
#[utoipa::path(
    post,
    path = "/api/v1/orders/{id}/cancel",
    operation_id = "orders_cancel",
    tag = "Orders",
    params(("id" = String, Path, description = "The order's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000a1")),
    request_body(content = CancelOrderBody, example = json!(crate::dto::examples::cancel())),
    responses((status = 200, description = "The order, cancelled.", body = OrderBody<'_>, example = json!(crate::dto::examples::order_in("cancelled"))))
)]
pub async fn cancel(call: Call<OrdersCancel, CancelOrderBody, OrderId>) -> Answer {
    let render = answer::changed(call.ctx());
    let conditions = call.conditions(render.clone());
    let Parts { app, ctx, body, path, .. } = call.into_parts();

    let done = orders::cancel(&app, &ctx, path, body, conditions).await?;

    respond::done(done, render)
}
