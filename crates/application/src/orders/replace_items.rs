//! Replaces the lines of a pending order.

use orderbase_kernel::{ItemId, OrderId};
use orderbase_orders::{Order, OrderError};
use orderbase_tenancy::Permission;

use super::amount::AmountInput;
use super::change::{OrderChange, active_customer, whole_order};
use super::place::ItemInput;
use crate::app::App;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::OrderView;

/// Gives a pending order of an active customer a whole new list of lines, each with a new id and a price in the order's currency.
/// A list that says the same as the present one has no effect.
///
/// # Errors
/// `permission_denied`, `order_not_found`, `version_conflict`, `order_not_editable`, `order_event_limit`,
/// `plan_limit_reached`, `customer_inactive`, `order_total_out_of_range`, `currency_mismatch`, `validation_failed`, and those
/// of every write.
#[tracing::instrument(name = "orders.replace_items", skip_all, fields(tenant.id = %ctx.tenant.id(), order.id = %id))]
pub async fn replace_items(
    app: &App,
    ctx: &Ctx,
    id: OrderId,
    items: Vec<ItemInput<AmountInput>>,
    conditions: Conditions<OrderView>,
) -> Result<Done<OrderView>, Error> {
    ctx.require(Permission::OrdersWrite)?;

    let policy = ctx.order_policy();
    let change = OrderChange {
        id,
        decide: |order: &mut Order, at| {
            let currency = order.currency();
            let lines = items.iter().enumerate().map(|(index, item)| {
                let item = item.priced(currency).ok_or(OrderError::CurrencyMismatch { index })?;
                Ok(item.with_id(ItemId::from_uuid(app.ids.next(at))))
            });
            order.replace_items(lines.collect::<Result<_, OrderError>>()?, &policy, at)
        },
        require: active_customer,
        answer: whole_order,
    };

    change.run(app, ctx, conditions).await
}
