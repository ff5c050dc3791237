//! Reads of tenants. Everybody may read them: by them a tenant is found.

use async_trait::async_trait;
use orderbase_application::ports::{StorageError, Tenants};
use orderbase_application::views::{CreatedSort, Page, TenantQuery};
use orderbase_kernel::TenantId;
use orderbase_tenancy::{Mode, PlanCode, Slug, Tenant, TenantStatus};
use sea_orm::QueryResult;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Order, Query, SelectStatement};

use super::connect::SqlDb;
use super::entity::tenants::{Column, Entity};
use super::id_range::IdRange;
use super::rows::Cells;
use super::rows::tenant::{COLUMNS, TenantRow};
use super::scope;

/// Tenants in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlTenants {
    db: SqlDb,
}

impl SqlTenants {
    #[must_use]
    pub fn new(db: SqlDb) -> Self {
        Self { db }
    }

    async fn one(&self, statement: &SelectStatement) -> Result<Option<Tenant>, StorageError> {
        let row = scope::row_unscoped(&self.db, statement).await?;
        row.as_ref().map(read).transpose()
    }
}

fn read(row: &QueryResult) -> Result<Tenant, StorageError> {
    Ok(Tenant::try_from(TenantRow::read(&mut Cells::of(row))?)?)
}

fn all() -> SelectStatement {
    Query::select().columns(COLUMNS).from(Entity).take()
}

/// Walks the primary key: filters that few tenants match read many rows, as an operator may.
fn page(query: &TenantQuery) -> SelectStatement {
    let TenantQuery { filter, sort, limit, after } = query;
    let upwards = *sort == CreatedSort::OldestFirst;
    let ids = IdRange::ALL.behind(after.map(TenantId::uuid), upwards);
    let is = |column: Column, value: Option<&str>| value.map(|value| Expr::col(column).eq(value));
    let filter = Cond::all()
        .add(Expr::col(Column::Id).gte(ids.from))
        .add(Expr::col(Column::Id).lt(ids.to))
        .add_option(is(Column::Status, filter.status.map(TenantStatus::as_str)))
        .add_option(is(Column::Plan, filter.plan.map(PlanCode::as_str)))
        .add_option(is(Column::Mode, filter.mode.map(Mode::as_str)))
        .add_option(is(Column::Slug, filter.slug.as_ref().map(Slug::as_str)));
    let order = if upwards { Order::Asc } else { Order::Desc };
    all().cond_where(filter).order_by(Column::Id, order).limit(u64::from(limit.get()) + 1).take()
}

#[async_trait]
impl Tenants for SqlTenants {
    async fn by_slug_unscoped(&self, slug: &Slug) -> Result<Option<Tenant>, StorageError> {
        self.one(all().and_where(Expr::col(Column::Slug).eq(slug.as_str()))).await
    }

    async fn get(&self, id: TenantId) -> Result<Option<Tenant>, StorageError> {
        self.one(all().and_where(Expr::col(Column::Id).eq(id.uuid()))).await
    }

    async fn page_unscoped(&self, query: &TenantQuery) -> Result<Page<Tenant>, StorageError> {
        let limit = usize::from(query.limit.get());
        let found = scope::rows_unscoped(&self.db, &page(query)).await?;
        let has_more = found.len() > limit;
        let rows = found.iter().take(limit).map(read).collect::<Result<_, _>>()?;
        Ok(Page { rows, has_more })
    }

    async fn all_unscoped(&self) -> Result<Vec<Tenant>, StorageError> {
        let statement = all().order_by(Column::Slug, Order::Asc).take();
        let rows = scope::rows_unscoped(&self.db, &statement).await?;
        rows.iter().map(read).collect()
    }
}
