//! Reads of orders: one statement per method, lines included.

mod condition;
mod range;
pub(super) mod statement;

use std::cmp::Ordering;

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::ports::{OrderQueries, StorageError};
use orderbase_application::views::{OrderFilter, OrderPage, OrderQuery, OrderSort, OrderView, PAGE_ITEMS_MAX};
use orderbase_kernel::{AggregateType, ExternalReference, OrderId};
use sea_orm::QueryResult;

use super::connect::SqlDb;
use super::rows::order::{OrderRow, OrderRows};
use super::rows::{Cells, Stored, counted};
use super::scope;

/// Orders in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlOrders {
    db: SqlDb,
}

impl SqlOrders {
    #[must_use]
    pub fn new(db: SqlDb) -> Self {
        Self { db }
    }

    /// The view of one order, which is also what its aggregate is made of.
    pub(super) async fn view(db: &SqlDb, scope: Scope, id: OrderId) -> Result<Option<OrderView>, StorageError> {
        let rows = scope::rows(db, scope, |tenant| statement::one(tenant, id)).await?;
        OrderRows::read(&rows)?.one()
    }
}

#[async_trait]
impl OrderQueries for SqlOrders {
    async fn get(&self, scope: Scope, id: OrderId) -> Result<Option<OrderView>, StorageError> {
        Self::view(&self.db, scope, id).await
    }

    async fn page(&self, scope: Scope, query: &OrderQuery) -> Result<OrderPage, StorageError> {
        let backend = self.db.backend();
        let rows = scope::rows(&self.db, scope, |tenant| statement::page(backend, tenant, query)).await?;
        page_of(OrderRows::read(&rows)?, query)
    }

    async fn count(&self, scope: Scope, filter: &OrderFilter, up_to: u64) -> Result<u64, StorageError> {
        let row = scope::row(&self.db, scope, |tenant| statement::count(tenant, filter, up_to)).await?;
        counted(row.as_ref())
    }

    async fn with_references(
        &self,
        scope: Scope,
        references: &[ExternalReference],
    ) -> Result<Vec<(ExternalReference, OrderId)>, StorageError> {
        if references.is_empty() {
            return Ok(Vec::new());
        }
        let rows = scope::rows(&self.db, scope, |tenant| statement::with_references(tenant, references)).await?;
        rows.iter().map(named).collect()
    }
}

fn named(row: &QueryResult) -> Result<(ExternalReference, OrderId), StorageError> {
    let mut cells = Cells::of(row);
    let stored = Stored { kind: AggregateType::Order, id: cells.take()? };
    let reference = ExternalReference::parse(&cells.take::<String>()?);
    let reference = stored.value(reference, "the external reference is printable ASCII")?;
    Ok((reference, OrderId::from_uuid(stored.id)))
}

/// As many of the orders as the page has room for, in its order.
fn page_of(mut rows: OrderRows, query: &OrderQuery) -> Result<OrderPage, StorageError> {
    let mut orders = std::mem::take(&mut rows.orders);
    orders.sort_unstable_by(|one, other| in_order(query.sort, one, other));
    let found = orders.len();
    let mut items = 0;
    let mut views = Vec::with_capacity(found.min(usize::from(query.limit.get())));
    for order in orders.into_iter().take(usize::from(query.limit.get())) {
        items += order.item_count();
        if items > PAGE_ITEMS_MAX {
            break;
        }
        views.push(rows.view(order)?);
    }
    let has_more = views.len() < found;
    Ok(OrderPage { rows: views, has_more })
}

fn in_order(sort: OrderSort, one: &OrderRow, other: &OrderRow) -> Ordering {
    let totals = if sort.is_by_total() { one.total_minor.cmp(&other.total_minor) } else { Ordering::Equal };
    let upwards = totals.then_with(|| one.id.cmp(&other.id));
    if statement::is_upwards(sort) { upwards } else { upwards.reverse() }
}
