//! `POST /api/v1/customers`: creates a customer.

use orderbase_application::{Code, customers};

use super::answer;
use crate::dto::customer::{CreateCustomerBody, CustomerBody};
use crate::extract::permission::CustomersWrite;
use crate::extract::{Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_create, _, _, _>(create)
        .once()
        .creates()
        .refuses(&[Code::CustomerEmailTaken, Code::ExternalReferenceTaken])
}

/// Create a customer
///
/// Creates an active customer. Email and external reference are unique in the tenant where they are given.
#[utoipa::path(
    post,
    path = "/api/v1/customers",
    operation_id = "customers_create",
    tag = "Customers",
    request_body(content = CreateCustomerBody, example = json!(crate::dto::examples::create_customer())),
    responses((
        status = 201,
        description = "The customer was created.",
        body = CustomerBody<'_>,
        example = json!(crate::dto::examples::customer())
    ))
)]
pub async fn create(call: Call<CustomersWrite, CreateCustomerBody>) -> Answer {
    let conditions = call.conditions(answer::created);
    let Parts { app, ctx, body, .. } = call.into_parts();

    let done = customers::create(&app, &ctx, body, conditions).await?;

    respond::done(done, answer::created)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::{self, id};

    const PATH: &str = "/api/v1/customers";

    #[actix_web::test]
    async fn creates_an_active_customer() {
        let app = TestApp::start().await;
        let body = json!({"name": " Ada ", "email": "Ada@Example.com", "external_reference": "crm-1", "metadata": {"tier": "gold"}});
        let answer = app.post(PATH).json(&body).key("k").send().await;
        let id = id(&answer);
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""));
        assert_eq!(answer.header("location"), format!("{PATH}/{id}"));
        let expected = json!({
            "id": id, "name": "Ada", "email": "ada@example.com", "external_reference": "crm-1", "status": "active",
            "metadata": {"tier": "gold"}, "created_at": "2026-01-15T12:00:00.000Z", "updated_at": "2026-01-15T12:00:00.000Z", "version": 1
        });
        assert_eq!(answer.json(), expected);
        assert_eq!(app.get(answer.header("location")).send().await.bytes, answer.bytes);
        let again = app.post(PATH).json(&body).key("k").send().await;
        assert_eq!(
            (again.status.as_u16(), &again.bytes, again.header("idempotent-replayed")),
            (201, &answer.bytes, "true")
        );
        let other = app.post(PATH).json(&json!({"name": "Bob"})).key("k").send().await;
        assert_eq!((other.status.as_u16(), other.problem().as_str()), (422, "idempotency_key_reused"));
        let bare = app.post(PATH).json(&json!({"name": "Bob", "email": null, "metadata": null})).send().await.json();
        assert_eq!((bare.get("email"), bare.get("anonymised_at"), &bare["metadata"]), (None, None, &json!({})));
    }

    #[actix_web::test]
    async fn every_member_has_its_bounds() {
        let app = TestApp::start().await;
        let cases = vec![
            ("/name", json!(""), Some("too_short")),
            ("/name", json!("\u{a0}"), Some("too_short")),
            ("/name", json!("x"), None),
            ("/name", json!("x".repeat(200)), None),
            ("/name", json!("x".repeat(201)), Some("too_long")),
            ("/name", json!("a\u{0}b"), Some("control_character")),
            ("/name", json!(null), Some("null_not_allowed")),
            ("/name", json!(["x"]), Some("type")),
            ("/email", json!("a@"), Some("too_short")),
            ("/email", json!("a@b"), None),
            ("/email", json!("abc"), Some("pattern")),
            ("/email", json!("a@b@c"), Some("pattern")),
            ("/email", json!("a b@c"), Some("pattern")),
            ("/email", json!(format!("{}@{}", "a".repeat(64), "b".repeat(189))), None),
            ("/email", json!(format!("{}@{}", "a".repeat(64), "b".repeat(190))), Some("too_long")),
            ("/external_reference", json!(""), Some("too_short")),
            ("/external_reference", json!("x".repeat(128)), None),
            ("/external_reference", json!("x".repeat(129)), Some("too_long")),
            ("/metadata", json!("x"), Some("type")),
            ("/status", json!("active"), Some("unknown_field")),
            ("/id", json!("x"), Some("unknown_field")),
        ];
        fixtures::judge(&app, PATH, &json!({"name": "Ada"}), cases).await;
        assert_eq!(app.post(PATH).json(&json!({})).send().await.faults(), ["#/name required"]);
        let all = app.post(PATH).json(&json!({"name": "", "email": "x", "external_reference": " "})).send().await;
        assert_eq!(all.faults(), ["#/name too_short", "#/email too_short", "#/external_reference pattern"]);
    }

    #[actix_web::test]
    async fn email_and_reference_stand_once_in_a_tenant() {
        let app = TestApp::start().await;
        let body = json!({"name": "Ada", "email": "ada@example.com", "external_reference": "crm-1"});
        let first = app.post(PATH).json(&body).send().await;
        for (body, code) in [
            (json!({"name": "Eve", "email": "ADA@example.com"}), "customer_email_taken"),
            (json!({"name": "Eve", "external_reference": "crm-1"}), "external_reference_taken"),
        ] {
            let answer = app.post(PATH).json(&body).send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (409, code));
            assert_eq!(answer.json()["existing_id"], first.json()["id"]);
        }
        let (_, other) = app.tenant("other").await;
        assert_eq!(app.post(PATH).as_key(&other).json(&body).send().await.status, 201);
    }
}
