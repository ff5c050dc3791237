//! Reads the customer of an order, to be shown in the answer of a command on that order.

use orderbase_kernel::OrderId;
use orderbase_tenancy::Permission;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::CustomerView;

/// The customer of an order; `None` if there is no such order, for the command itself to say so. An order keeps its customer, so
/// what is read before the command is whom its answer is about.
///
/// # Errors
/// `permission_denied`.
#[tracing::instrument(name = "customers.of_order", skip_all, fields(tenant.id = %ctx.tenant.id(), order.id = %id))]
pub async fn of_order(app: &App, ctx: &Ctx, id: OrderId) -> Result<Option<CustomerView>, Error> {
    ctx.require(Permission::CustomersRead)?;

    Ok(app.customers.of_order(ctx.scope(), id).await?)
}
