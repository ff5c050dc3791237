//! The rules of an API key. Each command looks, and then either refuses, finds nothing to do, or makes one event and applies it.

use orderbase_kernel::{ApiKeyId, Name, Network, Patch, TenantId, Timestamp, Version};

use super::{ApiKey, ApiKeyError, ApiKeyEvent, ApiKeyEventKind, ApiKeyIssued, KeyRate, KeySecret};
use crate::PermissionSet;

/// Five years with their two leap days at most.
const EXPIRY_MAX_MILLIS: i64 = (5 * 365 + 2) * 24 * 60 * 60 * 1_000;
/// How long the old secret lives after a rotation unless asked otherwise: 24 hours.
pub const OVERLAP_SECS_DEFAULT: u32 = 86_400;
/// 30 days.
pub const OVERLAP_SECS_MAX: u32 = 2_592_000;
/// Networks on the list of a key.
pub const IP_ALLOWLIST_MAX: usize = 100;

/// The outcome of a command: `None` is without effect.
type Decided = Result<Option<ApiKeyEvent>, ApiKeyError>;

/// A new key. Its creation time is the one in `id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateApiKey {
    pub id: ApiKeyId,
    pub tenant_id: TenantId,
    pub name: Name,
    pub scopes: PermissionSet,
    /// What the creator may do: no key can do more.
    pub granted_by: PermissionSet,
    /// Its `valid_until` is ignored: the newest secret has no end of its own.
    pub secret: KeySecret,
    /// In the future, within five years.
    pub expires_at: Option<Timestamp>,
    /// `None`: as the tenant.
    pub rate_limit: Option<KeyRate>,
    /// Empty: from anywhere. What stands there twice counts once.
    pub ip_allowlist: Vec<Network>,
}

/// What a key's tenant may change of it. Scopes never change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpdateApiKey {
    pub name: Option<Name>,
    pub rate_limit: Patch<KeyRate>,
    /// Replaces the whole list; empty: from anywhere.
    pub ip_allowlist: Option<Vec<Network>>,
}

impl ApiKey {
    /// Creates a key: version 1, created at the time in its id.
    ///
    /// # Errors
    /// `NotV7`, `NoScopes`, `ScopeNotGrantable` for the first scope the creator lacks or no key may hold, `ExpiryOutOfRange`,
    /// `TooManyNetworks`.
    pub fn create(command: CreateApiKey) -> Result<(Self, ApiKeyEvent), ApiKeyError> {
        let CreateApiKey { id, tenant_id, name, scopes, granted_by, secret, expires_at, rate_limit, ip_allowlist } =
            command;
        let created_at = id.timestamp().ok_or(ApiKeyError::NotV7)?;
        if scopes.is_empty() {
            return Err(ApiKeyError::NoScopes);
        }
        let grantable = granted_by.intersection(PermissionSet::grantable_to_keys());
        if let Some(scope) = scopes.iter().find(|scope| !grantable.contains(*scope)) {
            return Err(ApiKeyError::ScopeNotGrantable { scope });
        }
        if expires_at.is_some_and(|end| end <= created_at || end > created_at.plus_millis(EXPIRY_MAX_MILLIS)) {
            return Err(ApiKeyError::ExpiryOutOfRange);
        }
        let ip_allowlist = distinct(ip_allowlist)?;
        let secret = KeySecret { valid_until: None, ..secret };
        let issued = ApiKeyIssued { id, tenant_id, name, scopes, secret, expires_at, rate_limit, ip_allowlist };
        let key = Self::begun(&issued, created_at);
        let kind = ApiKeyEventKind::Created(Box::new(issued));
        Ok((key, ApiKeyEvent { sequence: Version::FIRST, occurred_at: created_at, kind }))
    }

    /// Changes name, rate and list of networks together; without effect when all stay as they are.
    ///
    /// # Errors
    /// `Revoked`, `TooManyNetworks`.
    pub fn update(&mut self, update: UpdateApiKey, at: Timestamp) -> Decided {
        self.refuse_dead(at)?;
        let name = update.name.filter(|name| *name != self.name);
        let rate_limit = update.rate_limit.against(self.rate_limit.as_ref());
        let ip_allowlist = update.ip_allowlist.map(distinct).transpose()?.filter(|list| *list != self.ip_allowlist);
        if name.is_none() && rate_limit.is_keep() && ip_allowlist.is_none() {
            return Ok(None);
        }
        Ok(Some(self.happen(ApiKeyEventKind::Updated { name, rate_limit, ip_allowlist }, at)))
    }

    /// Gives the key a new secret; the one until now lives on for `overlap_secs`. An older one ends at once.
    ///
    /// # Errors
    /// `Revoked`, `OverlapOutOfRange` above 30 days.
    pub fn rotate(&mut self, secret: KeySecret, overlap_secs: u32, at: Timestamp) -> Decided {
        self.refuse_dead(at)?;
        if overlap_secs > OVERLAP_SECS_MAX {
            return Err(ApiKeyError::OverlapOutOfRange { max: OVERLAP_SECS_MAX });
        }
        let end = at.later(self.updated_at).plus_millis(i64::from(overlap_secs) * 1_000);
        let previous = self.secrets.last().filter(|_| overlap_secs > 0);
        let previous = previous.map(|newest| KeySecret { valid_until: Some(end), ..newest.clone() });
        let secret = KeySecret { valid_until: None, ..secret };
        Ok(Some(self.happen(ApiKeyEventKind::Rotated { previous, secret }, at)))
    }

    /// Ends the key for good; without effect when revoked.
    ///
    /// # Errors
    /// None today; the type is that of the other commands.
    pub fn revoke(&mut self, at: Timestamp) -> Decided {
        if self.revoked_at.is_some() {
            return Ok(None);
        }
        Ok(Some(self.happen(ApiKeyEventKind::Revoked, at)))
    }

    fn refuse_dead(&self, at: Timestamp) -> Result<(), ApiKeyError> {
        if self.is_live(at) { Ok(()) } else { Err(ApiKeyError::Revoked) }
    }

    /// A lagging clock cannot turn a history round: the event is no earlier than the one before.
    fn happen(&mut self, kind: ApiKeyEventKind, at: Timestamp) -> ApiKeyEvent {
        let event = ApiKeyEvent { sequence: self.version.next(), occurred_at: at.later(self.updated_at), kind };
        self.apply(&event);
        event
    }
}

/// The first of each, in the order given. The length is looked at first, so that a long list costs nothing.
fn distinct(networks: Vec<Network>) -> Result<Vec<Network>, ApiKeyError> {
    if networks.len() > IP_ALLOWLIST_MAX {
        return Err(ApiKeyError::TooManyNetworks { max: IP_ALLOWLIST_MAX });
    }
    let mut list = Vec::with_capacity(networks.len());
    for network in networks {
        if !list.contains(&network) {
            list.push(network);
        }
    }
    Ok(list)
}
