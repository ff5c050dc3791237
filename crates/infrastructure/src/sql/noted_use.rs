//! Notes that an API key was used, in front of whatever finds keys: a cache that answers is a use too. Never waits and never fails.

use std::sync::Arc;

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::ports::{Clock, KeyDirectory, KeyHolder, Principals, SessionHolder, StorageError};
use orderbase_kernel::{ApiKeyId, SessionId, TenantId};
use orderbase_tenancy::KeyHash;

use super::key_usage::SqlKeyUsage;

/// Finds keys by their secrets and by the tokens that they were exchanged for, and notes those that are alive.
pub struct NotedUse<P: ?Sized> {
    behind: Arc<P>,
    usage: SqlKeyUsage,
    clock: Arc<dyn Clock>,
}

impl<P: ?Sized> NotedUse<P> {
    #[must_use]
    pub fn new(behind: Arc<P>, usage: SqlKeyUsage, clock: Arc<dyn Clock>) -> Self {
        Self { behind, usage, clock }
    }

    fn note(&self, found: Option<&KeyHolder>) {
        let now = self.clock.now();
        if let Some(KeyHolder { key, .. }) = found.filter(|found| found.key.is_live(now)) {
            self.usage.note(key.tenant_id(), key.id(), now);
        }
    }
}

#[async_trait]
impl KeyDirectory for NotedUse<dyn KeyDirectory> {
    async fn holder_unscoped(&self, hash: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        let found = self.behind.holder_unscoped(hash).await?;
        self.note(found.as_ref());
        Ok(found)
    }

    async fn forget(&self, hash: &KeyHash) {
        self.behind.forget(hash).await;
    }

    async fn forget_tenant(&self, id: TenantId) {
        self.behind.forget_tenant(id).await;
    }
}

#[async_trait]
impl Principals for NotedUse<dyn Principals> {
    async fn session(&self, scope: Scope, id: SessionId) -> Result<Option<Arc<SessionHolder>>, StorageError> {
        self.behind.session(scope, id).await
    }

    async fn key(&self, scope: Scope, id: ApiKeyId) -> Result<Option<KeyHolder>, StorageError> {
        let found = self.behind.key(scope, id).await?;
        self.note(found.as_ref());
        Ok(found)
    }

    async fn forget(&self, scope: Scope) {
        self.behind.forget(scope).await;
    }
}
