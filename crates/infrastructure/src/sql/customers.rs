//! Reads of customers: one statement per method.

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::ports::{CustomerQueries, StorageError};
use orderbase_application::views::{CreatedSort, CustomerFilter, CustomerQuery, CustomerView, Page};
use orderbase_kernel::{AggregateType, CustomerId, ExternalReference, OrderId};
use sea_orm::QueryResult;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement};
use uuid::Uuid;

use super::connect::SqlDb;
use super::entity::customers::{Column, Entity};
use super::entity::orders;
use super::id_range::IdRange;
use super::padded::padded;
use super::rows::customer::{COLUMNS, CustomerRow};
use super::rows::{Cells, Stored, counted};
use super::scope::{self, Tenant};

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
        let row = scope::row(db, scope, |tenant| one(tenant, id)).await?;
        row.as_ref().map(read).transpose()
    }

    async fn views(
        &self,
        scope: Scope,
        select: impl Fn(&Tenant) -> SelectStatement,
    ) -> Result<Vec<CustomerView>, StorageError> {
        scope::rows(&self.db, scope, select).await?.iter().map(read).collect()
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

    async fn of_order(&self, scope: Scope, id: OrderId) -> Result<Option<CustomerView>, StorageError> {
        let row = scope::row(&self.db, scope, |tenant| of_order(tenant, id)).await?;
        row.as_ref().map(read).transpose()
    }

    async fn some(&self, scope: Scope, ids: &[CustomerId]) -> Result<Vec<CustomerView>, StorageError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.views(scope, |tenant| some(tenant, ids)).await
    }

    async fn page(&self, scope: Scope, query: &CustomerQuery) -> Result<Page<CustomerView>, StorageError> {
        let limit = usize::from(query.limit.get());
        let mut rows = self.views(scope, |tenant| page(tenant, query)).await?;
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        Ok(Page { rows, has_more })
    }

    async fn count(&self, scope: Scope, filter: &CustomerFilter, up_to: u64) -> Result<u64, StorageError> {
        let row = scope::row(&self.db, scope, |tenant| count(tenant, filter, up_to)).await?;
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
        let rows = scope::rows(&self.db, scope, |tenant| with_references(tenant, references)).await?;
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

fn of(tenant: &Tenant) -> SelectStatement {
    Query::select().from(Entity).and_where(tenant.is(Column::TenantId)).take()
}

pub(super) fn one(tenant: &Tenant, id: CustomerId) -> SelectStatement {
    of(tenant).columns(COLUMNS).and_where(Expr::col(Column::Id).eq(id.uuid())).take()
}

pub(super) fn of_order(tenant: &Tenant, id: OrderId) -> SelectStatement {
    let whose = Query::select()
        .column(orders::Column::CustomerId)
        .from(orders::Entity)
        .and_where(tenant.is(orders::Column::TenantId))
        .and_where(Expr::col(orders::Column::Id).eq(id.uuid()))
        .take();
    of(tenant).columns(COLUMNS).and_where(Expr::col(Column::Id).in_subquery(whose)).take()
}

pub(super) fn some(tenant: &Tenant, ids: &[CustomerId]) -> SelectStatement {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    of(tenant).columns(COLUMNS).and_where(Expr::col(Column::Id).is_in(padded(&ids))).take()
}

pub(super) fn with_references(tenant: &Tenant, references: &[ExternalReference]) -> SelectStatement {
    let texts: Vec<_> = references.iter().map(ExternalReference::as_str).collect();
    of(tenant)
        .columns([Column::Id, Column::ExternalReference])
        .and_where(Expr::col(Column::ExternalReference).is_in(padded(&texts)))
        .take()
}

pub(super) fn page(tenant: &Tenant, query: &CustomerQuery) -> SelectStatement {
    let upwards = query.sort == CreatedSort::OldestFirst;
    let ids = created(&query.filter).behind(query.after.map(|position| position.id.uuid()), upwards);
    of(tenant)
        .columns(COLUMNS)
        .cond_where(matching(&query.filter, ids))
        .order_by(Column::Id, if upwards { Order::Asc } else { Order::Desc })
        .limit(u64::from(query.limit.get()) + 1)
        .take()
}

fn count(tenant: &Tenant, filter: &CustomerFilter, up_to: u64) -> SelectStatement {
    let matching = matching(filter, created(filter));
    let found = of(tenant).expr(Expr::cust("1")).cond_where(matching).limit(up_to).take();
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
