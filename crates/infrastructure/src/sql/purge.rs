//! Erases what purged tenants had, in rounds, so that no commit waits long for one. What stays is the tenant's row and its events.

use orderbase_application::ports::StorageError;
use orderbase_kernel::TenantId;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{DbBackend, Statement, Value};
use uuid::Uuid;

use super::connect::SqlDb;
use super::entity::tenants::{Column, Entity};
use super::errors::storage_error;
use super::rows::{Cells, counted};
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
    ("audit_seals", "tenant_id, seq"),
    ("audit_log", "tenant_id, id"),
    (EVENTS, "tenant_id, aggregate_type, aggregate_id, sequence"),
];
const EVENTS: &str = "events";

const SQLITE_ERASED: &str =
    "UPDATE tenants SET erased_at = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE id = $1 RETURNING 1";

/// Erases all that is due, at most 1 000 rows per statement, and says how many went.
///
/// # Errors
/// What the database says. What went before stays gone, and the rest goes the next time.
pub async fn purged_tenants(db: &SqlDb) -> Result<u64, StorageError> {
    let mut all = 0;
    for id in due(db).await? {
        let gone = purged(db, id).await?;
        tracing::info!(tenant.id = %id, rows = gone, "tenant.erased");
        all += gone;
    }
    Ok(all)
}

async fn due(db: &SqlDb) -> Result<Vec<TenantId>, StorageError> {
    let statement = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Expr::col(Column::PurgedAt).is_not_null())
        .and_where(Expr::col(Column::ErasedAt).is_null())
        .take();
    let rows = scope::rows_unscoped(db, &statement).await?;
    rows.iter().map(|row| Ok(TenantId::from_uuid(Cells::of(row).take::<Uuid>()?))).collect()
}

async fn purged(db: &SqlDb, id: TenantId) -> Result<u64, StorageError> {
    let mut all = 0;
    loop {
        let gone = match db.writer() {
            Some(writer) => sqlite_round(writer, id).await?,
            None => postgres_round(db, id).await?,
        };
        all += gone;
        if gone == 0 || db.closing().is_cancelled() {
            return Ok(all);
        }
    }
}

async fn postgres_round(db: &SqlDb, id: TenantId) -> Result<u64, StorageError> {
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, POSTGRES, [id.uuid().into(), ROUND.into()]);
    counted(db.reads().write_one(statement).await.map_err(storage_error)?.as_ref())
}

/// Deletes from the first table that has something left.
async fn sqlite_round(writer: &Writer, id: TenantId) -> Result<u64, StorageError> {
    for (table, key) in SQLITE {
        let but = if table == EVENTS { " AND aggregate_type <> 'tenant'" } else { "" };
        let some = format!("SELECT {key} FROM {table} WHERE tenant_id = $1{but} LIMIT $2");
        let delete = format!("DELETE FROM {table} WHERE ({key}) IN ({some}) RETURNING 1");
        let gone = single(writer, &delete, vec![id.uuid().into(), ROUND.into()]).await?;
        if gone > 0 {
            return Ok(gone);
        }
    }
    single(writer, SQLITE_ERASED, vec![id.uuid().into()]).await?;
    Ok(0)
}

async fn single(writer: &Writer, sql: &str, values: Vec<Value>) -> Result<u64, StorageError> {
    let rows = writer.single(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await?;
    Ok(rows.len() as u64)
}
