//! `GET /api/v1/customers/{id}`: one customer.

use orderbase_application::customers;
use orderbase_kernel::CustomerId;

use crate::dto::customer::CustomerBody;
use crate::extract::permission::CustomersRead;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_get, _, _, _>(get).etag()
}

/// One customer
///
/// The customer with its metadata. An anonymised customer is still found, without what was erased.
#[utoipa::path(
    get,
    path = "/api/v1/customers/{id}",
    operation_id = "customers_get",
    tag = "Customers",
    params(("id" = String, Path, description = "The customer's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000c1")),
    responses((
        status = 200,
        description = "The customer.",
        body = CustomerBody<'_>,
        example = json!(crate::dto::examples::customer())
    ))
)]
pub async fn get(call: Call<CustomersRead, NoBody, CustomerId>) -> Answer {
    let view = customers::get(call.app(), call.ctx(), call.path).await?;

    respond::resource(&call.if_none_match, view.version, &CustomerBody::from(&view))
}

#[cfg(test)]
mod tests {
    use crate::testing::TestApp;
    use crate::v1::fixtures::{self, RANDOM_ID};

    #[actix_web::test]
    async fn one_customer_and_its_tag() {
        let app = TestApp::start().await;
        let path = format!("/api/v1/customers/{}", fixtures::customer(&app).await);
        let answer = app.get(&path).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"1\""));
        assert_eq!(app.get(&path).if_none_match("W/\"1\"").send().await.status, 304);
        assert_eq!(app.get(&format!("{path}?expand=orders")).send().await.problem(), "unknown_parameter");
        let missing = app.get(&format!("/api/v1/customers/{RANDOM_ID}")).send().await;
        assert_eq!((missing.status.as_u16(), missing.problem().as_str()), (404, "customer_not_found"));
        assert_eq!(app.get("/api/v1/customers/ada").send().await.problem(), "invalid_parameter");
    }
}
