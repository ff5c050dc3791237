//! Deletes kept answers that have expired, for nothing else would and they may hold what an anonymised customer wants forgotten; and
//! sessions and tickets that ended a week ago; and empties the networks of old rows of the audit log (security.md rule 54).
//!
//! Never waits for a row that somebody else works on, and never deletes what is alive by the database's clock.

use std::time::Duration;

use orderbase_application::ports::StorageError;
use sea_orm::{DbBackend, Statement};

use super::connect::SqlDb;
use super::errors::storage_error;
use super::rows::counted;

/// How many rows one statement deletes at most, so that no commit waits long for it.
const ROUND: u64 = 1_000;

const EVERY: Duration = Duration::from_secs(60);

/// A function of the schema goes through the tenants one by one, setting each before it deletes: one statement alone could not.
const POSTGRES: &str = "SELECT sweep_answers_v1($1) AS gone";

const SQLITE: &str = "DELETE FROM idempotency_keys WHERE (tenant_id, principal_id, key) IN ( \
    SELECT k.tenant_id, k.principal_id, k.key FROM tenants t CROSS JOIN idempotency_keys k \
    WHERE k.tenant_id = t.id AND k.expires_at <= CAST(unixepoch('subsec') * 1000 AS INTEGER) LIMIT $1 ) \
    RETURNING 1 AS gone";

/// Deletes every answer that has expired, at most 1 000 per statement, and says how many went.
///
/// # Errors
/// What the database says. What went before stays gone.
pub async fn expired_answers(db: &SqlDb) -> Result<u64, StorageError> {
    let mut all = 0;
    loop {
        let gone = round(db).await?;
        all += gone;
        if gone < ROUND || db.closing().is_cancelled() {
            return Ok(all);
        }
    }
}

/// How long a session or a ticket that ended is kept: seven days, so that a token of it is known for what it was.
const KEPT_SECS: i64 = 7 * 24 * 60 * 60;

const POSTGRES_SIGN_INS: &str =
    "SELECT sweep_sign_ins_v1($1, (extract(epoch FROM now()) * 1000)::bigint - $2 * 1000) AS gone";

const SQLITE_SESSIONS: &str = "DELETE FROM sessions WHERE (tenant_id, id) IN ( \
    SELECT s.tenant_id, s.id FROM tenants t CROSS JOIN sessions s WHERE s.tenant_id = t.id \
    AND min(s.expires_at, ifnull(s.revoked_at, s.expires_at)) < CAST(unixepoch('subsec') * 1000 AS INTEGER) - $2 * 1000 LIMIT $1 ) \
    RETURNING 1 AS gone";

const SQLITE_TICKETS: &str = "DELETE FROM tickets WHERE (tenant_id, token_hash) IN ( \
    SELECT k.tenant_id, k.token_hash FROM tenants t CROSS JOIN tickets k WHERE k.tenant_id = t.id \
    AND min(k.expires_at, ifnull(k.used_at, k.expires_at)) < CAST(unixepoch('subsec') * 1000 AS INTEGER) - $2 * 1000 LIMIT $1 ) \
    RETURNING 1 AS gone";

/// Deletes every session and ticket that ended more than seven days ago by the database's clock, and says how many went.
///
/// # Errors
/// As [`expired_answers`].
pub async fn ended_sign_ins(db: &SqlDb) -> Result<u64, StorageError> {
    let mut all = 0;
    loop {
        let values = || [ROUND.cast_signed().into(), KEPT_SECS.into()];
        let gone = match db.writer() {
            Some(writer) => {
                let statement = |sql| Statement::from_sql_and_values(DbBackend::Sqlite, sql, values());
                let sessions = writer.single(statement(SQLITE_SESSIONS)).await?;
                let tickets = writer.single(statement(SQLITE_TICKETS)).await?;
                (sessions.len() + tickets.len()) as u64
            }
            None => one(db, Statement::from_sql_and_values(DbBackend::Postgres, POSTGRES_SIGN_INS, values())).await?,
        };
        all += gone;
        if gone < ROUND || db.closing().is_cancelled() {
            return Ok(all);
        }
    }
}

const POSTGRES_NETWORKS: &str =
    "SELECT sweep_networks_v1($1, (extract(epoch FROM now()) * 1000)::bigint - $2 * 1000) AS gone";

const SQLITE_NETWORKS: &str = "UPDATE audit_log SET network = NULL WHERE (tenant_id, id) IN ( \
    SELECT l.tenant_id, l.id FROM tenants t CROSS JOIN audit_log l WHERE l.tenant_id = t.id AND l.network IS NOT NULL \
    AND l.recorded_at < CAST(unixepoch('subsec') * 1000 AS INTEGER) - $2 * 1000 LIMIT $1 ) \
    RETURNING 1 AS gone";

/// Empties the network of every row of the audit log that was recorded so many days ago by the database's clock, and says how many.
///
/// # Errors
/// As [`expired_answers`].
pub async fn old_networks(db: &SqlDb, days: u64) -> Result<u64, StorageError> {
    let mut all = 0;
    loop {
        let values = [ROUND.cast_signed().into(), days.saturating_mul(24 * 60 * 60).cast_signed().into()];
        let gone = match db.writer() {
            Some(writer) => {
                let statement = Statement::from_sql_and_values(DbBackend::Sqlite, SQLITE_NETWORKS, values);
                writer.single(statement).await?.len() as u64
            }
            None => one(db, Statement::from_sql_and_values(DbBackend::Postgres, POSTGRES_NETWORKS, values)).await?,
        };
        all += gone;
        if gone < ROUND || db.closing().is_cancelled() {
            return Ok(all);
        }
    }
}

/// Sweeps each minute until the database is closed or dropped; closing waits for the statement at work.
pub fn start(db: &SqlDb, network_days: u64) {
    let (closing, open) = (db.closing(), db.weak());
    drop(db.detach(async move {
        while closing.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
            let Some(db) = open() else { return };
            match expired_answers(&db).await {
                Ok(0) => {}
                Ok(gone) => tracing::debug!(gone, "expired answers were deleted"),
                Err(error) => tracing::warn!(%error, "expired answers were not deleted"),
            }
            if let Err(error) = ended_sign_ins(&db).await {
                tracing::warn!(%error, "sessions and tickets that ended were not deleted");
            }
            if let Err(error) = old_networks(&db, network_days).await {
                tracing::warn!(%error, "old networks of the audit log were not emptied");
            }
        }
    }));
}

async fn round(db: &SqlDb) -> Result<u64, StorageError> {
    let values = [ROUND.cast_signed().into()];
    match db.writer() {
        Some(writer) => {
            let gone = writer.single(Statement::from_sql_and_values(DbBackend::Sqlite, SQLITE, values)).await?;
            Ok(gone.len() as u64)
        }
        None => one(db, Statement::from_sql_and_values(DbBackend::Postgres, POSTGRES, values)).await,
    }
}

async fn one(db: &SqlDb, statement: Statement) -> Result<u64, StorageError> {
    counted(db.reads().write_one(statement).await.map_err(storage_error)?.as_ref())
}
