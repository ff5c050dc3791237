//! How an order is loaded and recorded when a command changes it.

use async_trait::async_trait;
use orderbase_kernel::{AggregateRef, AggregateType, Envelope, OrderId, Version};
use orderbase_orders::{Order, OrderError, OrderEvent};

use crate::app::App;
use crate::change::{AggregateChange, Changeable};
use crate::changeset::Require;
use crate::ctx::{Ctx, Scope};
use crate::error::{Error, Missing};
use crate::events;
use crate::ports::StorageError;
use crate::views::OrderView;

/// A command on an order.
pub(super) type OrderChange<D, A> = AggregateChange<Order, D, A>;

#[async_trait]
impl Changeable for Order {
    type Id = OrderId;
    type Event = OrderEvent;
    type Refusal = OrderError;

    const MISSING: Missing = Missing::Order;

    fn reference(id: OrderId) -> AggregateRef {
        AggregateRef::new(AggregateType::Order, id.uuid())
    }

    async fn load(app: &App, scope: Scope, id: OrderId) -> Result<Option<Self>, StorageError> {
        app.aggregates.order(scope, id).await
    }

    fn present_version(&self) -> Version {
        self.version()
    }

    fn envelope(&self, app: &App, ctx: &Ctx, event: &OrderEvent) -> Result<Envelope, Error> {
        events::of_order(app, ctx, self, event)
    }
}

/// The order's customer has to be active until the commit.
pub(super) fn active_customer(order: &Order) -> Option<Require> {
    Some(Require::ActiveCustomer(order.customer_id()))
}

/// Answers with the order as it stands.
pub(super) fn whole_order(order: &Order, _: Option<&Envelope>) -> Result<OrderView, Error> {
    Ok(OrderView::from(order))
}
