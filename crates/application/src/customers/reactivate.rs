//! Reactivates a customer.

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

/// Orders may be placed again. One that is active already stays as it is.
///
/// # Errors
/// `permission_denied`, `customer_not_found`, `version_conflict`, `customer_anonymised`, and those of every write.
#[tracing::instrument(name = "customers.reactivate", skip_all, fields(tenant.id = %ctx.tenant.id(), customer.id = %id))]
pub async fn reactivate(
    app: &App,
    ctx: &Ctx,
    id: CustomerId,
    conditions: Conditions<CustomerView>,
) -> Result<Done<CustomerView>, Error> {
    ctx.require(Permission::CustomersWrite)?;

    let change = CustomerChange {
        id,
        decide: |customer: &mut Customer, at| customer.reactivate(at),
        require: nothing_else,
        answer: whole_customer,
    };

    change.run(app, ctx, conditions).await
}
