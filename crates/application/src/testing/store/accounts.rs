//! Users, their passwords, sessions and tickets out of memory.

use std::sync::Arc;

use async_trait::async_trait;
use orderbase_kernel::{ApiKeyId, Email, SessionId, TenantId, UserId};
use orderbase_tenancy::{Session, Slug, Ticket, TokenHash, User};

use super::MemoryStore;
use super::tables::Tables;
use crate::ctx::Scope;
use crate::ports::{Account, Accounts, KeyHolder, Principals, SessionHolder, SignIn, StorageError, UserQueries};
use crate::views::{Page, UserQuery};

/// As many as an adapter gives.
const SESSIONS_MAX: usize = 100;

impl Tables {
    fn account(&self, tenant: TenantId, id: UserId) -> Option<Account> {
        let user = self.users.get(&(tenant, id))?.clone();
        Some(Account { user, credential: self.credentials.get(&(tenant, id)).cloned() })
    }

    fn holder(&self, tenant_id: TenantId, id: SessionId) -> Option<SessionHolder> {
        let session = self.sessions.get(&(tenant_id, id))?.clone();
        let account = self.account(tenant_id, session.user_id())?;
        Some(SessionHolder { tenant: Arc::new(self.tenants.get(&tenant_id)?.clone()), account, session })
    }
}

#[async_trait]
impl Accounts for MemoryStore {
    async fn sign_in_unscoped(&self, slug: &Slug, email: &Email) -> Result<Option<SignIn>, StorageError> {
        let tables = self.tables();
        let tenant = tables.tenants.values().find(|tenant| tenant.slug() == slug);
        Ok(tenant.map(|tenant| {
            let user = tables.users_of(tenant.id()).find(|user| user.email() == email).map(User::id);
            let account = user.and_then(|id| tables.account(tenant.id(), id));
            SignIn { tenant: Arc::new(tenant.clone()), account }
        }))
    }

    async fn account(&self, scope: Scope, id: UserId) -> Result<Option<Account>, StorageError> {
        Ok(self.tables().account(scope.tenant_id, id))
    }

    async fn session(&self, scope: Scope, id: SessionId) -> Result<Option<SessionHolder>, StorageError> {
        Ok(self.tables().holder(scope.tenant_id, id))
    }

    async fn sessions(&self, scope: Scope, user_id: UserId) -> Result<Vec<Session>, StorageError> {
        let tables = self.tables();
        let live = tables.sessions_of(scope.tenant_id, user_id).rev().filter(|session| session.revoked_at().is_none());
        Ok(live.take(SESSIONS_MAX).cloned().collect())
    }

    async fn ticket(&self, scope: Scope, hash: &TokenHash) -> Result<Option<(Ticket, Account)>, StorageError> {
        let tables = self.tables();
        let ticket = tables.tickets.get(&(scope.tenant_id, *hash.as_bytes())).cloned();
        Ok(ticket.and_then(|ticket| {
            let account = tables.account(scope.tenant_id, ticket.user_id)?;
            Some((ticket, account))
        }))
    }
}

#[async_trait]
impl Principals for MemoryStore {
    async fn session(&self, scope: Scope, id: SessionId) -> Result<Option<Arc<SessionHolder>>, StorageError> {
        Ok(self.tables().holder(scope.tenant_id, id).map(Arc::new))
    }

    async fn key(&self, scope: Scope, id: ApiKeyId) -> Result<Option<KeyHolder>, StorageError> {
        let tables = self.tables();
        let found = tables.api_keys.get(&(scope.tenant_id, id)).zip(tables.tenants.get(&scope.tenant_id));
        Ok(found.map(|(key, tenant)| KeyHolder { key: Arc::new(key.clone()), tenant: Arc::new(tenant.clone()) }))
    }

    async fn forget(&self, _: Scope) {}
}

#[async_trait]
impl UserQueries for MemoryStore {
    async fn page(&self, scope: Scope, query: &UserQuery) -> Result<Page<User>, StorageError> {
        let tables = self.tables();
        let filter = &query.filter;
        let limit = usize::from(query.limit.get());
        let mut rows: Vec<User> = tables
            .users_of(scope.tenant_id)
            .rev()
            .filter(|user| query.after.is_none_or(|after| user.id() < after))
            .filter(|user| filter.roles.is_empty() || filter.roles.contains(&user.role()))
            .filter(|user| filter.statuses.is_empty() || filter.statuses.contains(&user.status()))
            .take(limit + 1)
            .cloned()
            .collect();
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        Ok(Page { rows, has_more })
    }
}
