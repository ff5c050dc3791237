//! Reads of tenants. Everybody may read them: by them a tenant is found.

use async_trait::async_trait;
use orderbase_application::ports::{StorageError, Tenants};
use orderbase_kernel::TenantId;
use orderbase_tenancy::{Slug, Tenant};
use sea_orm::QueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use super::connect::SqlDb;
use super::entity::tenants::{Column, Entity};
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

#[async_trait]
impl Tenants for SqlTenants {
    async fn by_slug_unscoped(&self, slug: &Slug) -> Result<Option<Tenant>, StorageError> {
        self.one(all().and_where(Expr::col(Column::Slug).eq(slug.as_str()))).await
    }

    async fn get(&self, id: TenantId) -> Result<Option<Tenant>, StorageError> {
        self.one(all().and_where(Expr::col(Column::Id).eq(id.uuid()))).await
    }

    async fn all_unscoped(&self) -> Result<Vec<Tenant>, StorageError> {
        let statement = all().order_by(Column::Slug, Order::Asc).take();
        let rows = scope::rows_unscoped(&self.db, &statement).await?;
        rows.iter().map(read).collect()
    }
}
