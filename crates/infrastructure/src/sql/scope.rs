//! The one door for reads. It names the tenant to the database and to the statement, so that no read can forget either: PostgreSQL
//! shows a tenant's rows to whoever has set `app.tenant_id`, and every statement says `tenant_id = …` besides.
//!
//! Usually one statement does both (ADR 0011). Without prepared statements a read-only transaction does. Nothing is written here.

use orderbase_application::Scope;
use orderbase_application::ports::StorageError;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, IntoColumnRef, JoinType, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, RuntimeErr, Statement};
use uuid::Uuid;

use super::commit::Form;
use super::connect::SqlDb;
use super::errors::{Failure, failure, storage_error};
use super::held::HeldConnection;
use super::transaction::Transaction;

/// The sub-select that sets the tenant and gives it as [`TID`], with what else a [`Finder`] found.
pub(super) const SETTER: &str = "t";
const TID: &str = "tid";
const ANSWER: &str = "q";

/// The tenant of a read as its statement names it: a value, or the column of the sub-select that sets it.
#[derive(Clone, Debug)]
pub(super) struct Tenant(Expr);

impl Tenant {
    /// The predicate that every statement has on every table.
    pub fn is(&self, column: impl IntoColumnRef) -> Expr {
        Expr::col(column).eq(self.0.clone())
    }

    pub fn value(id: Uuid) -> Self {
        Self(Expr::value(id))
    }

    fn column() -> Self {
        Self(Expr::col((SETTER, TID)))
    }
}

/// A select of a platform table, by which the tenant is found. Its columns may be named by the statement behind it as those of
/// [`SETTER`].
pub(super) struct Finder {
    select: SelectStatement,
    tenant_id: Expr,
}

impl Finder {
    pub fn new(select: SelectStatement, tenant_id: impl IntoColumnRef) -> Self {
        Self { select, tenant_id: Expr::col(tenant_id) }
    }

    fn plain(&self) -> SelectStatement {
        self.select.clone().expr_as(self.tenant_id.clone(), TID).take()
    }

    fn setting(&self) -> SelectStatement {
        let set = Expr::cust_with_expr("set_config('app.tenant_id', $1::text, true)::uuid", self.tenant_id.clone());
        self.select.clone().expr_as(set, TID).take()
    }
}

/// All rows of a statement on the tenant's tables.
pub(super) async fn rows(
    db: &SqlDb,
    scope: Scope,
    select: impl Fn(&Tenant) -> SelectStatement,
) -> Result<Vec<QueryResult>, StorageError> {
    let tenant_id = scope.tenant_id.uuid();
    match way(db) {
        Way::Plain => all(db, &select(&Tenant::value(tenant_id))).await,
        Way::AtOnce => all(db, &at_once(tenant_id, select)).await,
        Way::Transaction => in_transaction(db, tenant_id, select(&Tenant::value(tenant_id))).await,
    }
}

/// The one row of such a statement.
pub(super) async fn row(
    db: &SqlDb,
    scope: Scope,
    select: impl Fn(&Tenant) -> SelectStatement,
) -> Result<Option<QueryResult>, StorageError> {
    Ok(rows(db, scope, select).await?.into_iter().next())
}

/// All rows of a statement on tables that belong to no tenant.
pub(super) async fn rows_unscoped(db: &SqlDb, select: &SelectStatement) -> Result<Vec<QueryResult>, StorageError> {
    all(db, select).await
}

/// The one row of such a statement.
pub(super) async fn row_unscoped(db: &SqlDb, select: &SelectStatement) -> Result<Option<QueryResult>, StorageError> {
    db.reads().query_one(select).await.map_err(storage_error)
}

/// The row of a statement on the tables of the tenant that the finder finds.
pub(super) async fn row_found(
    db: &SqlDb,
    finder: &Finder,
    select: impl Fn(&Tenant) -> SelectStatement,
) -> Result<Option<QueryResult>, StorageError> {
    match way(db) {
        Way::Plain => row_unscoped(db, &behind(finder, select)).await,
        Way::AtOnce => row_unscoped(db, &at_once_behind(finder, select)).await,
        Way::Transaction => {
            let Some(found) = row_unscoped(db, &finder.plain()).await? else { return Ok(None) };
            let tenant_id = found.try_get("", TID).map_err(storage_error)?;
            Ok(in_transaction(db, tenant_id, behind(finder, select)).await?.into_iter().next())
        }
    }
}

