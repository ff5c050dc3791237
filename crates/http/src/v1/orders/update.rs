//! `PATCH /api/v1/orders/{id}`: changes reference and metadata.

use orderbase_application::{Code, orders};
use orderbase_kernel::OrderId;

use super::answer;
use crate::dto::order::{OrderBody, UpdateOrderBody};
use crate::extract::permission::OrdersWrite;
use crate::extract::{Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_update, _, _, _>(update).if_match_required().refuses(&[
        Code::ExternalReferenceTaken,
        Code::OrderNotEditable,
        Code::OrderEventLimit,
        Code::MetadataLimit,
    ])
}

/// Change reference or metadata
///
/// A merge patch (RFC 7396): absent members stay, null removes. Takes effect as a whole or not at all; a patch that changes nothing
/// has no effect.
#[utoipa::path(
    patch,
    path = "/api/v1/orders/{id}",
    operation_id = "orders_update",
    tag = "Orders",
    params(("id" = String, Path, description = "The order's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000a1")),
    request_body(content = UpdateOrderBody, example = json!(crate::dto::examples::update_order())),
    responses((status = 200, description = "The order after the change.", body = OrderBody<'_>, example = json!(crate::dto::examples::order())))
)]
pub async fn update(call: Call<OrdersWrite, UpdateOrderBody, OrderId>) -> Answer {
    let render = answer::changed(call.ctx());
    let conditions = call.conditions(render.clone());
    let Parts { app, ctx, body, path, .. } = call.into_parts();

    let done = orders::update(&app, &ctx, path, body, conditions).await?;

    respond::done(done, render)
}
