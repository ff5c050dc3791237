//! Creates a customer.

use orderbase_kernel::{CustomerId, Email, ExternalReference, Name};
use orderbase_orders::{Customer, Metadata};
use orderbase_tenancy::Permission;

use crate::app::App;
use crate::changeset::{Change, Changeset, Quota, Require};
use crate::conditions::{Conditions, Done, Once};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::events;
use crate::views::CustomerView;
use crate::write::{self, Commit, Verdict, quota_max};

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

    let verdict = match attempt(app, ctx, command, conditions.once.as_ref()).await {
        Ok(Commit::Done(done)) => Verdict::Met(Ok(done)),
        Ok(Commit::Refused(error)) => Verdict::Met(Err(error)),
        // A new id has no version that could be stale, and a customer has no number.
        Ok(Commit::Stale | Commit::NumberTaken) => Verdict::Met(Err(Error::WriteConflict)),
        Err(error) => Verdict::Unmet(Err(error)),
    };

    write::settle(app, ctx, conditions.once.as_ref(), verdict).await
}

async fn attempt(
    app: &App,
    ctx: &Ctx,
    command: CreateCustomer,
    once: Option<&Once<CustomerView>>,
) -> Result<Commit<CustomerView>, Error> {
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
    write::commit(app, ctx, changeset, view, once).await
}
