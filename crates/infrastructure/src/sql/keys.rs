//! API keys: the look-up by which every request begins, and the list that a tenant sees.

use std::sync::Arc;

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::ports::{KeyDirectory, KeyHolder, KeyQueries, StorageError};
use orderbase_kernel::{AggregateType, ApiKeyId};
use orderbase_tenancy::{ApiKey, KeyHash, Tenant};
use sea_orm::QueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use super::connect::SqlDb;
use super::entity::{api_key_directory, api_keys, tenants};
use super::rows::api_key::{self, ApiKeyRow};
use super::rows::tenant::{self, TenantRow};
use super::rows::{Cells, Stored};
use super::scope::{self, Finder, SETTER, Tenant as Of};

/// API keys in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlKeys {
    db: SqlDb,
}

impl SqlKeys {
    #[must_use]
    pub fn new(db: SqlDb) -> Self {
        Self { db }
    }

    pub(super) async fn key(db: &SqlDb, scope: Scope, id: ApiKeyId) -> Result<Option<ApiKey>, StorageError> {
        let one = |tenant: &_| of(tenant).and_where(Expr::col(api_keys::Column::Id).eq(id.uuid())).take();
        let row = scope::row(db, scope, one).await?;
        row.as_ref().map(read_key).transpose()
    }

    /// A key by its id, with its tenant.
    pub(super) async fn holder(db: &SqlDb, scope: Scope, id: ApiKeyId) -> Result<Option<KeyHolder>, StorageError> {
        let Some(row) = scope::row(db, scope, |of| holder(of).and_where(key_id().eq(id.uuid())).take()).await? else {
            return Ok(None);
        };
        read_holder(&row).map(Some)
    }
}

#[async_trait]
impl KeyDirectory for SqlKeys {
    async fn holder_unscoped(&self, hash: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        let row = scope::row_found(&self.db, &directory(hash), found).await?;
        let Some(row) = row else { return Ok(None) };
        let holder = read_holder(&row)?;
        let key = &holder.key;
        if !key.secrets().iter().any(|secret| secret.hash.matches(hash)) {
            let stored = Stored { kind: AggregateType::ApiKey, id: key.id().uuid() };
            return Err(stored.corrupt("the directory names a key by the hash of one of its secrets").into());
        }
        Ok(Some(holder))
    }

    /// Nothing is kept here.
    async fn forget(&self, _hash: &KeyHash) {}
}

#[async_trait]
impl KeyQueries for SqlKeys {
    async fn all(&self, scope: Scope) -> Result<Vec<ApiKey>, StorageError> {
        let all = |tenant: &_| of(tenant).order_by(api_keys::Column::Id, Order::Desc).take();
        scope::rows(&self.db, scope, all).await?.iter().map(read_key).collect()
    }
}

fn read_holder(row: &QueryResult) -> Result<KeyHolder, StorageError> {
    let mut cells = Cells::of(row);
    let key = Arc::new(ApiKey::try_from(ApiKeyRow::read(&mut cells)?)?);
    Ok(KeyHolder { key, tenant: Arc::new(Tenant::try_from(TenantRow::read(&mut cells)?)?) })
}

fn read_key(row: &QueryResult) -> Result<ApiKey, StorageError> {
    Ok(ApiKey::try_from(ApiKeyRow::read(&mut Cells::of(row))?)?)
}

fn of(tenant: &Of) -> SelectStatement {
    Query::select()
        .columns(api_key::COLUMNS)
        .from(api_keys::Entity)
        .and_where(tenant.is(api_keys::Column::TenantId))
        .take()
}

/// Whose key it is, by the hash of one of its secrets.
pub(super) fn directory(hash: &KeyHash) -> Finder {
    use api_key_directory::{Column, Entity};
    let found = Query::select()
        .column(Column::ApiKeyId)
        .from(Entity)
        .and_where(Expr::col(Column::SecretHash).eq(hash.as_bytes().to_vec()))
        .take();
    Finder::new(found, Column::TenantId)
}

/// The key that the directory found.
pub(super) fn found(of: &Of) -> SelectStatement {
    holder(of).and_where(key_id().equals((SETTER, api_key_directory::Column::ApiKeyId))).take()
}

/// Keys with their tenant, both by their primary keys.
fn holder(of: &Of) -> SelectStatement {
    Query::select()
        .columns(api_key::COLUMNS.map(|column| (api_keys::Entity, column)))
        .columns(tenant::COLUMNS.map(|column| (tenants::Entity, column)))
        .from(tenants::Entity)
        .from(api_keys::Entity)
        .and_where(of.is((tenants::Entity, tenants::Column::Id)))
        .and_where(of.is((api_keys::Entity, api_keys::Column::TenantId)))
        .take()
}

fn key_id() -> Expr {
    Expr::col((api_keys::Entity, api_keys::Column::Id))
}
