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
    responses((status = 200, description = "The customer, inactive.", body = CustomerBody<'_>, example = json!(crate::dto::examples::inactive_customer())))
)]
pub async fn deactivate(call: Call<CustomersWrite, NoBody, CustomerId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx, path, .. } = call.into_parts();

    let done = customers::deactivate(&app, &ctx, path, conditions).await?;

    respond::done(done, answer::changed)
}
