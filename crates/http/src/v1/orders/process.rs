//! `POST /api/v1/orders/{id}/process`: begins to process a confirmed order.

use orderbase_application::{Code, orders};
use orderbase_kernel::OrderId;

use super::answer;
use crate::dto::order::OrderBody;
use crate::extract::permission::OrdersProcess;
use crate::extract::{Call, NoBody, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_process, _, _, _>(process).once().if_match().refuses(&[Code::OrderInvalidTransition])
}

/// Begin to process an order
///
/// A confirmed order becomes processing. Repeating it changes nothing and is 200.
#[utoipa::path(
    post,
    path = "/api/v1/orders/{id}/process",
    operation_id = "orders_process",
    tag = "Orders",
    params(("id" = String, Path, description = "The order's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000a1")),
    responses((status = 200, description = "The order, in processing.", body = OrderBody<'_>, example = json!(crate::dto::examples::order_in("processing"))))
)]
pub async fn process(call: Call<OrdersProcess, NoBody, OrderId>) -> Answer {
    let render = answer::changed(call.ctx());
    let conditions = call.conditions(render.clone());
    let Parts { app, ctx, path, .. } = call.into_parts();

    let done = orders::process(&app, &ctx, path, conditions).await?;

    respond::done(done, render)
}
