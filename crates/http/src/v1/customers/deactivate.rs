//! `POST /api/v1/customers/{id}/deactivate`: deactivates a customer.

use orderbase_application::{Code, customers};
use orderbase_kernel::CustomerId;

use super::answer;
use crate::dto::customer::CustomerBody;
use crate::extract::permission::CustomersWrite;
use crate::extract::{Call, NoBody, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_deactivate, _, _, _>(deactivate).once().if_match().refuses(&[Code::CustomerAnonymised])
}

/// Deactivate a customer
///
/// An inactive customer gets no new orders; those it has live on. Repeating it changes nothing and is 200.
#[utoipa::path(
    post,
    path = "/api/v1/customers/{id}/deactivate",
    operation_id = "customers_deactivate",
    tag = "Customers",
    params(("id" = String, Path, description = "The customer's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000c1")),
    responses((
        status = 200,
        description = "The customer, inactive.",
        body = CustomerBody<'_>,
        example = json!(crate::dto::examples::inactive_customer())
    ))
)]
pub async fn deactivate(call: Call<CustomersWrite, NoBody, CustomerId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx, path, .. } = call.into_parts();

    let done = customers::deactivate(&app, &ctx, path, conditions).await?;

    respond::done(done, answer::changed)
}

#[cfg(test)]
mod tests {
    use crate::testing::TestApp;
    use crate::v1::fixtures;

    #[actix_web::test]
    async fn takes_effect_once() {
        let app = TestApp::start().await;
        let id = fixtures::customer(&app).await;
        let path = format!("/api/v1/customers/{id}/deactivate");
        let stale = app.post(&path).if_match("\"9\"").send().await;
        assert_eq!((stale.status.as_u16(), stale.problem().as_str()), (412, "version_conflict"));
        let answer = app.post(&path).key("k").send().await;
        assert_eq!((answer.status.as_u16(), answer.json()["status"].as_str()), (200, Some("inactive")));
        assert_eq!(answer.header("etag"), "\"2\"");
        assert_eq!(app.post(&path).text("{}").send().await.bytes, answer.bytes);
        let again = app.post(&path).key("k").send().await;
        assert_eq!((&again.bytes, again.header("idempotent-replayed")), (&answer.bytes, "true"));
        let extra = app.post(&path).text(r#"{"reason":"x"}"#).send().await;
        assert_eq!(extra.faults(), ["#/reason unknown_field"]);
    }

    #[actix_web::test]
    async fn an_anonymised_customer_stays_as_it_is() {
        let app = TestApp::start().await;
        let id = fixtures::anonymised(&app).await;
        let answer = app.post(&format!("/api/v1/customers/{id}/deactivate")).send().await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (409, "customer_anonymised"));
    }
}
