//! Tenants and API keys.

use std::sync::Arc;

use async_trait::async_trait;
use orderbase_kernel::{ApiKeyId, TenantId};
use orderbase_tenancy::{ApiKey, KeyHash, PepperedHash, Slug, Tenant};

use super::StorageError;
use crate::ctx::Scope;
use crate::views::{Page, TenantQuery};

/// Tenants, asked for by the operator's commands.
#[async_trait]
pub trait Tenants: Send + Sync {
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn by_slug_unscoped(&self, slug: &Slug) -> Result<Option<Tenant>, StorageError>;

    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn get(&self, id: TenantId) -> Result<Option<Tenant>, StorageError>;

    /// A page of tenants.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn page_unscoped(&self, query: &TenantQuery) -> Result<Page<Tenant>, StorageError>;

    /// All tenants by slug.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn all_unscoped(&self) -> Result<Vec<Tenant>, StorageError>;
}

/// The key that a secret belongs to, with its tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyHolder {
    pub key: Arc<ApiKey>,
    pub tenant: Arc<Tenant>,
}

/// Finds the holder of an API key. The one look-up without tenant on the path of a request.
#[async_trait]
pub trait KeyDirectory: Send + Sync {
    /// May answer from a cache: at most 5 s old when found, 2 s when not.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn holder_unscoped(&self, hash: &KeyHash) -> Result<Option<KeyHolder>, StorageError>;

    /// Forgets what is cached of the hash, after the key was changed here.
    async fn forget(&self, hash: &KeyHash);

    /// Forgets what is cached of all keys of the tenant, after it was changed here. For who keeps nothing there is nothing to do.
    async fn forget_tenant(&self, _id: TenantId) {}
}

/// A secret that was used and whose hash is not the one that would be made today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRenewal {
    pub tenant_id: TenantId,
    pub api_key_id: ApiKeyId,
    /// The hash that it is stored under.
    pub from: KeyHash,
    /// Today's hash of the same text.
    pub to: PepperedHash,
}

/// Has secrets hashed anew, behind the requests that used them.
pub trait KeyRenewals: Send + Sync {
    /// Hands the secret to a queue of at most 1 000, each of which goes through [`crate::keys::renew`] soon. Never waits. What is dropped is
    /// noted again by the next use.
    fn note(&self, renewal: KeyRenewal);
}

/// API keys of a tenant as they are read.
#[async_trait]
pub trait KeyQueries: Send + Sync {
    /// All keys, newest first; a plan allows at most some hundreds.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn all(&self, scope: Scope) -> Result<Vec<ApiKey>, StorageError>;
}
