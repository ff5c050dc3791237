//! Erases who a customer was.

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

/// Erases name, email, reference and metadata for good, and with them what the customer's events say of the person. One that
/// was anonymised already stays as it is. Runs in a read-only tenant too: the law does not wait for a plan.
///
/// # Errors
/// `permission_denied`, `customer_not_found`, `version_conflict`, and those of every write.
#[tracing::instrument(name = "customers.anonymise", skip_all, fields(tenant.id = %ctx.tenant.id(), customer.id = %id))]
pub async fn anonymise(
    app: &App,
    ctx: &Ctx,
    id: CustomerId,
    conditions: Conditions<CustomerView>,
) -> Result<Done<CustomerView>, Error> {
    ctx.require_even_read_only(Permission::CustomersAnonymise)?;

    let change = CustomerChange {
        id,
        decide: |customer: &mut Customer, at| customer.anonymise(at),
        require: nothing_else,
        answer: whole_customer,
    };

    change.run(app, ctx, conditions).await
}
