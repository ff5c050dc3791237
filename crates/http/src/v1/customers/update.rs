//! `PATCH /api/v1/customers/{id}`: changes a customer.

use orderbase_application::{Code, customers};
use orderbase_kernel::CustomerId;

use super::answer;
use crate::dto::customer::{CustomerBody, UpdateCustomerBody};
use crate::extract::permission::CustomersWrite;
use crate::extract::{Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_update, _, _, _>(update).if_match_required().refuses(&[
        Code::CustomerEmailTaken,
        Code::ExternalReferenceTaken,
        Code::CustomerAnonymised,
        Code::MetadataLimit,
    ])
}

/// Change a customer
///
/// A merge patch (RFC 7396): absent members stay, null removes all but the name. Takes effect as a whole or not at all.
#[utoipa::path(
    patch,
    path = "/api/v1/customers/{id}",
    operation_id = "customers_update",
    tag = "Customers",
    params(("id" = String, Path, description = "The customer's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000c1")),
    request_body(content = UpdateCustomerBody, example = json!(crate::dto::examples::update_customer())),
    responses((
        status = 200,
        description = "The customer after the change.",
        body = CustomerBody<'_>,
        example = json!(crate::dto::examples::customer())
    ))
)]
pub async fn update(call: Call<CustomersWrite, UpdateCustomerBody, CustomerId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx, body, path, .. } = call.into_parts();

    let done = customers::update(&app, &ctx, path, body, conditions).await?;

    respond::done(done, answer::changed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures;

    #[actix_web::test]
    async fn changes_what_is_sent_and_keeps_the_rest() {
        let app = TestApp::start().await;
        let body = json!({"name": "Ada", "email": "ada@example.com", "external_reference": "crm-1", "metadata": {"a": 1, "b": 2}});
        let created = app.post("/api/v1/customers").json(&body).send().await;
        let path = created.header("location").to_owned();
        let patch = json!({"name": "Ada Lovelace", "email": null, "metadata": {"a": null, "c": 3}});
        let answer = app.patch(&path).if_match("\"1\"").json(&patch).send().await;
        let customer = answer.json();
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""));
        assert_eq!((customer["name"].as_str(), customer.get("email")), (Some("Ada Lovelace"), None));
        assert_eq!(
            (customer["external_reference"].as_str(), &customer["metadata"]),
            (Some("crm-1"), &json!({"b": 2, "c": 3}))
        );
        let same = app.patch(&path).if_match("\"2\"").json(&json!({"name": "Ada Lovelace"})).send().await;
        assert_eq!((same.status.as_u16(), &same.bytes), (200, &answer.bytes));
        let emptied = app
            .patch(&path)
            .if_match("*")
            .json(&json!({"external_reference": null, "metadata": null}))
            .send()
            .await
            .json();
        assert_eq!((emptied.get("external_reference"), &emptied["metadata"]), (None, &json!({})));
    }

    #[actix_web::test]
    async fn versions_bounds_and_conflicts() {
        let app = TestApp::start().await;
        let path = format!("/api/v1/customers/{}", fixtures::customer(&app).await);
        app.post("/api/v1/customers")
            .json(&json!({"name": "Eve", "email": "eve@example.com", "external_reference": "r"}))
            .send()
            .await;
        assert_eq!(app.patch(&path).json(&json!({"name": "x"})).send().await.problem(), "precondition_required");
        assert_eq!(
            app.patch(&path).if_match("\"2\"").json(&json!({"name": "x"})).send().await.problem(),
            "version_conflict"
        );
        for (patch, status, code) in [
            (json!({"name": null}), 422, "validation_failed"),
            (json!({"name": ""}), 422, "validation_failed"),
            (json!({"name": "x".repeat(201)}), 422, "validation_failed"),
            (json!({"email": "x"}), 422, "validation_failed"),
            (json!({"status": "inactive"}), 422, "validation_failed"),
            (json!({"metadata": {"_a": 1}}), 422, "metadata_limit"),
            (json!({"email": "eve@example.com"}), 409, "customer_email_taken"),
            (json!({"external_reference": "r"}), 409, "external_reference_taken"),
        ] {
            let answer = app.patch(&path).if_match("*").json(&patch).send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (status, code), "{patch}");
        }
        assert_eq!(app.get(&path).send().await.header("etag"), "\"1\"");
    }
}
