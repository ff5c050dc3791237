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
    responses((status = 200, description = "The customer, active.", body = CustomerBody<'_>, example = json!(crate::dto::examples::customer())))
)]
pub async fn reactivate(call: Call<CustomersWrite, NoBody, CustomerId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx, path, .. } = call.into_parts();

    let done = customers::reactivate(&app, &ctx, path, conditions).await?;

    respond::done(done, answer::changed)
}
