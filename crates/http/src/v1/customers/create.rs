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
    responses((status = 201, description = "The customer was created.", body = CustomerBody<'_>, example = json!(crate::dto::examples::customer())))
)]
pub async fn create(call: Call<CustomersWrite, CreateCustomerBody>) -> Answer {
    let conditions = call.conditions(answer::created);
    let Parts { app, ctx, body, .. } = call.into_parts();

    let done = customers::create(&app, &ctx, body, conditions).await?;

    respond::done(done, answer::created)
}
