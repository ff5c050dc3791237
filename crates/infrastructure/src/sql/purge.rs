//! Erases what purged tenants had, in rounds, so that no commit waits long for one. What stays is the tenant's row and its events.

use std::time::Duration;

use orderbase_application::ports::StorageError;
use orderbase_kernel::TenantId;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{DbBackend, Statement, Value};
use uuid::Uuid;

use super::commit::now_millis;
use super::connect::SqlDb;
use super::entity::tenants::{Column, Entity};
use super::errors::storage_error;
use super::rows::Cells;
use super::scope;
use super::writer::Writer;

/// How many rows one statement deletes at most.
const ROUND: i64 = 1_000;

const POSTGRES: &str = "SELECT purge_tenant_v1($1, $2) AS gone";

/// Tables with their primary keys; what refers to others goes first. PostgreSQL has the same list in `purge_tenant_v1`.
const SQLITE: [(&str, &str); 15] = [
    ("order_items", "tenant_id, order_id, id"),
    ("orders", "tenant_id, id"),
    ("customers", "tenant_id, id"),
    ("tickets", "tenant_id, token_hash"),
    ("sessions", "tenant_id, id"),
    ("user_credentials", "tenant_id, user_id"),
    ("users", "tenant_id, id"),
    ("api_key_usage", "tenant_id, api_key_id"),
    ("api_key_directory", "secret_hash"),
    ("api_keys", "tenant_id, id"),
    ("idempotency_keys", "tenant_id, principal_id, key"),
    ("tenant_counters", "tenant_id, kind"),
    ("audit_log", "tenant_id, id"),
    (EVENTS, "tenant_id, aggregate_type, aggregate_id, sequence"),
    ("audit_seals", "tenant_id, seq"),
];
const EVENTS: &str = "events";

const SQLITE_IMPERSONAL: &str = "UPDATE events SET personal = NULL WHERE tenant_id = $1 AND personal IS NOT NULL";
const SQLITE_ERASED: &str = "UPDATE tenants SET erased_at = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE id = $1";

/// How long a tenant rests between its purge and the first round: what was cached or buffered of it in some process is written by then.
const REST_MILLIS: i64 = 60_000;

const EVERY: Duration = Duration::from_secs(60);

/// How one round ended.
enum Round {
    Gone(u64),
    Erased,
    /// Another process is at it, or the database's clock is behind.
    NotNow,
}

/// Erases each minute until the database is closed or dropped; closing waits for the round at work.
pub fn start(db: &SqlDb) {
    let (closing, open) = (db.closing(), db.weak());
    drop(db.detach(async move {
        while closing.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
            let Some(db) = open() else { return };
            if let Err(error) = purged_tenants(&db).await {
                tracing::warn!(%error, "what purged tenants had was not erased");
            }
        }
    }));
}

/// Erases all that is due, at most 1 000 rows per statement, and says how many went. It may be called again at any time and by anybody.
///
/// # Errors
/// The first that the database said; the other tenants are erased. What went before stays gone, and the rest goes the next time.
pub async fn purged_tenants(db: &SqlDb) -> Result<u64, StorageError> {
    let (mut all, mut first) = (0, Ok(()));
    for id in due(db).await? {
        match purged(db, id).await {
            Ok(gone) => all += gone,
            Err(error) => first = first.and(Err(error)),
        }
    }
    first.map(|()| all)
}

async fn due(db: &SqlDb) -> Result<Vec<TenantId>, StorageError> {
    let rested = Expr::col(Column::PurgedAt).add(REST_MILLIS).lte(now_millis(db.backend()));
    let statement = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Expr::col(Column::PurgedAt).is_not_null())
        .and_where(Expr::col(Column::ErasedAt).is_null())
        .and_where(rested)
        .take();
    let rows = scope::rows_unscoped(db, &statement).await?;
    rows.iter().map(|row| Ok(TenantId::from_uuid(Cells::of(row).take::<Uuid>()?))).collect()
}

async fn purged(db: &SqlDb, id: TenantId) -> Result<u64, StorageError> {
    let mut all = 0;
    while !db.closing().is_cancelled() {
        let round = match db.writer() {
            Some(writer) => sqlite_round(writer, id).await?,
            None => postgres_round(db, id).await?,
        };
        match round {
            Round::Gone(rows) => all += rows,
            Round::NotNow => break,
            Round::Erased => {
                tracing::info!(tenant.id = %id, "tenant.erased");
                break;
            }
        }
    }
    Ok(all)
}

async fn postgres_round(db: &SqlDb, id: TenantId) -> Result<Round, StorageError> {
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, POSTGRES, [id.uuid().into(), ROUND.into()]);
    let row = db.reads().write_one(statement).await.map_err(storage_error)?;
    let gone: Option<i64> = row.as_ref().map(|row| Cells::of(row).take()).transpose()?.flatten();
    Ok(match gone.map(i64::cast_unsigned) {
        None => Round::NotNow,
        Some(0) => Round::Erased,
        Some(rows) => Round::Gone(rows),
    })
}

/// Deletes from the first table that has something left.
async fn sqlite_round(writer: &Writer, id: TenantId) -> Result<Round, StorageError> {
    for (table, key) in SQLITE {
        let but = if table == EVENTS { " AND aggregate_type <> 'tenant'" } else { "" };
        let some = format!("SELECT {key} FROM {table} WHERE tenant_id = $1{but} LIMIT $2");
        let delete = format!("DELETE FROM {table} WHERE ({key}) IN ({some}) RETURNING 1");
        let gone = single(writer, &delete, vec![id.uuid().into(), ROUND.into()]).await?;
        if gone > 0 {
            return Ok(Round::Gone(gone));
        }
    }
    single(writer, SQLITE_IMPERSONAL, vec![id.uuid().into()]).await?;
    single(writer, SQLITE_ERASED, vec![id.uuid().into()]).await?;
    Ok(Round::Erased)
}

async fn single(writer: &Writer, sql: &str, values: Vec<Value>) -> Result<u64, StorageError> {
    let rows = writer.single(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await?;
    Ok(rows.len() as u64)
}
