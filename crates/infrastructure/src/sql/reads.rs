//! How single statements reach the database: reads on SQLite through the pool, everything on PostgreSQL over connections that are held.
//!
//! A read whose connection turns out to be dead is asked again on another one, so one that writes has a door of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use sea_orm::sqlx::Error as SqlxError;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use tokio::time::Instant;

use super::errors::{Failure, failure};
use super::held::{Held, HeldConnection};
use super::transaction::{failed, query};

/// How many dead connections a read gets over, as all of the pool are after a restart of the server.
const DEAD_MAX: usize = 64;

/// How many of them may be new. More would be no leftovers of a restart but the work of the statement itself.
const DEAD_NEW_MAX: usize = 2;

/// A connection that lived as long as this under the statement was not found dead: somebody ended it, and may mean it.
const DEAD_AT_ONCE: Duration = Duration::from_secs(1);

/// For statements that read.
pub(super) struct Reads {
    pool: DatabaseConnection,
    held: Option<Arc<Held>>,
    statements: Arc<AtomicU64>,
    poisoned: Arc<AtomicU64>,
}

/// The connections that one read has found dead.
#[derive(Default)]
struct Dead {
    all: usize,
    new: usize,
}

impl Reads {
    pub fn new(
        pool: DatabaseConnection,
        held: Option<Arc<Held>>,
        statements: Arc<AtomicU64>,
        poisoned: Arc<AtomicU64>,
    ) -> Self {
        Self { pool, held, statements, poisoned }
    }

    /// A single statement that writes, in a transaction of its own. Never asked twice: it may have taken effect.
    pub async fn write_one(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let Some(held) = &self.held else { return Err(DbErr::Custom("SQLite has one writer".to_owned())) };
        let mut connection = self.lent(held).await?;
        self.statements.fetch_add(1, Ordering::Relaxed);
        let row = query(statement).fetch_optional(connection.get().map_err(failed)?).await.map_err(failed);
        match &row {
            Ok(_) => connection.is_sound = true,
            Err(error) if matches!(failure(error), Failure::Lost | Failure::Poisoned) => connection.close_on_drop(),
            Err(_) => {}
        }
        Ok(row?.map(QueryResult::from))
    }

    async fn lent(&self, held: &Arc<Held>) -> Result<HeldConnection, DbErr> {
        held.connection().await.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))
    }

    /// Ends a read. `None`: its connection is dead, and the next may live.
    fn ended<T>(
        &self,
        held: &Held,
        mut connection: HeldConnection,
        began: Instant,
        answer: Result<T, SqlxError>,
        dead: &mut Dead,
    ) -> Option<Result<T, DbErr>> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        let error = match answer {
            Ok(answer) => {
                connection.is_sound = true;
                return Some(Ok(answer));
            }
            Err(error) => failed(error),
        };
        match failure(&error) {
            Failure::Lost => connection.close_on_drop(),
            Failure::Poisoned => {
                connection.close_on_drop();
                self.poisoned.fetch_add(1, Ordering::Relaxed);
                tracing::error!(%error, "a connection was lent with a transaction open; it is closed");
                return Some(Err(error));
            }
            _ => return Some(Err(error)),
        }
        dead.all += 1;
        dead.new += usize::from(!connection.was_kept && !held.pool_has_idle());
        held.discard();
        // Each that is found dead is ended, so this ends with a living one, or with a server that takes no new ones.
        let given_up = dead.all > DEAD_MAX || dead.new > DEAD_NEW_MAX || began.elapsed() >= DEAD_AT_ONCE;
        given_up.then_some(Err(error))
    }
}

#[async_trait]
impl ConnectionTrait for Reads {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let Some(held) = &self.held else { return self.pool.query_one_raw(statement).await };
        let mut dead = Dead::default();
        loop {
            let mut connection = self.lent(held).await?;
            let began = Instant::now();
            let row = query(statement.clone()).fetch_optional(connection.get().map_err(failed)?).await;
            let row = row.map(|row| row.map(QueryResult::from));
            if let Some(answer) = self.ended(held, connection, began, row, &mut dead) {
                return answer;
            }
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let Some(held) = &self.held else { return self.pool.query_all_raw(statement).await };
        let mut dead = Dead::default();
        loop {
            let mut connection = self.lent(held).await?;
            let began = Instant::now();
            let rows = query(statement.clone()).fetch_all(connection.get().map_err(failed)?).await;
            let rows = rows.map(|rows| rows.into_iter().map(QueryResult::from).collect());
            if let Some(answer) = self.ended(held, connection, began, rows, &mut dead) {
                return answer;
            }
        }
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom("what reads does not execute".to_owned()))
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom("what reads does not execute".to_owned()))
    }
}
