//! Taking in an order from elsewhere: the commands that lead to its status, all at its creation time. It is no status setter.

use super::{ImportOrder, Order, OrderError, OrderEvent, OrderPolicy, OrderPowers};
use crate::{Cancel, CancelReason, OrderStatus};

impl Order {
    /// Places the order and takes the steps to its status; one event per step, version 1–4. A cancelled order is cancelled from
    /// pending, with the reason `other`.
    ///
    /// # Errors
    /// As [`Order::place`].
    pub fn import(import: ImportOrder, policy: &OrderPolicy) -> Result<(Self, Vec<OrderEvent>), OrderError> {
        let (mut order, placed) = Self::place(import.place, policy)?;
        let at = order.created_at;
        let mut events = vec![placed];
        match import.status {
            OrderStatus::Pending => {}
            OrderStatus::Cancelled => {
                let why = Cancel { reason: CancelReason::Other, note: None };
                events.extend(order.cancel(why, OrderPowers::default(), at)?);
            }
            OrderStatus::Confirmed | OrderStatus::Processing | OrderStatus::Completed => {
                events.extend(order.confirm(at)?);
                if import.status != OrderStatus::Confirmed {
                    events.extend(order.process(at)?);
                }
                if import.status == OrderStatus::Completed {
                    events.extend(order.complete(at)?);
                }
            }
        }
        Ok((order, events))
    }
}
