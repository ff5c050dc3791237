//! Reads of an aggregate's history: one statement per method, along the primary key.

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::ports::{EventQueries, StorageError};
use orderbase_application::views::Page;
use orderbase_kernel::{AggregateRef, Envelope, PageLimit, Version};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use super::connect::SqlDb;
use super::entity::events::{Column, Entity};
use super::rows::event::{COLUMNS, EventRow};
use super::scope::{self, Tenant};

/// Events in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlEvents {
    db: SqlDb,
}

impl SqlEvents {
    #[must_use]
    pub fn new(db: SqlDb) -> Self {
        Self { db }
    }
}

#[async_trait]
impl EventQueries for SqlEvents {
    async fn page(
        &self,
        scope: Scope,
        of: AggregateRef,
        after: Option<Version>,
        limit: PageLimit,
    ) -> Result<Page<Envelope>, StorageError> {
        let limit = usize::from(limit.get());
        let rows = scope::rows(&self.db, scope, |tenant| page(tenant, of, after, limit + 1)).await?;
        let has_more = rows.len() > limit;
        let rows = rows
            .iter()
            .take(limit)
            .map(|row| Ok(EventRow::read(row)?.envelope(scope.tenant_id, of)?))
            .collect::<Result<_, StorageError>>()?;
        Ok(Page { rows, has_more })
    }

    async fn get(&self, scope: Scope, of: AggregateRef, sequence: Version) -> Result<Option<Envelope>, StorageError> {
        let row = scope::row(&self.db, scope, |tenant| one(tenant, of, sequence)).await?;
        row.map(|row| Ok(EventRow::read(&row)?.envelope(scope.tenant_id, of)?)).transpose()
    }
}

fn of_aggregate(tenant: &Tenant, of: AggregateRef) -> SelectStatement {
    Query::select()
        .columns(COLUMNS)
        .from(Entity)
        .and_where(tenant.is(Column::TenantId))
        .and_where(Expr::col(Column::AggregateType).eq(of.kind.as_str()))
        .and_where(Expr::col(Column::AggregateId).eq(of.id))
        .take()
}

fn one(tenant: &Tenant, of: AggregateRef, sequence: Version) -> SelectStatement {
    of_aggregate(tenant, of).and_where(Expr::col(Column::Sequence).eq(number(sequence))).take()
}

pub(super) fn page(tenant: &Tenant, of: AggregateRef, after: Option<Version>, rows: usize) -> SelectStatement {
    of_aggregate(tenant, of)
        .and_where(Expr::col(Column::Sequence).gt(after.map_or(0, number)))
        .order_by(Column::Sequence, Order::Asc)
        .limit(u64::try_from(rows).unwrap_or(u64::MAX))
        .take()
}

fn number(version: Version) -> i64 {
    i64::try_from(version.get()).unwrap_or(i64::MAX)
}
