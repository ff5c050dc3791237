//! Reads of customers: one statement per method.

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::ports::{CustomerQueries, StorageError};
use orderbase_application::views::{CreatedSort, CustomerFilter, CustomerQuery, CustomerView, Page};
use orderbase_kernel::{AggregateType, CustomerId, ExternalReference};
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::connect::SqlDb;
use super::entity::customers::{Column, Entity};
use super::errors::storage_error;
use super::id_range::IdRange;
use super::padded::padded;
use super::rows::customer::{COLUMNS, CustomerRow};
use super::rows::{Cells, Stored, counted};

/// Customers in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlCustomers {
    db: SqlDb,
}

impl SqlCustomers {
    #[must_use]
    pub fn new(db: SqlDb) -> Self {
        Self { db }
    }

    /// The view of one customer, which is also what its aggregate is made of.
    pub(super) async fn view(db: &SqlDb, scope: Scope, id: CustomerId) -> Result<Option<CustomerView>, StorageError> {
        let row = db.reads().query_one(&one(scope, id)).await.map_err(storage_error)?;
        row.as_ref().map(read).transpose()
    }

    async fn views(&self, statement: &SelectStatement) -> Result<Vec<CustomerView>, StorageError> {
        let rows = self.db.reads().query_all(statement).await.map_err(storage_error)?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &QueryResult) -> Result<CustomerView, StorageError> {
    Ok(CustomerView::try_from(CustomerRow::read(row)?)?)
}

#[async_trait]
impl CustomerQueries for SqlCustomers {
    async fn get(&self, scope: Scope, id: CustomerId) -> Result<Option<CustomerView>, StorageError> {
        Self::view(&self.db, scope, id).await
    }

    async fn some(&self, scope: Scope, ids: &[CustomerId]) -> Result<Vec<CustomerView>, StorageError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.views(&some(scope, ids)).await
    }

    async fn page(&self, scope: Scope, query: &CustomerQuery) -> Result<Page<CustomerView>, StorageError> {
        let limit = usize::from(query.limit.get());
        let mut rows = self.views(&page(scope, query)).await?;
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        Ok(Page { rows, has_more })
    }

    async fn count(&self, scope: Scope, filter: &CustomerFilter, up_to: u64) -> Result<u64, StorageError> {
        let row = self.db.reads().query_one(&count(scope, filter, up_to)).await.map_err(storage_error)?;
        counted(row.as_ref())
    }

    async fn with_references(
        &self,
        scope: Scope,
        references: &[ExternalReference],
    ) -> Result<Vec<(ExternalReference, CustomerId)>, StorageError> {
        if references.is_empty() {
            return Ok(Vec::new());
        }
        let statement = with_references(scope, references);
        let rows = self.db.reads().query_all(&statement).await.map_err(storage_error)?;
        rows.iter().map(named).collect()
    }
}

fn named(row: &QueryResult) -> Result<(ExternalReference, CustomerId), StorageError> {
    let mut cells = Cells::of(row);
    let stored = Stored { kind: AggregateType::Customer, id: cells.take()? };
    let reference = ExternalReference::parse(&cells.take::<String>()?);
    let reference = stored.value(reference, "the external reference is printable ASCII")?;
    Ok((reference, CustomerId::from_uuid(stored.id)))
}

fn of_tenant(scope: Scope) -> SelectStatement {
    Query::select().from(Entity).and_where(Expr::col(Column::TenantId).eq(scope.tenant_id.uuid())).take()
}

pub(super) fn one(scope: Scope, id: CustomerId) -> SelectStatement {
    of_tenant(scope).columns(COLUMNS).and_where(Expr::col(Column::Id).eq(id.uuid())).take()
}

pub(super) fn some(scope: Scope, ids: &[CustomerId]) -> SelectStatement {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    of_tenant(scope).columns(COLUMNS).and_where(Expr::col(Column::Id).is_in(padded(&ids))).take()
}

pub(super) fn with_references(scope: Scope, references: &[ExternalReference]) -> SelectStatement {
    let texts: Vec<_> = references.iter().map(ExternalReference::as_str).collect();
    of_tenant(scope)
        .columns([Column::Id, Column::ExternalReference])
        .and_where(Expr::col(Column::ExternalReference).is_in(padded(&texts)))
        .take()
}

pub(super) fn page(scope: Scope, query: &CustomerQuery) -> SelectStatement {
    let upwards = query.sort == CreatedSort::OldestFirst;
    let ids = created(&query.filter).behind(query.after.map(|position| position.id.uuid()), upwards);
    of_tenant(scope)
        .columns(COLUMNS)
        .cond_where(matching(&query.filter, ids))
        .order_by(Column::Id, if upwards { Order::Asc } else { Order::Desc })
        .limit(u64::from(query.limit.get()) + 1)
        .take()
}

fn count(scope: Scope, filter: &CustomerFilter, up_to: u64) -> SelectStatement {
    let matching = matching(filter, created(filter));
    let found = of_tenant(scope).expr(Expr::cust("1")).cond_where(matching).limit(up_to).take();
    Query::select().expr(Func::count(Expr::cust("*"))).from_subquery(found, "found").take()
}

fn created(filter: &CustomerFilter) -> IdRange {
    let since = filter.created.from.map_or(IdRange::ALL, |at| IdRange::ALL.since(at));
    filter.created.to.map_or(since, |at| since.until(at))
}

fn matching(filter: &CustomerFilter, ids: IdRange) -> Cond {
    Cond::all()
        .add(Expr::col(Column::Id).gte(ids.from))
        .add(Expr::col(Column::Id).lt(ids.to))
        .add_option(filter.status.map(|status| Expr::col(Column::Status).eq(status.as_str())))
        .add_option(filter.email.as_ref().map(|email| Expr::col(Column::Email).eq(email.as_str())))
        .add_option(
            filter
                .external_reference
                .as_ref()
                .map(|reference| Expr::col(Column::ExternalReference).eq(reference.as_str())),
        )
}
