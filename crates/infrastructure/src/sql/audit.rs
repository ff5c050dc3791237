//! The audit log as it is read: the tenant's events and what is none, two walks from the newest id down, merged by id.

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::changeset::AuditEntry;
use orderbase_application::ports::{AuditQueries, StorageError};
use orderbase_application::views::{AuditFilter, AuditQuery, Page};
use orderbase_kernel::AggregateType;
use sea_orm::DbBackend;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement, UnionType};
use uuid::Uuid;

use super::connect::SqlDb;
use super::entity::{audit_log, events};
use super::id_range::IdRange;
use super::rows::Cells;
use super::rows::audit::{COLUMNS, entry};
use super::scope::{self, Tenant};

const NOTED: &str = "noted";
const HAPPENED: &str = "happened";

/// The audit log in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlAudit {
    db: SqlDb,
}

impl SqlAudit {
    #[must_use]
    pub fn new(db: SqlDb) -> Self {
        Self { db }
    }
}

#[async_trait]
impl AuditQueries for SqlAudit {
    async fn page(&self, scope: Scope, query: &AuditQuery) -> Result<Page<AuditEntry>, StorageError> {
        let limit = usize::from(query.limit.get());
        let backend = self.db.backend();
        let rows = scope::rows(&self.db, scope, |tenant| page(backend, tenant, query)).await?;
        let has_more = rows.len() > limit;
        let rows = rows.iter().take(limit).map(|row| entry(scope.tenant_id, &mut Cells::of(row)));
        Ok(Page { rows: rows.collect::<Result<_, _>>()?, has_more })
    }

    async fn get(&self, scope: Scope, id: Uuid) -> Result<Option<AuditEntry>, StorageError> {
        let backend = self.db.backend();
        let row = scope::row(&self.db, scope, |tenant| one(backend, tenant, id)).await?;
        row.map(|row| entry(scope.tenant_id, &mut Cells::of(&row))).transpose()
    }
}

/// Each walk ends at the limit, so what is merged is at most twice a page.
pub(super) fn page(backend: DbBackend, tenant: &Tenant, query: &AuditQuery) -> SelectStatement {
    let rows = u64::from(query.limit.get()) + 1;
    let ids = match query.after {
        Some(after) => IdRange::ALL.behind(Some(after), false),
        None => IdRange::ALL,
    };
    let noted = newest(noted(tenant).cond_where(noted_like(&query.filter, ids)), audit_log::Column::Id, rows);
    let happened =
        newest(happened(backend, tenant).cond_where(happened_like(&query.filter, ids)), events::Column::Id, rows);
    Query::select()
        .columns(COLUMNS)
        .from_subquery(noted, NOTED)
        .union(UnionType::All, Query::select().columns(COLUMNS).from_subquery(happened, HAPPENED).take())
        .order_by(audit_log::Column::Id, Order::Desc)
        .limit(rows)
        .take()
}

fn one(backend: DbBackend, tenant: &Tenant, id: Uuid) -> SelectStatement {
    let happened = happened(backend, tenant).and_where(Expr::col(events::Column::Id).eq(id)).take();
    noted(tenant).and_where(Expr::col(audit_log::Column::Id).eq(id)).union(UnionType::All, happened).take()
}

fn newest(select: &mut SelectStatement, id: impl sea_orm::sea_query::IntoColumnRef, rows: u64) -> SelectStatement {
    select.order_by(id, Order::Desc).limit(rows).take()
}

fn noted(tenant: &Tenant) -> SelectStatement {
    use audit_log::{Column, Entity};
    Query::select().columns(COLUMNS).from(Entity).and_where(tenant.is(Column::TenantId)).take()
}

