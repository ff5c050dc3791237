//! `POST /api/v1/orders/{id}/notes`: adds a note.

use orderbase_application::changeset::KeptAnswer;
use orderbase_application::views::EventView;
use orderbase_application::{Code, orders};
use orderbase_kernel::OrderId;

use crate::dto::event::EventBody;
use crate::dto::order::AddNoteBody;
use crate::extract::permission::OrdersWrite;
use crate::extract::{Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_notes, _, _, _>(notes).once().if_match().refuses(&[Code::OrderEventLimit])
}

/// Add a note
///
/// Adds a note to the order's history, in whatever status the order is, and answers with its event.
#[utoipa::path(
    post,
    path = "/api/v1/orders/{id}/notes",
    operation_id = "orders_notes",
    tag = "Orders",
    params(("id" = String, Path, description = "The order's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000a1")),
    request_body(content = AddNoteBody, example = json!(crate::dto::examples::note())),
    responses((status = 201, description = "The event of the note.", body = EventBody<'_>, example = json!(crate::dto::examples::event())))
)]
pub async fn notes(call: Call<OrdersWrite, AddNoteBody, OrderId>) -> Answer {
    let conditions = call.conditions(added);
    let Parts { app, ctx, body, path, .. } = call.into_parts();

    let done = orders::add_note(&app, &ctx, path, body, conditions).await?;

    respond::done(done, added)
}

/// Pure, so that the same event gives the same bytes.
fn added(event: &EventView) -> KeptAnswer {
    let location = format!("/api/v1/orders/{}/events/{}", event.aggregate.id.as_hyphenated(), event.sequence);
    respond::created_untagged(location, &EventBody::from(event))
}
