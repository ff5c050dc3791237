//! `GET /api/v1/orders/{id}/events/{sequence}`: one event.

use orderbase_application::{Code, orders};
use orderbase_kernel::{OrderId, Version};

use crate::dto::event::EventBody;
use crate::extract::permission::OrdersRead;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_event, _, _, _>(event).refuses(&[Code::EventNotFound])
}

/// One event of an order
///
/// Events are numbered from 1 to the order's version, without gap.
#[utoipa::path(
    get,
    path = "/api/v1/orders/{id}/events/{sequence}",
    operation_id = "orders_event",
    tag = "Orders",
    params(
        ("id" = String, Path, description = "The order's id.", format = Uuid, min_length = 36, max_length = 36,
            example = "01980000-0000-7000-8000-0000000000a1"),
        ("sequence" = i64, Path, description = "The number of the event.", minimum = 1, maximum = 9007199254740991_i64, example = 2),
    ),
    responses((status = 200, description = "The event.", body = EventBody<'_>, example = json!(crate::dto::examples::event())))
)]
pub async fn event(call: Call<OrdersRead, NoBody, (OrderId, Version)>) -> Answer {
    let (id, sequence) = call.path;
    let event = orders::event(call.app(), call.ctx(), id, sequence).await?;

    respond::plain(&EventBody::from(&event))
}
