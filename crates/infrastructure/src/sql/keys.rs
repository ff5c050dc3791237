//! API keys: the look-up by which every request begins, and the list that a tenant sees.

use std::sync::Arc;

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::ports::{KeyDirectory, KeyHolder, KeyQueries, StorageError};
use orderbase_kernel::{AggregateType, ApiKeyId};
use orderbase_tenancy::{ApiKey, KeyHash, Tenant};
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, QueryResult};

use super::connect::SqlDb;
use super::entity::{api_key_directory, api_keys, tenants};
use super::errors::storage_error;
use super::rows::api_key::{self, ApiKeyRow};
use super::rows::tenant::{self, TenantRow};
use super::rows::{Cells, Stored};

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
        let statement = of_tenant(scope).and_where(Expr::col(api_keys::Column::Id).eq(id.uuid())).take();
        let row = db.reads().query_one(&statement).await.map_err(storage_error)?;
        row.as_ref().map(read_key).transpose()
    }
}

#[async_trait]
impl KeyDirectory for SqlKeys {
    async fn holder_unscoped(&self, hash: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        let row = self.db.reads().query_one(&holder(hash)).await.map_err(storage_error)?;
        let Some(row) = row else { return Ok(None) };
        let mut cells = Cells::of(&row);
        let key = ApiKey::try_from(ApiKeyRow::read(&mut cells)?)?;
        let tenant = Tenant::try_from(TenantRow::read(&mut cells)?)?;
        if !key.secrets().iter().any(|secret| secret.hash.matches(hash)) {
            let stored = Stored { kind: AggregateType::ApiKey, id: key.id().uuid() };
            return Err(stored.corrupt("the directory names a key by the hash of one of its secrets").into());
        }
        Ok(Some(KeyHolder { key: Arc::new(key), tenant: Arc::new(tenant) }))
    }

    /// Nothing is kept here.
    async fn forget(&self, _hash: &KeyHash) {}
}

#[async_trait]
impl KeyQueries for SqlKeys {
    async fn all(&self, scope: Scope) -> Result<Vec<ApiKey>, StorageError> {
        let statement = of_tenant(scope).order_by(api_keys::Column::Id, Order::Desc).take();
        let rows = self.db.reads().query_all(&statement).await.map_err(storage_error)?;
        rows.iter().map(read_key).collect()
    }
}

fn read_key(row: &QueryResult) -> Result<ApiKey, StorageError> {
    Ok(ApiKey::try_from(ApiKeyRow::read(&mut Cells::of(row))?)?)
}

fn of_tenant(scope: Scope) -> SelectStatement {
    Query::select()
        .columns(api_key::COLUMNS)
        .from(api_keys::Entity)
        .and_where(Expr::col(api_keys::Column::TenantId).eq(scope.tenant_id.uuid()))
        .take()
}

/// Directory, key and tenant by their primary keys.
pub(super) fn holder(hash: &KeyHash) -> SelectStatement {
    use api_key_directory::Column as Directory;
    let key = Cond::all()
        .add(
            Expr::col((api_keys::Entity, api_keys::Column::TenantId))
                .equals((api_key_directory::Entity, Directory::TenantId)),
        )
        .add(
            Expr::col((api_keys::Entity, api_keys::Column::Id))
                .equals((api_key_directory::Entity, Directory::ApiKeyId)),
        );
    let tenant =
        Expr::col((tenants::Entity, tenants::Column::Id)).equals((api_key_directory::Entity, Directory::TenantId));
    Query::select()
        .columns(api_key::COLUMNS.map(|column| (api_keys::Entity, column)))
        .columns(tenant::COLUMNS.map(|column| (tenants::Entity, column)))
        .from(api_key_directory::Entity)
        .inner_join(api_keys::Entity, key)
        .inner_join(tenants::Entity, tenant)
        .and_where(Expr::col((api_key_directory::Entity, Directory::SecretHash)).eq(hash.as_bytes().to_vec()))
        .take()
}
