//! `PUT /api/v1/orders/{id}/items`: replaces the list of items.

use orderbase_application::{Code, orders};
use orderbase_kernel::OrderId;

use super::answer;
use crate::dto::order::{OrderBody, ReplaceItemsBody};
use crate::extract::permission::OrdersWrite;
use crate::extract::{Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_replace_items, _, _, _>(replace_items).if_match_required().refuses(&[
        Code::PlanLimitReached,
        Code::OrderNotEditable,
        Code::OrderEventLimit,
        Code::CustomerInactive,
        Code::OrderTotalOutOfRange,
        Code::CurrencyMismatch,
    ])
}

/// Replace all items
///
/// Gives a pending order of an active customer a whole new list of items; each gets a new id, and the total is computed anew. A list
/// that says the same as the present one has no effect.
#[utoipa::path(
    put,
    path = "/api/v1/orders/{id}/items",
    operation_id = "orders_replace_items",
    tag = "Orders",
    params(("id" = String, Path, description = "The order's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000a1")),
    request_body(content = ReplaceItemsBody, example = json!(crate::dto::examples::replace_items())),
    responses((status = 200, description = "The order with its new items.", body = OrderBody<'_>, example = json!(crate::dto::examples::order())))
)]
pub async fn replace_items(call: Call<OrdersWrite, ReplaceItemsBody, OrderId>) -> Answer {
    let render = answer::changed(call.ctx());
    let conditions = call.conditions(render.clone());
    let Parts { app, ctx, body, path, .. } = call.into_parts();

    let done = orders::replace_items(&app, &ctx, path, body, conditions).await?;

    respond::done(done, render)
}