/// Events in the cells of the log: what they tell of succeeded, and from where is not kept.
fn happened(backend: DbBackend, tenant: &Tenant) -> SelectStatement {
    use audit_log::Column as Cell;
    use events::{Column, Entity};
    let text = |expr: Expr, cell: Cell| (expr, cell);
    let cells = [
        text(Expr::col(Column::Id), Cell::Id),
        text(Expr::col(Column::OccurredAt), Cell::OccurredAt),
        text(Expr::col(Column::ActorKind), Cell::ActorKind),
        text(Expr::col(Column::ActorId), Cell::ActorId),
        text(Expr::col(Column::EventType), Cell::Action),
        text(Expr::col(Column::AggregateType), Cell::TargetKind),
        text(id_text(backend), Cell::TargetId),
        text(Expr::cust("'succeeded'"), Cell::Outcome),
        text(Expr::col(Column::RequestId), Cell::RequestId),
        text(Expr::cust(null_text(backend)), Cell::Network),
        text(Expr::cust(null_text(backend)), Cell::Detail),
    ];
    let mut select = Query::select();
    for (expr, cell) in cells {
        select.expr_as(expr, cell);
    }
    select.from(Entity).and_where(tenant.is(Column::TenantId)).take()
}

fn null_text(backend: DbBackend) -> &'static str {
    if backend == DbBackend::Postgres { "NULL::text" } else { "NULL" }
}

/// An id with its hyphens, as the log keeps it.
fn id_text(backend: DbBackend) -> Expr {
    if backend == DbBackend::Postgres {
        return Expr::cust("\"events\".\"aggregate_id\"::text");
    }
    let hex = || Func::lower(Func::cust("hex").arg(Expr::col(events::Column::AggregateId)));
    let part = |from: i32, length: i32| Expr::expr(Func::cust("substr").arg(hex()).arg(from).arg(length));
    let dash = || Expr::val("-");
    [part(9, 4), part(13, 4), part(17, 4), part(21, 12)].into_iter().fold(part(1, 8), |text, part| {
        text.binary(sea_orm::sea_query::BinOper::Custom("||"), dash())
            .binary(sea_orm::sea_query::BinOper::Custom("||"), part)
    })
}

fn noted_like(filter: &AuditFilter, ids: IdRange) -> Cond {
    use audit_log::Column;
    Cond::all()
        .add(Expr::col(Column::Id).gte(ids.from))
        .add(Expr::col(Column::Id).lt(ids.to))
        .add_option(filter.actor.as_ref().map(|actor| Expr::col(Column::ActorId).eq(actor.as_str())))
        .add_option(filter.action.as_ref().map(|action| Expr::col(Column::Action).eq(action.as_str())))
        .add_option(filter.target.as_ref().map(|target| Expr::col(Column::TargetId).eq(target.as_str())))
        .add_option(filter.occurred.from.map(|from| Expr::col(Column::OccurredAt).gte(from.millis())))
        .add_option(filter.occurred.to.map(|to| Expr::col(Column::OccurredAt).lt(to.millis())))
        .add_option(filter.by_operators.then(|| Expr::col(Column::ActorKind).eq("operator")))
}

/// A target is an aggregate by its id, whatever its type; the key of the history begins with both.
fn happened_like(filter: &AuditFilter, ids: IdRange) -> Cond {
    use events::Column;
    let target = filter.target.as_ref().map(|target| match Uuid::parse_str(target) {
        Ok(id) => Cond::all()
            .add(Expr::col(Column::AggregateType).is_in(AggregateType::TEXTS.iter().copied()))
            .add(Expr::col(Column::AggregateId).eq(id)),
        // No event is of such a target.
        Err(_) => Cond::all().add(Expr::cust("FALSE")),
    });
    Cond::all()
        .add(Expr::col(Column::Id).gte(ids.from))
        .add(Expr::col(Column::Id).lt(ids.to))
        .add_option(filter.actor.as_ref().map(|actor| Expr::col(Column::ActorId).eq(actor.as_str())))
        .add_option(filter.action.as_ref().map(|action| Expr::col(Column::EventType).eq(action.as_str())))
        .add_option(target)
        .add_option(filter.occurred.from.map(|from| Expr::col(Column::OccurredAt).gte(from.millis())))
        .add_option(filter.occurred.to.map(|to| Expr::col(Column::OccurredAt).lt(to.millis())))
        .add_option(filter.by_operators.then(|| Expr::col(Column::ActorKind).eq("operator")))
}
