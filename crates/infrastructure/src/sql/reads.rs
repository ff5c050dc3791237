//! How statements that only read reach the database: on SQLite through the pool, on PostgreSQL over connections that are held.
//!
//! A read whose connection turns out to be dead is asked again on another one. Must never be given a statement that writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use sea_orm::sqlx::Error as SqlxError;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};

use super::errors::{Failure, failure};
use super::held::{Held, HeldConnection};
use super::transaction::{failed, query};

/// How many dead connections a read gets over, as all of the pool are after a restart of the server.
const DEAD_MAX: usize = 64;

/// For statements that read.
pub(super) struct Reads {
    pool: DatabaseConnection,
    held: Option<Arc<Held>>,
    statements: Arc<AtomicU64>,
}

impl Reads {
    pub fn new(pool: DatabaseConnection, held: Option<Arc<Held>>, statements: Arc<AtomicU64>) -> Self {
        Self { pool, held, statements }
    }

    async fn lent(&self, held: &Arc<Held>) -> Result<HeldConnection, DbErr> {
        held.connection().await.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))
    }

    /// Ends a read. `None`: its connection is dead, and the next may live.
    fn ended<T>(
        &self,
        held: &Held,
        mut connection: HeldConnection,
        answer: Result<T, SqlxError>,
        dead: &mut usize,
    ) -> Option<Result<T, DbErr>> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        let error = match answer {
            Ok(answer) => {
                connection.is_sound = true;
                return Some(Ok(answer));
            }
            Err(error) => failed(error),
        };
        if failure(&error) != Failure::Lost {
            return Some(Err(error));
        }
        connection.close_on_drop();
        // Each that is found dead is ended, so this ends with a living one, or with a server that takes no new ones.
        if *dead == DEAD_MAX {
            return Some(Err(error));
        }
        *dead += 1;
        held.discard();
        None
    }
}

#[async_trait]
impl ConnectionTrait for Reads {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let Some(held) = &self.held else { return self.pool.query_one_raw(statement).await };
        let mut dead = 0;
        loop {
            let mut connection = self.lent(held).await?;
            let row = query(statement.clone()).fetch_optional(connection.get().map_err(failed)?).await;
            let row = row.map(|row| row.map(QueryResult::from));
            if let Some(answer) = self.ended(held, connection, row, &mut dead) {
                return answer;
            }
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let Some(held) = &self.held else { return self.pool.query_all_raw(statement).await };
        let mut dead = 0;
        loop {
            let mut connection = self.lent(held).await?;
            let rows = query(statement.clone()).fetch_all(connection.get().map_err(failed)?).await;
            let rows = rows.map(|rows| rows.into_iter().map(QueryResult::from).collect());
            if let Some(answer) = self.ended(held, connection, rows, &mut dead) {
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
