//! Orders out of memory.

use std::cmp::Ordering;

use async_trait::async_trait;
use orderbase_kernel::{ExternalReference, OrderId};
use orderbase_orders::Order;

use super::MemoryStore;
use crate::ctx::Scope;
use crate::ports::{OrderQueries, StorageError};
use crate::views::{OrderFilter, OrderPage, OrderPosition, OrderQuery, OrderSort, OrderView, PAGE_ITEMS_MAX, Page};

#[async_trait]
impl OrderQueries for MemoryStore {
    async fn get(&self, scope: Scope, id: OrderId) -> Result<Option<OrderView>, StorageError> {
        Ok(self.tables().orders.get(&(scope.tenant_id, id)).map(OrderView::from))
    }

    async fn page(&self, scope: Scope, query: &OrderQuery) -> Result<OrderPage, StorageError> {
        let tables = self.tables();
        let mut matching: Vec<_> =
            tables.orders_of(scope.tenant_id).filter(|order| matches(&query.filter, order)).collect();
        matching.sort_by(|one, other| compare(query.sort, position(one), position(other)));
        let behind = |order: &&Order| {
            query.after.is_none_or(|after| compare(query.sort, position(order), after) == Ordering::Greater)
        };
        let mut rest = matching.into_iter().filter(behind).peekable();

        let mut rows: Vec<OrderView> = Vec::new();
        let mut items = 0;
        while let Some(order) = rest.peek() {
            items += order.items().len();
            let full = rows.len() == usize::from(query.limit.get()) || (!rows.is_empty() && items > PAGE_ITEMS_MAX);
            if full {
                break;
            }
            rows.extend(rest.next().map(OrderView::from));
        }
        Ok(Page { rows, has_more: rest.peek().is_some() })
    }

    async fn count(&self, scope: Scope, filter: &OrderFilter, up_to: u64) -> Result<u64, StorageError> {
        let tables = self.tables();
        let count = tables.orders_of(scope.tenant_id).filter(|order| matches(filter, order)).count();
        Ok(up_to.min(count as u64))
    }

    async fn with_references(
        &self,
        scope: Scope,
        references: &[ExternalReference],
    ) -> Result<Vec<(ExternalReference, OrderId)>, StorageError> {
        let tables = self.tables();
        let named = tables.orders_of(scope.tenant_id).filter_map(|order| {
            let reference = order.external_reference().filter(|reference| references.contains(reference))?;
            Some((reference.clone(), order.id()))
        });
        Ok(named.collect())
    }
}

fn position(order: &Order) -> OrderPosition {
    OrderPosition { id: order.id(), total_minor: order.total().minor() }
}

/// The order in which the list shows two orders; equal totals go by id, in the same direction.
fn compare(sort: OrderSort, one: OrderPosition, other: OrderPosition) -> Ordering {
    let by_total = (one.total_minor, one.id).cmp(&(other.total_minor, other.id));
    match sort {
        OrderSort::NewestFirst => other.id.cmp(&one.id),
        OrderSort::OldestFirst => one.id.cmp(&other.id),
        OrderSort::LargestFirst => by_total.reverse(),
        OrderSort::SmallestFirst => by_total,
    }
}

fn matches(filter: &OrderFilter, order: &Order) -> bool {
    let OrderFilter { statuses, customer_id, currency, number, external_reference, created, business_date, total } =
        filter;
    (statuses.is_empty() || statuses.contains(&order.status()))
        && customer_id.is_none_or(|id| id == order.customer_id())
        && currency.is_none_or(|currency| currency == order.currency())
        && number.is_none_or(|number| number == order.number())
        && external_reference.as_ref().is_none_or(|reference| Some(reference) == order.external_reference())
        && created.contains(&order.created_at())
        && business_date.contains(&order.business_date())
        && total.min.is_none_or(|min| min <= order.total().minor())
        && total.max.is_none_or(|max| order.total().minor() <= max)
}
