//! Reads one customer.

use orderbase_kernel::CustomerId;
use orderbase_tenancy::Permission;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Error, Missing};
use crate::views::CustomerView;

/// Reads one customer.
///
/// # Errors
/// `permission_denied`, `customer_not_found`.
#[tracing::instrument(name = "customers.get", skip_all, fields(tenant.id = %ctx.tenant.id(), customer.id = %id))]
pub async fn get(app: &App, ctx: &Ctx, id: CustomerId) -> Result<CustomerView, Error> {
    ctx.require(Permission::CustomersRead)?;

    app.customers.get(ctx.scope(), id).await?.ok_or(Error::NotFound(Missing::Customer))
}
