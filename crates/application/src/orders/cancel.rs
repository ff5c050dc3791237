//! Cancels an order.

use orderbase_kernel::OrderId;
use orderbase_orders::{Cancel, Order};
use orderbase_tenancy::Permission;

use super::change::{OrderChange, whole_order};
use crate::app::App;
use crate::change::nothing_else;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::OrderView;

/// Cancels an order that is pending or confirmed, and one that is being processed for those who may and say why. One that is
/// cancelled already stays as it is, with its first reason.
///
/// # Errors
/// `permission_denied`, `order_not_found`, `version_conflict`, `order_invalid_transition`, `validation_failed` without the
/// note that cancelling in processing needs, and those of every write.
#[tracing::instrument(name = "orders.cancel", skip_all, fields(tenant.id = %ctx.tenant.id(), order.id = %id))]
pub async fn cancel(
    app: &App,
    ctx: &Ctx,
    id: OrderId,
    why: Cancel,
    conditions: Conditions<OrderView>,
) -> Result<Done<OrderView>, Error> {
    ctx.require(Permission::OrdersCancel)?;

    let powers = ctx.order_powers();
    let change = OrderChange {
        id,
        decide: |order: &mut Order, at| order.cancel(why.clone(), powers, at),
        require: nothing_else,
        answer: whole_order,
    };

    change.run(app, ctx, conditions).await
}
