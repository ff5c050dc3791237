//! When API keys were last used: noted in memory, written each minute, lost for at most that long. It is no change of the key.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use orderbase_application::Scope;
use orderbase_application::ports::StorageError;
use orderbase_kernel::{ApiKeyId, TenantId, Timestamp};
use sea_orm::sea_query::Query;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use uuid::Uuid;

use super::connect::SqlDb;
use super::entity::api_key_usage::{Column, Entity};
use super::errors::storage_error;
use super::rows::{Cells, Stored};
use super::scope;

const EVERY: Duration = Duration::from_secs(60);

/// Times are kept by the minute.
const GRAIN_MILLIS: i64 = 60_000;

/// The keys of one tenant, as arrays. A key that is gone is left out; a later time stays.
const POSTGRES: &str = "INSERT INTO api_key_usage AS u (tenant_id, api_key_id, last_used_at) \
    SELECT k.tenant_id, k.id, k.at FROM (SELECT set_config('app.tenant_id', $1::uuid::text, true)::uuid AS tid OFFSET 0) t \
    CROSS JOIN LATERAL (SELECT a.tenant_id, a.id, used.at FROM unnest($2::uuid[], $3::bigint[]) AS used (id, at) \
        JOIN api_keys a ON a.tenant_id = t.tid AND a.id = used.id OFFSET 0) k \
    ON CONFLICT (tenant_id, api_key_id) DO UPDATE SET last_used_at = GREATEST(u.last_used_at, excluded.last_used_at)";

const SQLITE: &str = "INSERT INTO api_key_usage (tenant_id, api_key_id, last_used_at) \
    SELECT tenant_id, id, $3 FROM api_keys WHERE tenant_id = $1 AND id = $2 \
    ON CONFLICT (tenant_id, api_key_id) DO UPDATE SET last_used_at = MAX(last_used_at, excluded.last_used_at)";

/// The last use of each key since the last minute. Cloning clones a pointer: there is one memory per process.
#[derive(Clone)]
pub struct SqlKeyUsage {
    db: SqlDb,
    noted: Arc<Mutex<Noted>>,
}

type Noted = HashMap<TenantId, HashMap<ApiKeyId, i64>>;

impl SqlKeyUsage {
    #[must_use]
    pub fn new(db: SqlDb) -> Self {
        Self { db, noted: Arc::default() }
    }

    /// Notes a use. Never waits for the database.
    pub fn note(&self, tenant_id: TenantId, id: ApiKeyId, at: Timestamp) {
        let minute = at.millis() - at.millis().rem_euclid(GRAIN_MILLIS);
        let mut noted = self.noted();
        let last = noted.entry(tenant_id).or_default().entry(id).or_insert(minute);
        *last = minute.max(*last);
    }

    /// Writes what was noted, one statement per tenant on PostgreSQL. What fails is noted again.
    ///
    /// # Errors
    /// The first that the database said.
    pub async fn flush(&self) -> Result<(), StorageError> {
        let noted = std::mem::take(&mut *self.noted());
        let mut first = Ok(());
        for (tenant_id, keys) in noted {
            let written = self.write(tenant_id, &keys).await;
            if written.is_err() {
                for (id, at) in keys {
                    self.note_again(tenant_id, id, at);
                }
            }
            first = first.and(written);
        }
        first
    }

    /// Flushes each minute until the database is closed or dropped.
    pub fn start(&self) {
        let (closing, open, noted) = (self.db.closing(), self.db.weak(), Arc::clone(&self.noted));
        drop(self.db.detach(async move {
            while closing.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
                let Some(db) = open() else { return };
                if let Err(error) = (Self { db, noted: Arc::clone(&noted) }).flush().await {
                    tracing::warn!(%error, "the last use of API keys was not written");
                }
            }
        }));
    }

    /// When the tenant's keys were last used, as far as it was written.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    pub async fn last_used(&self, scope: Scope) -> Result<HashMap<ApiKeyId, Timestamp>, StorageError> {
        let all = |tenant: &scope::Tenant| {
            Query::select()
                .columns([Column::ApiKeyId, Column::LastUsedAt])
                .from(Entity)
                .and_where(tenant.is(Column::TenantId))
                .take()
        };
        let rows = scope::rows(&self.db, scope, all).await?;
        rows.iter()
            .map(|row| {
                let mut cells = Cells::of(row);
                let id: Uuid = cells.take()?;
                let stored = Stored { kind: orderbase_kernel::AggregateType::ApiKey, id };
                Ok((ApiKeyId::from_uuid(id), stored.instant(cells.take()?)?))
            })
            .collect()
    }

    async fn write(&self, tenant_id: TenantId, keys: &HashMap<ApiKeyId, i64>) -> Result<(), StorageError> {
        let Some(writer) = self.db.writer() else {
            let (ids, times): (Vec<Uuid>, Vec<i64>) = keys.iter().map(|(id, at)| (id.uuid(), *at)).unzip();
            let values = [tenant_id.uuid().into(), ids.into(), times.into()];
            let statement = Statement::from_sql_and_values(DbBackend::Postgres, POSTGRES, values);
            return self.db.pool().execute_raw(statement).await.map(drop).map_err(storage_error);
        };
        for (id, at) in keys {
            let values = [tenant_id.uuid().into(), id.uuid().into(), (*at).into()];
            writer.single(Statement::from_sql_and_values(DbBackend::Sqlite, SQLITE, values)).await?;
        }
        Ok(())
    }

    fn note_again(&self, tenant_id: TenantId, id: ApiKeyId, at: i64) {
        let mut noted = self.noted();
        let last = noted.entry(tenant_id).or_default().entry(id).or_insert(at);
        *last = at.max(*last);
    }

    /// A panic elsewhere leaves plain times behind.
    fn noted(&self) -> std::sync::MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
