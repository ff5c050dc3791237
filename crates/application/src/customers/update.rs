//! Changes who a customer is.

use orderbase_kernel::{CustomerId, Email, ExternalReference, Name, Patch};
use orderbase_orders::{Customer, MetadataPatch};
use orderbase_tenancy::Permission;

use super::change::{CustomerChange, whole_customer};
use crate::app::App;
use crate::change::{nothing_else, whole_or_parts};
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::CustomerView;

/// What shall change of a customer. `Clear` of the metadata removes every key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateCustomer {
    pub name: Option<Name>,
    pub email: Patch<Email>,
    pub external_reference: Patch<ExternalReference>,
    pub metadata: Patch<MetadataPatch>,
}

impl UpdateCustomer {
    fn of(&self, customer: &Customer) -> orderbase_orders::UpdateCustomer {
        let Self { name, email, external_reference, metadata } = self.clone();
        let metadata = whole_or_parts(metadata, customer.metadata());
        orderbase_orders::UpdateCustomer { name, email, external_reference, metadata }
    }
}

/// Changes name, email, reference and metadata together or not at all; what stays as it is has no effect.
///
/// # Errors
/// `permission_denied`, `customer_not_found`, `version_conflict`, `customer_anonymised`, `metadata_limit`,
/// `customer_email_taken`, `external_reference_taken`, and those of every write.
#[tracing::instrument(name = "customers.update", skip_all, fields(tenant.id = %ctx.tenant.id(), customer.id = %id))]
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
        decide: |customer: &mut Customer, at| customer.update(update.of(customer), at),
        require: nothing_else,
        answer: whole_customer,
    };

    change.run(app, ctx, conditions).await
}