/// `BEGIN` for reading a tenant's rows, in one message.
pub(super) fn begin_reading(tenant_id: Uuid) -> String {
    format!("BEGIN READ ONLY; SET LOCAL app.tenant_id = '{tenant_id}'")
}

/// How a read is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// SQLite has no policies.
    Plain,
    AtOnce,
    Transaction,
}

fn way(db: &SqlDb) -> Way {
    match (db.backend(), db.form()) {
        (DbBackend::Postgres, Form::AtOnce) => Way::AtOnce,
        (DbBackend::Postgres, Form::Stepwise) => Way::Transaction,
        _ => Way::Plain,
    }
}

/// Sets the tenant, then reads. The statement needs what the sub-select gives and neither can be merged into the other for their
/// `OFFSET`, so the order is one of structure, whatever the planner thinks of costs.
pub(super) fn at_once(tenant_id: Uuid, select: impl Fn(&Tenant) -> SelectStatement) -> SelectStatement {
    let set = Expr::cust_with_values("set_config('app.tenant_id', $1, true)::uuid", [tenant_id.to_string()]);
    fenced(Query::select().expr_as(set, TID).take(), select(&Tenant::column()))
}

/// The same for a tenant that is found on the way.
pub(super) fn at_once_behind(finder: &Finder, select: impl Fn(&Tenant) -> SelectStatement) -> SelectStatement {
    fenced(finder.setting(), select(&Tenant::column()))
}

fn fenced(setter: SelectStatement, select: SelectStatement) -> SelectStatement {
    let (mut setter, mut select) = (setter, select);
    Query::select()
        .expr(Expr::cust("q.*"))
        .from_subquery(setter.offset(0).take(), SETTER)
        .join_lateral(JoinType::InnerJoin, select.offset(0).take(), ANSWER, Cond::all().add(Expr::cust("TRUE")))
        .take()
}

/// A flat join, for where no policy looks or the tenant was set before.
pub(super) fn behind(finder: &Finder, select: impl Fn(&Tenant) -> SelectStatement) -> SelectStatement {
    select(&Tenant::column()).from_subquery(finder.plain(), SETTER).take()
}

async fn all(db: &SqlDb, select: &SelectStatement) -> Result<Vec<QueryResult>, StorageError> {
    db.reads().query_all(select).await.map_err(storage_error)
}

/// The general form. It holds a connection, so it runs by itself: a caller that goes away cannot leave a transaction open.
async fn in_transaction(
    db: &SqlDb,
    tenant_id: Uuid,
    select: SelectStatement,
) -> Result<Vec<QueryResult>, StorageError> {
    let (task, statement) = (db.clone(), DbBackend::Postgres.build(&select));
    let reading = db.detach(async move {
        let held = task.held().ok_or_else(|| storage_error(DbErr::Custom("this is no PostgreSQL".to_owned())))?;
        let lent = held.connection().await;
        let lent = lent.map_err(|error| storage_error(DbErr::Conn(RuntimeErr::SqlxError(error.into()))))?;
        transaction(&task, lent, tenant_id, statement).await.map_err(storage_error)
    });
    reading.await.map_err(|error| StorageError::Failed(error.into()))?
}

async fn transaction(
    db: &SqlDb,
    lent: HeldConnection,
    tenant_id: Uuid,
    statement: Statement,
) -> Result<Vec<QueryResult>, DbErr> {
    let work = Transaction::postgres(lent, db.counter());
    let read = match work.begin(begin_reading(tenant_id)).await {
        Ok(()) => work.query_all_raw(statement).await,
        Err(error) => Err(error),
    };
    let ended = match read {
        Ok(rows) => work.commit().await.map(|()| rows),
        Err(error) => Err(error),
    };
    if let Err(error) = &ended {
        if failure(error) == Failure::Poisoned {
            db.count_poisoned();
            tracing::error!(%error, "a connection was lent with a transaction open; it is closed");
        }
        work.close().await;
    }
    ended
}
