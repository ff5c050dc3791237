//! The API key: what it is and how it is read. Rules in `decide`, fields set in `apply` alone. It never sees a secret's text.

mod apply;
mod decide;
mod error;
mod event;
mod parts;
mod rate;
mod secret;
mod text;

use std::net::IpAddr;

use orderbase_kernel::{ApiKeyId, Name, Network, TenantId, Timestamp, Version};

pub use decide::{CreateApiKey, IP_ALLOWLIST_MAX, OVERLAP_SECS_DEFAULT, OVERLAP_SECS_MAX, UpdateApiKey};
pub use error::ApiKeyError;
pub use event::{ApiKeyEvent, ApiKeyEventKind, ApiKeyIssued};
pub use parts::ApiKeyParts;
pub use rate::KeyRate;
pub use secret::{KeyHash, KeySecret, PepperId, PepperedHash};
pub use text::{ApiKeyText, MalformedKey};

use crate::PermissionSet;

/// A key of a tenant. Its id is the principal and survives rotation; its scopes never change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    id: ApiKeyId,
    tenant_id: TenantId,
    name: Name,
    scopes: PermissionSet,
    secrets: Vec<KeySecret>,
    expires_at: Option<Timestamp>,
    rate_limit: Option<KeyRate>,
    ip_allowlist: Vec<Network>,
    revoked_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: Version,
}

impl ApiKey {
    #[must_use]
    pub const fn id(&self) -> ApiKeyId {
        self.id
    }

    #[must_use]
    pub const fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// Not empty.
    #[must_use]
    pub const fn scopes(&self) -> PermissionSet {
        self.scopes
    }

    /// One or two: the newest stands last and has no end of its own.
    #[must_use]
    pub fn secrets(&self) -> &[KeySecret] {
        &self.secrets
    }

    /// The hint of the newest secret.
    #[must_use]
    pub fn hint(&self) -> &str {
        self.secrets.last().map_or("", |secret| secret.hint.as_str())
    }

    #[must_use]
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// `None`: as the tenant.
    #[must_use]
    pub const fn rate_limit(&self) -> Option<KeyRate> {
        self.rate_limit
    }

    /// At most [`IP_ALLOWLIST_MAX`], each once; empty: from anywhere.
    #[must_use]
    pub fn ip_allowlist(&self) -> &[Network] {
        &self.ip_allowlist
    }

    #[must_use]
    pub const fn revoked_at(&self) -> Option<Timestamp> {
        self.revoked_at
    }

    /// The time in the id.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// The time of the last event.
    #[must_use]
    pub const fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// The number of events so far.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Neither revoked nor expired.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// Whether the key may be used from this address.
    #[must_use]
    pub fn admits(&self, address: IpAddr) -> bool {
        self.ip_allowlist.is_empty() || self.ip_allowlist.iter().any(|network| network.contains(address))
    }

    /// Whether the key is live and the hash is that of a secret which has not ended.
    #[must_use]
    pub fn accepts(&self, hash: &KeyHash, now: Timestamp) -> bool {
        self.accepted_hint(hash, now).is_some()
    }

    /// The hint of the secret with that hash, if [`Self::accepts`] it.
    #[must_use]
    pub fn accepted_hint(&self, hash: &KeyHash, now: Timestamp) -> Option<&str> {
        let accepted = |secret: &&KeySecret| secret.hash.matches(hash) && secret.is_valid(now);
        self.secrets.iter().find(accepted).filter(|_| self.is_live(now)).map(|secret| secret.hint.as_str())
    }

    /// Whether the key is live and has a secret of that hint which has not ended: what was got with a secret ends with it.
    #[must_use]
    pub fn honours(&self, hint: &str, now: Timestamp) -> bool {
        self.is_live(now) && self.secrets.iter().any(|secret| secret.hint == hint && secret.is_valid(now))
    }
}
