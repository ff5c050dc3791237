//! The key ring's rows: a table of no tenant, enveloped before it comes here.

use async_trait::async_trait;
use orderbase_application::ports::StorageError;
use orderbase_kernel::Timestamp;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{DbErr, QueryResult, Statement, Value};

use super::commit::all_or_nothing;
use super::connect::SqlDb;
use super::entity::key_ring::{Column, Entity};
use super::errors::storage_error;
use super::rows::Cells;
use super::scope;
use crate::security::{KeyPurpose, KeyState, Move, RingStore, StoredEntry};

const ADD: &str = "INSERT INTO key_ring (purpose, kid, state, since, enveloped) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT DO NOTHING RETURNING kid";
const MOVE: &str =
    "UPDATE key_ring SET state = $3, since = $4 WHERE purpose = $1 AND kid = $2 AND state = $5 RETURNING kid";
const REWRAP: &str =
    "UPDATE key_ring SET enveloped = $4 WHERE purpose = $1 AND kid = $2 AND enveloped = $3 RETURNING kid";
const DELETE: &str = "DELETE FROM key_ring WHERE purpose = $1 AND kid = $2 AND state = $3 RETURNING kid";

/// The key ring in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlKeyRing {
    db: SqlDb,
}

impl SqlKeyRing {
    #[must_use]
    pub fn new(db: SqlDb) -> Self {
        Self { db }
    }

    /// Puts another envelope around a key, unless the entry has another than the one that was read: then false.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    pub async fn replace_envelope(&self, read: &StoredEntry, enveloped: Vec<u8>) -> Result<bool, StorageError> {
        let values =
            [read.purpose.as_str().into(), read.kid.as_str().into(), read.enveloped.clone().into(), enveloped.into()];
        all_or_nothing(&self.db, vec![self.statement(REWRAP, values)]).await
    }

    fn statement<const N: usize>(&self, sql: &str, values: [Value; N]) -> Statement {
        Statement::from_sql_and_values(self.db.backend(), sql, values)
    }
}

#[async_trait]
impl RingStore for SqlKeyRing {
    async fn load(&self) -> Result<Vec<StoredEntry>, StorageError> {
        let rows = scope::rows_unscoped(&self.db, &all()).await?;
        rows.iter().filter_map(|row| read(row).transpose()).collect()
    }

    async fn insert_if_absent(&self, entry: &StoredEntry) -> Result<bool, StorageError> {
        let values = [
            entry.purpose.as_str().into(),
            entry.kid.as_str().into(),
            entry.state.as_str().into(),
            entry.since.millis().into(),
            entry.enveloped.clone().into(),
        ];
        all_or_nothing(&self.db, vec![self.statement(ADD, values)]).await
    }

    async fn replace_states(&self, moves: &[Move], at: Timestamp) -> Result<bool, StorageError> {
        let statement = |step: &Move| {
            let values = [
                step.purpose.as_str().into(),
                step.kid.as_str().into(),
                step.to.as_str().into(),
                at.millis().into(),
                step.from.as_str().into(),
            ];
            self.statement(MOVE, values)
        };
        all_or_nothing(&self.db, moves.iter().map(statement).collect()).await
    }

    async fn delete(&self, purpose: KeyPurpose, kid: &str, state: KeyState) -> Result<bool, StorageError> {
        let values = [purpose.as_str().into(), kid.into(), state.as_str().into()];
        all_or_nothing(&self.db, vec![self.statement(DELETE, values)]).await
    }
}

fn all() -> SelectStatement {
    Query::select()
        .columns([Column::Purpose, Column::Kid, Column::State, Column::Since, Column::Enveloped])
        .from(Entity)
        .take()
}

/// `None` for a purpose or state of a later version.
fn read(row: &QueryResult) -> Result<Option<StoredEntry>, StorageError> {
    let mut cells = Cells::of(row);
    let purpose = KeyPurpose::parse(&cells.take::<String>()?);
    let kid = cells.take()?;
    let state = KeyState::parse(&cells.take::<String>()?);
    let since = Timestamp::from_millis(cells.take()?);
    let since = since.map_err(|_| storage_error(DbErr::Type("a key is as old as no calendar".to_owned())))?;
    let enveloped = cells.take()?;
    Ok(purpose.zip(state).map(|(purpose, state)| StoredEntry { purpose, kid, state, since, enveloped }))
}
