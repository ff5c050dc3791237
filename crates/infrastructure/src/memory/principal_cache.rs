//! Whom access tokens stand for, kept for 5 s (reliability.md §6): the same mechanics as for API keys. A change of a tenant's people or keys
//! forgets all of that tenant, so that an ended session ends here at once and elsewhere within 5 s.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use orderbase_application::ctx::Scope;
use orderbase_application::ports::{KeyHolder, Principals, SessionHolder, StorageError};
use orderbase_kernel::{ApiKeyId, SessionId};

use super::freshness::Freshness;
use super::remembered::{FOUND_LIFE, Forgotten, Remembered};

/// [`Principals`] that remember what others answered: 5 s when found, 2 s when not, errors never.
pub struct PrincipalCache {
    behind: Arc<dyn Principals>,
    sessions: Remembered<(Scope, SessionId), Arc<SessionHolder>>,
    keys: Remembered<(Scope, ApiKeyId), KeyHolder>,
    forgotten: Forgotten<Scope>,
}

impl PrincipalCache {
    #[must_use]
    pub fn new(behind: Arc<dyn Principals>) -> Self {
        Self::living_for(behind, FOUND_LIFE)
    }

    /// With a shorter life of what was found; longer than 5 s it never is.
    #[must_use]
    pub fn living_for(behind: Arc<dyn Principals>, found_life: Duration) -> Self {
        let (sessions, keys) = (Remembered::living_for(found_life), Remembered::living_for(found_life));
        Self { behind, sessions, keys, forgotten: Forgotten::default() }
    }

    /// Among other instances, whose hints arrive or not.
    #[must_use]
    pub fn kept_fresh_by(self, freshness: Arc<Freshness>) -> Self {
        let sessions = self.sessions.kept_fresh_by(Arc::clone(&freshness));
        Self { sessions, keys: self.keys.kept_fresh_by(freshness), ..self }
    }
}

#[async_trait]
impl Principals for PrincipalCache {
    async fn session(&self, scope: Scope, id: SessionId) -> Result<Option<Arc<SessionHolder>>, StorageError> {
        self.sessions.get(&(scope, id), || self.behind.session(scope, id), |_| self.forgotten.when(&scope)).await
    }

    async fn key(&self, scope: Scope, id: ApiKeyId) -> Result<Option<KeyHolder>, StorageError> {
        self.keys.get(&(scope, id), || self.behind.key(scope, id), |_| self.forgotten.when(&scope)).await
    }

    async fn forget(&self, scope: Scope) {
        self.forgotten.note(scope);
        self.behind.forget(scope).await;
    }
}

#[cfg(test)]
mod tests;
