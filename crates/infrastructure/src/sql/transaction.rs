//! One connection that is held for one transaction. SeaORM's statements run on it; unlike SeaORM's own transaction it sends
//! `BEGIN` and its settings in one message, counts statements, and can close a connection that must not be lent again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use sea_orm::sea_query::Values;
use sea_orm::sqlx::query::Query;
use sea_orm::sqlx::sqlite::SqliteConnection;
use sea_orm::sqlx::{
    AssertSqlSafe, Connection, Database, Error as SqlxError, Executor, PgConnection, Postgres, SqlSafeStr, Sqlite,
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx_core::transaction::TransactionManager;
use tokio::sync::Mutex;

use super::held::HeldConnection;

/// A connection in or around a transaction. Dropped inside one, it is closed and not lent again.
pub(super) struct Transaction {
    // SeaORM asks for `&self`; nobody else holds the transaction, so the lock is never waited for.
    connection: Mutex<Link>,
    backend: DbBackend,
    statements: Arc<AtomicU64>,
}

enum Link {
    Postgres(Lent),
    Sqlite(SqliteConnection),
}

/// A connection that must not be lent on with a transaction open.
struct Lent {
    connection: HeldConnection,
    is_open: bool,
}

impl Lent {
    /// For a statement: until a transaction has ended in order, its state is not known.
    fn get(&mut self) -> Result<&mut PgConnection, DbErr> {
        self.connection.is_sound = false;
        self.connection.get().map_err(failed)
    }

    fn ended(&mut self, ended: Result<(), SqlxError>) -> Result<(), SqlxError> {
        self.is_open = ended.is_err();
        self.connection.is_sound = ended.is_ok();
        ended
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if self.is_open {
            self.connection.close_on_drop();
        }
    }
}

impl Transaction {
    pub fn postgres(connection: HeldConnection, statements: Arc<AtomicU64>) -> Self {
        Self::new(Link::Postgres(Lent { connection, is_open: false }), DbBackend::Postgres, statements)
    }

    pub fn sqlite(connection: SqliteConnection, statements: Arc<AtomicU64>) -> Self {
        Self::new(Link::Sqlite(connection), DbBackend::Sqlite, statements)
    }

    fn new(held: Link, backend: DbBackend, statements: Arc<AtomicU64>) -> Self {
        Self { connection: Mutex::new(held), backend, statements }
    }

    /// Begins a transaction; `statement` is `BEGIN` with what shall hold within it. After an error the transaction has to be closed:
    /// the text may have begun a transaction before it failed, and sqlx would not know (transact-rs/sqlx#4409).
    pub async fn begin(&self, statement: String) -> Result<(), DbErr> {
        self.count();
        let statement = Some(AssertSqlSafe(statement).into_sql_str());
        match &mut *self.connection.lock().await {
            Link::Postgres(held) => {
                held.is_open = true;
                <Postgres as Database>::TransactionManager::begin(held.get()?, statement).await
            }
            Link::Sqlite(held) => <Sqlite as Database>::TransactionManager::begin(held, statement).await,
        }
        .map_err(failed)
    }

    pub async fn commit(&self) -> Result<(), DbErr> {
        self.count();
        match &mut *self.connection.lock().await {
            Link::Postgres(held) => {
                let ended = <Postgres as Database>::TransactionManager::commit(held.get()?).await;
                held.ended(ended)
            }
            Link::Sqlite(held) => <Sqlite as Database>::TransactionManager::commit(held).await,
        }
        .map_err(failed)
    }

    pub async fn rollback(&self) -> Result<(), DbErr> {
        self.count();
        match &mut *self.connection.lock().await {
            Link::Postgres(held) => {
                let ended = <Postgres as Database>::TransactionManager::rollback(held.get()?).await;
                held.ended(ended)
            }
            Link::Sqlite(held) => <Sqlite as Database>::TransactionManager::rollback(held).await,
        }
        .map_err(failed)
    }

    /// Ends the connection instead of lending it on; an open transaction ends with it.
    pub async fn close(self) {
        match self.connection.into_inner() {
            Link::Postgres(mut held) => held.is_open = true,
            Link::Sqlite(held) => {
                if let Err(error) = held.close().await {
                    tracing::warn!(%error, "a connection was not closed in order");
                }
            }
        }
    }

    fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }
}

/// Makes a query of a statement, for either database.
pub(super) fn query<DB>(statement: Statement) -> Query<'static, DB, SqlxValues>
where
    DB: Database,
    SqlxValues: sea_orm::sqlx::IntoArguments<DB>,
{
    let values = statement.values.unwrap_or(Values(Vec::new()));
    sea_orm::sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

pub(super) fn failed(error: SqlxError) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.count();
        match &mut *self.connection.lock().await {
            Link::Postgres(held) => query(statement).execute(held.get()?).await.map(ExecResult::from),
            Link::Sqlite(held) => query(statement).execute(&mut *held).await.map(ExecResult::from),
        }
        .map_err(failed)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.count();
        let sql = AssertSqlSafe(sql.to_owned());
        match &mut *self.connection.lock().await {
            Link::Postgres(held) => held.get()?.execute(sql).await.map(ExecResult::from),
            Link::Sqlite(held) => held.execute(sql).await.map(ExecResult::from),
        }
        .map_err(failed)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.count();
        match &mut *self.connection.lock().await {
            Link::Postgres(held) => {
                query(statement).fetch_optional(held.get()?).await.map(|row| row.map(QueryResult::from))
            }
            Link::Sqlite(held) => {
                query(statement).fetch_optional(&mut *held).await.map(|row| row.map(QueryResult::from))
            }
        }
        .map_err(failed)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.count();
        match &mut *self.connection.lock().await {
            Link::Postgres(held) => query(statement)
                .fetch_all(held.get()?)
                .await
                .map(|rows| rows.into_iter().map(QueryResult::from).collect()),
            Link::Sqlite(held) => query(statement)
                .fetch_all(&mut *held)
                .await
                .map(|rows| rows.into_iter().map(QueryResult::from).collect()),
        }
        .map_err(failed)
    }
}
