//! Adds a note to an order's history.

use orderbase_kernel::{Envelope, OrderId};
use orderbase_orders::{Note, Order};
use orderbase_tenancy::Permission;

use super::change::OrderChange;
use crate::app::App;
use crate::change::nothing_else;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::EventView;

/// Adds a note, in whatever state the order is, and answers with its event.
///
/// # Errors
/// `permission_denied`, `order_not_found`, `version_conflict`, `order_event_limit`, and those of every write.
#[tracing::instrument(name = "orders.add_note", skip_all, fields(tenant.id = %ctx.tenant.id(), order.id = %id))]
pub async fn add_note(
    app: &App,
    ctx: &Ctx,
    id: OrderId,
    note: Note,
    conditions: Conditions<EventView>,
) -> Result<Done<EventView>, Error> {
    ctx.require(Permission::OrdersWrite)?;

    let change = OrderChange {
        id,
        decide: |order: &mut Order, at| order.add_note(note.clone(), at),
        require: nothing_else,
        answer: |_: &Order, event: Option<&Envelope>| {
            event.cloned().ok_or_else(|| Error::internal("a note without an event"))
        },
    };

    change.run(app, ctx, conditions).await
}
