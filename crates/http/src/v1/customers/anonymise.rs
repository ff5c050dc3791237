//! `POST /api/v1/customers/{id}/anonymise`: erases who a customer was.

use orderbase_application::customers;
use orderbase_kernel::CustomerId;

use super::answer;
use crate::dto::customer::CustomerBody;
use crate::extract::permission::CustomersAnonymise;
use crate::extract::{Call, NoBody, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_anonymise, _, _, _>(anonymise).once().if_match().even_read_only()
}

/// Erase a customer's data
///
/// Erases name, email, external reference and metadata for good, here and in the history; the customer becomes inactive. Its orders
/// stand. Works in a read-only tenant too. Repeating it changes nothing and is 200.
#[utoipa::path(
    post,
    path = "/api/v1/customers/{id}/anonymise",
    operation_id = "customers_anonymise",
    tag = "Customers",
    params(("id" = String, Path, description = "The customer's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000c1")),
    responses((
        status = 200,
        description = "The customer without its data.",
        body = CustomerBody<'_>,
        example = json!(crate::dto::examples::anonymised_customer())
    ))
)]
pub async fn anonymise(call: Call<CustomersAnonymise, NoBody, CustomerId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx, path, .. } = call.into_parts();

    let done = customers::anonymise(&app, &ctx, path, conditions).await?;

    respond::done(done, answer::changed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures;

    /// No key may hold `customers:anonymise`, so the effect is looked at behind the door.
    #[actix_web::test]
    async fn keys_may_not_erase() {
        let app = TestApp::start().await;
        let id = fixtures::customer(&app).await;
        let answer = app.post(&format!("/api/v1/customers/{id}/anonymise")).send().await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (403, "permission_denied"));
        assert_eq!(answer.json()["permission"], "customers:anonymise");
    }

    #[actix_web::test]
    async fn what_is_erased_is_not_shown() {
        let app = TestApp::start().await;
        let id = fixtures::anonymised(&app).await;
        let path = format!("/api/v1/customers/{id}");
        let answer = app.get(&path).send().await;
        let expected = json!({
            "id": id, "name": "Anonymised customer", "status": "inactive", "metadata": {}, "anonymised_at": "2026-01-15T12:00:00.000Z",
            "created_at": "2026-01-15T12:00:00.000Z", "updated_at": "2026-01-15T12:00:00.000Z", "version": 2
        });
        assert_eq!(answer.json(), expected);
        let patch = app.patch(&path).if_match("*").json(&json!({"name": "x"})).send().await;
        assert_eq!((patch.status.as_u16(), patch.problem().as_str()), (409, "customer_anonymised"));
    }
}
