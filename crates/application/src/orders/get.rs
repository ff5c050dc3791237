//! Reads one order.

use orderbase_kernel::OrderId;
use orderbase_tenancy::Permission;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Error, Missing};
use crate::views::{CustomerView, OrderView};

/// An order, and its customer where that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderFound {
    pub order: OrderView,
    pub customer: Option<CustomerView>,
}

/// Reads one order, and with `expand_customer` its customer, which needs `customers:read` too.
///
/// # Errors
/// `permission_denied`, `order_not_found`.
#[tracing::instrument(name = "orders.get", skip_all, fields(tenant.id = %ctx.tenant.id(), order.id = %id))]
pub async fn get(app: &App, ctx: &Ctx, id: OrderId, expand_customer: bool) -> Result<OrderFound, Error> {
    ctx.require(Permission::OrdersRead)?;
    if expand_customer {
        ctx.require(Permission::CustomersRead)?;
    }

    let order = app.orders.get(ctx.scope(), id).await?.ok_or(Error::NotFound(Missing::Order))?;
    if !expand_customer {
        return Ok(OrderFound { order, customer: None });
    }
    // Customers are never deleted, so a missing one is a fault of the storage.
    let customer = app.customers.get(ctx.scope(), order.customer_id).await?;
    let customer = customer.ok_or_else(|| Error::internal("an order without its customer"))?;
    Ok(OrderFound { order, customer: Some(customer) })
}
