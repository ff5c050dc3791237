//! One migrator at a time: an advisory lock of PostgreSQL, held by the session that migrates. SQLite's file lock does the same.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use crate::MigrationError;

/// How long to wait for another migrator, or for the locks of tables, before giving up.
pub(crate) const WAIT_SECS_MAX: u64 = 60;

/// Names the lock among all advisory locks of a database: the bytes of "orderbas".
const KEY: i64 = 0x6f72_6465_7262_6173;

const POLL: Duration = Duration::from_millis(500);

/// Takes the lock for the session, waiting at most 60 s and saying so in the log.
pub(crate) async fn acquire(session: &DatabaseConnection) -> Result<(), MigrationError> {
    if session.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let begun = Instant::now();
    while !try_lock(session).await? {
        let waited_secs = begun.elapsed().as_secs();
        if waited_secs >= WAIT_SECS_MAX {
            return Err(MigrationError::Locked(waited_secs));
        }
        tracing::warn!(waited_secs, "waiting for another process that migrates this database");
        tokio::time::sleep(POLL).await;
    }
    Ok(())
}

async fn try_lock(session: &DatabaseConnection) -> Result<bool, DbErr> {
    let statement =
        Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_try_advisory_lock($1) AS locked", [KEY.into()]);
    let row = session.query_one_raw(statement).await?;
    row.map_or(Ok(false), |row| row.try_get("", "locked"))
}

/// Whether the statement gave up waiting for a lock: SQLSTATE 55P03, or SQLite's BUSY.
pub(crate) fn is_lock_timeout(error: &DbErr) -> bool {
    let (DbErr::Exec(runtime) | DbErr::Query(runtime) | DbErr::Conn(runtime)) = error else { return false };
    let sea_orm::RuntimeErr::SqlxError(error) = runtime else { return false };
    let code = error.as_database_error().and_then(|error| error.code());
    // 5 is SQLITE_BUSY; 261 and 517 are its extended codes.
    code.is_some_and(|code| matches!(code.as_ref(), "55P03" | "5" | "261" | "517"))
}
