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
    Route::of::<__path_notes, _, _, _>(notes).once().if_match().appends().refuses(&[Code::OrderEventLimit])
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
    responses((
        status = 201,
        description = "The event of the note.",
        body = EventBody<'_>,
        example = json!(crate::dto::examples::event())
    ))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::{self, id};

    #[actix_web::test]
    async fn adds_a_note_in_every_status() {
        let app = TestApp::start().await;
        for steps in [&[][..], &["confirm", "process", "complete"], &["cancel"]] {
            let id = fixtures::order_after(&app, steps).await;
            let path = format!("/api/v1/orders/{id}/notes");
            let answer = app.post(&path).json(&json!({"text": "first\n\tsecond"})).key(&id).send().await;
            let event = answer.json();
            let sequence = steps.len() + 2;
            assert_eq!((answer.status.as_u16(), event["type"].as_str()), (201, Some("order.note_added")), "{answer:?}");
            assert_eq!(event["sequence"], sequence);
            assert_eq!(event["personal"], json!({"note": "first\n\tsecond"}));
            assert!(!event["data"].to_string().contains("second"));
            assert_eq!(answer.header("location"), format!("/api/v1/orders/{id}/events/{sequence}"));
            let read = app.get(answer.header("location")).send().await;
            assert_eq!((read.status.as_u16(), &read.bytes), (200, &answer.bytes));
            let again = app.post(&path).json(&json!({"text": "first\n\tsecond"})).key(&id).send().await;
            assert_eq!(
                (again.status.as_u16(), &again.bytes, again.header("idempotent-replayed")),
                (201, &answer.bytes, "true")
            );
        }
    }

    #[actix_web::test]
    async fn a_note_has_its_bounds() {
        let app = TestApp::start().await;
        let path = format!("/api/v1/orders/{}/notes", id(&fixtures::order(&app).await));
        let cases = vec![
            ("/text", json!(""), Some("too_short")),
            ("/text", json!(" \n "), Some("too_short")),
            ("/text", json!("x"), None),
            ("/text", json!("x".repeat(2_000)), None),
            ("/text", json!("x".repeat(2_001)), Some("too_long")),
            ("/text", json!("a\u{0}"), Some("control_character")),
            ("/text", json!("a\rb"), Some("control_character")),
            ("/text", json!(null), Some("null_not_allowed")),
            ("/text", json!(7), Some("type")),
            ("/author", json!("me"), Some("unknown_field")),
        ];
        fixtures::judge(&app, &path, &json!({"text": "x"}), cases).await;
    }

    #[actix_web::test]
    async fn a_version_is_heeded_if_it_is_sent() {
        let app = TestApp::start().await;
        let path = format!("/api/v1/orders/{}/notes", id(&fixtures::order(&app).await));
        let stale = app.post(&path).if_match("\"2\"").json(&json!({"text": "x"})).send().await;
        assert_eq!((stale.status.as_u16(), stale.problem().as_str()), (412, "version_conflict"));
        assert_eq!(app.post(&path).if_match("\"1\"").json(&json!({"text": "x"})).send().await.status, 201);
    }

    #[actix_web::test]
    async fn a_thousand_events_are_enough() {
        let app = TestApp::start().await;
        let id = id(&fixtures::order(&app).await);
        let path = format!("/api/v1/orders/{id}/notes");
        for _ in 1..1_000 {
            assert_eq!(app.post(&path).json(&json!({"text": "x"})).send().await.status, 201);
        }
        let over = app.post(&path).json(&json!({"text": "x"})).send().await;
        assert_eq!((over.status.as_u16(), over.problem().as_str()), (409, "order_event_limit"));
        let patch = app.patch(&format!("/api/v1/orders/{id}")).if_match("*").json(&json!({"metadata": {"a": 1}}));
        assert_eq!(patch.send().await.problem(), "order_event_limit");
        assert_eq!(app.post(&format!("/api/v1/orders/{id}/confirm")).send().await.status, 200);
    }
}
