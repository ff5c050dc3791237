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
    responses((status = 200, description = "The customer after the change.", body = CustomerBody<'_>, example = json!(crate::dto::examples::customer())))
)]
pub async fn update(call: Call<CustomersWrite, UpdateCustomerBody, CustomerId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx, body, path, .. } = call.into_parts();

    let done = customers::update(&app, &ctx, path, body, conditions).await?;

    respond::done(done, answer::changed)
}
