//! Deletes kept answers that have expired: nothing else would, and they may hold what an anonymised customer wants forgotten.
//!
//! Never waits for a row that somebody else works on, and never deletes what is alive by the database's clock.

use std::time::Duration;

use orderbase_application::ports::StorageError;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::connect::SqlDb;
use super::errors::storage_error;

/// How many rows one statement deletes at most, so that no commit waits long for it.
const ROUND: u64 = 1_000;

const EVERY: Duration = Duration::from_secs(60);

/// The index is each tenant's, so they are gone through one by one. What is being taken over at this moment is left to its new owner.
const POSTGRES: &str = "WITH expired AS MATERIALIZED ( \
    SELECT k.tenant_id, k.principal_id, k.key FROM tenants t CROSS JOIN LATERAL ( \
        SELECT tenant_id, principal_id, key FROM idempotency_keys \
        WHERE tenant_id = t.id AND expires_at <= (extract(epoch FROM now()) * 1000)::bigint \
        ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED \
    ) k LIMIT $1 ) \
    DELETE FROM idempotency_keys i USING expired e \
    WHERE i.tenant_id = e.tenant_id AND i.principal_id = e.principal_id AND i.key = e.key RETURNING 1 AS gone";

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

/// Sweeps each minute until the database is closed or dropped; closing waits for the statement at work.
pub fn start(db: &SqlDb) {
    let (closing, open) = (db.closing(), db.weak());
    drop(db.detach(async move {
        while closing.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
            let Some(db) = open() else { return };
            match expired_answers(&db).await {
                Ok(0) => {}
                Ok(gone) => tracing::debug!(gone, "expired answers were deleted"),
                Err(error) => tracing::warn!(%error, "expired answers were not deleted"),
            }
        }
    }));
}

async fn round(db: &SqlDb) -> Result<u64, StorageError> {
    let values = [ROUND.cast_signed().into()];
    let rows = match db.writer() {
        Some(writer) => writer.single(Statement::from_sql_and_values(DbBackend::Sqlite, SQLITE, values)).await?,
        None => {
            let statement = Statement::from_sql_and_values(DbBackend::Postgres, POSTGRES, values);
            db.read().query_all_raw(statement).await.map_err(storage_error)?
        }
    };
    Ok(rows.len() as u64)
}
