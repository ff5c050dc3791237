//! Changes an order's external reference and metadata.

use orderbase_kernel::{ExternalReference, OrderId, Patch};
use orderbase_orders::{MetadataPatch, Order};
use orderbase_tenancy::Permission;

use super::change::{OrderChange, whole_order};
use crate::app::App;
use crate::change::{nothing_else, whole_or_parts};
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::OrderView;

/// What shall change of an order. `Clear` of the metadata removes every key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateOrder {
    pub external_reference: Patch<ExternalReference>,
    pub metadata: Patch<MetadataPatch>,
}

impl UpdateOrder {
    fn of(&self, order: &Order) -> orderbase_orders::UpdateOrder {
        let Self { external_reference, metadata } = self.clone();
        orderbase_orders::UpdateOrder { external_reference, metadata: whole_or_parts(metadata, order.metadata()) }
    }
}

/// Changes reference and metadata together or not at all; a patch that changes nothing has no effect.
///
/// # Errors
/// `permission_denied`, `order_not_found`, `version_conflict`, `order_not_editable`, `order_event_limit`, `metadata_limit`,
/// `external_reference_taken`, and those of every write.
#[tracing::instrument(name = "orders.update", skip_all, fields(tenant.id = %ctx.tenant.id(), order.id = %id))]
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
        decide: |order: &mut Order, at| order.update(update.of(order), at),
        require: nothing_else,
        answer: whole_order,
    };

    change.run(app, ctx, conditions).await
}
