//! People as signing in sees them: the user, the password beside it, the sessions.

use std::sync::Arc;

use async_trait::async_trait;
use orderbase_kernel::{Email, SessionId, UserId};
use orderbase_tenancy::{Session, Slug, Tenant, Ticket, TokenHash, User};

use super::StorageError;
use crate::changeset::Credential;
use crate::ctx::Scope;

/// A user with the password, if one was set.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    pub user: User,
    pub credential: Option<Credential>,
}

/// What a sign-in finds under a slug and an e-mail.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    pub tenant: Arc<Tenant>,
    pub account: Option<Account>,
}

/// A session with whom it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionHolder {
    pub tenant: Arc<Tenant>,
    pub account: Account,
    pub session: Session,
}

/// Accounts, never from a cache.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The tenant of the slug and its user of that e-mail, in one look-up; `None` if there is no such tenant.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn sign_in_unscoped(&self, slug: &Slug, email: &Email) -> Result<Option<SignIn>, StorageError>;

    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn account(&self, scope: Scope, id: UserId) -> Result<Option<Account>, StorageError>;

    /// A session, ended ones too until they are swept.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn session(&self, scope: Scope, id: SessionId) -> Result<Option<SessionHolder>, StorageError>;

    /// The sessions of a user that were not ended, newest first; at most 100.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn sessions(&self, scope: Scope, user_id: UserId) -> Result<Vec<Session>, StorageError>;

    /// A ticket with its user, used and expired ones too until they are swept.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn ticket(&self, scope: Scope, hash: &TokenHash) -> Result<Option<(Ticket, Account)>, StorageError>;
}
