//! A page of orders in version 2.

use orderbase_application::orders::OrderList;
use orderbase_application::views::{CustomerView, OrderView};
use orderbase_tenancy::OrderPrefix;
use serde::{Serialize, Serializer};

use super::body::OrderBody;
use crate::dto::page::list_body;
use crate::respond::Body;

/// The orders of a page, each turned into its body at the moment it is written.
pub struct OrderRows<'a> {
    pub orders: &'a [OrderView],
    pub customers: &'a [CustomerView],
    pub prefix: &'a OrderPrefix,
}

impl Serialize for OrderRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.orders.iter().map(|order| {
            // A page has at most 100 customers, so they are looked through.
            let customer = self.customers.iter().find(|customer| customer.id == order.customer_id);
            OrderBody::new(order, self.prefix, customer)
        }))
    }
}

list_body! {
    /// A page of orders, whole with their items.
    OrderListBody as OrderList, rows OrderRows as OrderBody of OrderView, total
}

impl Body for OrderListBody<'_> {
    fn size_hint(&self) -> usize {
        256 + self.data.orders.iter().map(OrderBody::size_of).sum::<usize>()
    }
}

impl<'a> OrderListBody<'a> {
    pub fn new(list: &'a OrderList, next_cursor: Option<&'a str>, prefix: &'a OrderPrefix) -> Self {
        let OrderList { page, total, customers } = list;
        Self {
            data: OrderRows { orders: &page.rows, customers, prefix },
            next_cursor,
            has_more: page.has_more,
            total: total.map(Into::into),
        }
    }
}
