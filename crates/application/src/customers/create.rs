//! Creates a customer.

use orderbase_kernel::{CustomerId, Email, ExternalReference, Name};
use orderbase_orders::{Customer, Metadata};
use orderbase_tenancy::Permission;

use crate::app::App;
use crate::changeset::{Change, Changeset, Quota, Require};
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::events;
use crate::views::CustomerView;
use crate::write::{self, quota_max};

/// The wish for a customer. Its id and time are the server's.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateCustomer {
    pub name: Name,
    pub email: Option<Email>,
    pub external_reference: Option<ExternalReference>,
    pub metadata: Metadata,
}

/// Creates an active customer.
///
/// # Errors
/// `permission_denied`, `tenant_suspended`, `trial_expired`, `plan_limit_reached`, `customer_email_taken`,
/// `external_reference_taken`, and those of every write.
#[tracing::instrument(name = "customers.create", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn create(
    app: &App,
    ctx: &Ctx,
    command: CreateCustomer,
    conditions: Conditions<CustomerView>,
) -> Result<Done<CustomerView>, Error> {
    ctx.require(Permission::CustomersWrite)?;

    let made = wished(app, ctx, command);

    write::create(app, ctx, conditions.once.as_ref(), made).await
}

fn wished(app: &App, ctx: &Ctx, command: CreateCustomer) -> Result<(Changeset, CustomerView), Error> {
    let CreateCustomer { name, email, external_reference, metadata } = command;
    let id = CustomerId::from_uuid(app.ids.next(app.clock.now()));
    let tenant_id = ctx.tenant.id();

    let (customer, event) = Customer::create(orderbase_orders::CreateCustomer {
        id,
        tenant_id,
        name,
        email,
        external_reference,
        metadata,
    })?;

    let view = CustomerView::from(&customer);
    let envelope = events::of_customer(app, ctx, &customer, &event)?;
    let max = quota_max(&ctx.limits(), Quota::Customers);
    let changeset = Changeset::new()
        .require(Require::Below { quota: Quota::Customers, max, add: 1 })
        .change(Change::insert(customer, vec![envelope])?);
    Ok((changeset, view))
}
