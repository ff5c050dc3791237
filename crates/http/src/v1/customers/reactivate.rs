//! `POST /api/v1/customers/{id}/reactivate`: reactivates a customer.

use orderbase_application::{Code, customers};
use orderbase_kernel::CustomerId;

use super::answer;
use crate::dto::customer::CustomerBody;
use crate::extract::permission::CustomersWrite;
use crate::extract::{Call, NoBody, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_reactivate, _, _, _>(reactivate).once().if_match().refuses(&[Code::CustomerAnonymised])
}

/// Reactivate a customer
///
/// An active customer gets new orders again. Repeating it changes nothing and is 200.
#[utoipa::path(
    post,
    path = "/api/v1/customers/{id}/reactivate",
    operation_id = "customers_reactivate",
    tag = "Customers",
    params(("id" = String, Path, description = "The customer's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000c1")),
    responses((
        status = 200,
        description = "The customer, active.",
        body = CustomerBody<'_>,
        example = json!(crate::dto::examples::customer())
    ))
)]
pub async fn reactivate(call: Call<CustomersWrite, NoBody, CustomerId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx, path, .. } = call.into_parts();

    let done = customers::reactivate(&app, &ctx, path, conditions).await?;

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
        let path = format!("/api/v1/customers/{id}/reactivate");
        app.post(&format!("/api/v1/customers/{id}/deactivate")).send().await;
        let stale = app.post(&path).if_match("\"9\"").send().await;
        assert_eq!((stale.status.as_u16(), stale.problem().as_str()), (412, "version_conflict"));
        let answer = app.post(&path).key("k").send().await;
        assert_eq!((answer.status.as_u16(), answer.json()["status"].as_str()), (200, Some("active")));
        assert_eq!(answer.header("etag"), "\"3\"");
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
        let answer = app.post(&format!("/api/v1/customers/{id}/reactivate")).send().await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (409, "customer_anonymised"));
    }
}
