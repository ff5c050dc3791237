//! An API key as it is stored, and the checks that a stored key meets before it is one again.

use orderbase_kernel::{AggregateType, ApiKeyId, Corrupt, Name, Network, TenantId, Timestamp, Version};

use super::{ApiKey, IP_ALLOWLIST_MAX, KeyRate, KeySecret};
use crate::PermissionSet;

/// Every field of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyParts {
    pub id: ApiKeyId,
    pub tenant_id: TenantId,
    pub name: Name,
    pub scopes: PermissionSet,
    /// The newest last.
    pub secrets: Vec<KeySecret>,
    pub expires_at: Option<Timestamp>,
    pub rate_limit: Option<KeyRate>,
    pub ip_allowlist: Vec<Network>,
    pub revoked_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: Version,
}

impl ApiKey {
    /// Makes a key of stored parts.
    ///
    /// # Errors
    /// [`Corrupt`] with the first rule they break.
    pub fn rehydrate(parts: ApiKeyParts) -> Result<Self, Corrupt> {
        let id = parts.id.uuid();
        let check = |holds, rule| Corrupt::unless(holds, AggregateType::ApiKey, id, rule);
        check(parts.id.timestamp() == Some(parts.created_at), "created_at is the time in the id")?;
        check(parts.created_at <= parts.updated_at, "updated_at is not before created_at")?;
        check(!parts.scopes.is_empty(), "a key has a scope")?;
        check(parts.scopes.is_subset(PermissionSet::grantable_to_keys()), "a key holds what keys may hold")?;
        check(secrets_fit(&parts.secrets), "a key has one or two secrets, of which the newest alone has no end")?;
        check(parts.expires_at.is_none_or(|at| at > parts.created_at), "a key expires after it was created")?;
        check(networks_fit(&parts.ip_allowlist), "a key lists at most 100 networks, each once")?;
        // Nothing happens after revoke, so its time is that of the last event.
        check(parts.revoked_at.is_none_or(|at| at == parts.updated_at), "revoke is the last event")?;
        let ApiKeyParts {
            id,
            tenant_id,
            name,
            scopes,
            secrets,
            expires_at,
            rate_limit,
            ip_allowlist,
            revoked_at,
            created_at,
            updated_at,
            version,
        } = parts;
        Ok(Self {
            id,
            tenant_id,
            name,
            scopes,
            secrets,
            expires_at,
            rate_limit,
            ip_allowlist,
            revoked_at,
            created_at,
            updated_at,
            version,
        })
    }

    /// The parts that [`Self::rehydrate`] takes.
    #[must_use]
    pub fn to_parts(&self) -> ApiKeyParts {
        ApiKeyParts {
            id: self.id,
            tenant_id: self.tenant_id,
            name: self.name.clone(),
            scopes: self.scopes,
            secrets: self.secrets.clone(),
            expires_at: self.expires_at,
            rate_limit: self.rate_limit,
            ip_allowlist: self.ip_allowlist.clone(),
            revoked_at: self.revoked_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        }
    }
}

fn secrets_fit(secrets: &[KeySecret]) -> bool {
    match secrets {
        [newest] => newest.valid_until.is_none(),
        [older, newest] => older.valid_until.is_some() && newest.valid_until.is_none() && older.hash != newest.hash,
        _ => false,
    }
}

fn networks_fit(networks: &[Network]) -> bool {
    let repeated = |(at, network)| networks.iter().take(at).any(|before| before == network);
    networks.len() <= IP_ALLOWLIST_MAX && !networks.iter().enumerate().any(repeated)
}
