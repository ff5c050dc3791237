//! Changes who a customer is.

use orderbase_kernel::CustomerId;
use orderbase_orders::{Customer, UpdateCustomer};
use orderbase_tenancy::Permission;

use super::change::{CustomerChange, whole_customer};
use crate::app::App;
use crate::change::nothing_else;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::CustomerView;

/// Changes name, email, reference and metadata together or not at all; what stays as it is has no effect.
///
/// # Errors
/// `permission_denied`, `customer_not_found`, `version_conflict`, `customer_anonymised`, `metadata_limit`,
/// `customer_email_taken`, `external_reference_taken`, and those of every write.
pub async fn update(
    app: &App,
    ctx: &Ctx,
    id: CustomerId,
    update: UpdateCustomer,
    conditions: Conditions<CustomerView>,
) -> Result<Done<CustomerView>, Error> {
    ctx.require(Permission::CustomersWrite)?;

    let change = CustomerChange {
        id,
        decide: |customer: &mut Customer, at| customer.update(update.clone(), at),
        require: nothing_else,
        answer: whole_customer,
    };

    change.run(app, ctx, conditions).await
}
