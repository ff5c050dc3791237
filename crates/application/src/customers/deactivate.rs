//! Deactivates a customer.

use orderbase_kernel::CustomerId;
use orderbase_orders::Customer;
use orderbase_tenancy::Permission;

use super::change::{CustomerChange, whole_customer};
use crate::app::App;
use crate::change::nothing_else;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::CustomerView;

/// No new orders from now on; those that exist live on. One that is inactive already stays as it is.
///
/// # Errors
/// `permission_denied`, `customer_not_found`, `version_conflict`, `customer_anonymised`, and those of every write.
#[tracing::instrument(name = "customers.deactivate", skip_all, fields(tenant.id = %ctx.tenant.id(), customer.id = %id))]
pub async fn deactivate(
    app: &App,
    ctx: &Ctx,
    id: CustomerId,
    conditions: Conditions<CustomerView>,
) -> Result<Done<CustomerView>, Error> {
    ctx.require(Permission::CustomersWrite)?;

    let change = CustomerChange {
        id,
        decide: |customer: &mut Customer, at| customer.deactivate(at),
        require: nothing_else,
        answer: whole_customer,
    };

    change.run(app, ctx, conditions).await
}
