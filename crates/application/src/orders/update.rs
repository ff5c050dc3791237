//! Changes an order's external reference and metadata.

use orderbase_kernel::OrderId;
use orderbase_orders::{Order, UpdateOrder};
use orderbase_tenancy::Permission;

use super::change::{OrderChange, whole_order};
use crate::app::App;
use crate::change::nothing_else;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::OrderView;

/// Changes reference and metadata together or not at all; a patch that changes nothing has no effect.
///
/// # Errors
/// `permission_denied`, `order_not_found`, `version_conflict`, `order_not_editable`, `order_event_limit`, `metadata_limit`,
/// `external_reference_taken`, and those of every write.
pub async fn update(
    app: &App,
    ctx: &Ctx,
    id: OrderId,
    update: UpdateOrder,
    conditions: Conditions<OrderView>,
) -> Result<Done<OrderView>, Error> {
    ctx.require(Permission::OrdersWrite)?;

    let change = OrderChange {
        id,
        decide: |order: &mut Order, at| order.update(update.clone(), at),
        require: nothing_else,
        answer: whole_order,
    };

    change.run(app, ctx, conditions).await
}
