//! Completes an order that is being processed.

use orderbase_kernel::OrderId;
use orderbase_orders::Order;
use orderbase_tenancy::Permission;

use super::change::{OrderChange, whole_order};
use crate::app::App;
use crate::change::nothing_else;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::OrderView;

/// Completes an order that is being processed; one that is completed already stays as it is.
///
/// # Errors
/// `permission_denied`, `order_not_found`, `version_conflict`, `order_invalid_transition`, and those of every write.
#[tracing::instrument(name = "orders.complete", skip_all, fields(tenant.id = %ctx.tenant.id(), order.id = %id))]
pub async fn complete(
    app: &App,
    ctx: &Ctx,
    id: OrderId,
    conditions: Conditions<OrderView>,
) -> Result<Done<OrderView>, Error> {
    ctx.require(Permission::OrdersProcess)?;

    let change = OrderChange {
        id,
        decide: |order: &mut Order, at| order.complete(at),
        require: nothing_else,
        answer: whole_order,
    };

    change.run(app, ctx, conditions).await
}
