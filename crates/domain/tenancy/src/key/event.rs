//! What happened to an API key. Folding the events of a key gives its state.

use orderbase_kernel::{ApiKeyId, Name, Network, Patch, TenantId, Timestamp, Version};

use super::{KeyRate, KeySecret};
use crate::PermissionSet;

/// One event: the version after it, its time, and what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyEvent {
    pub sequence: Version,
    pub occurred_at: Timestamp,
    pub kind: ApiKeyEventKind,
}

/// Everything a key begins with. Its creation time is the event's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyIssued {
    pub id: ApiKeyId,
    pub tenant_id: TenantId,
    pub name: Name,
    pub scopes: PermissionSet,
    pub secret: KeySecret,
    pub expires_at: Option<Timestamp>,
    pub rate_limit: Option<KeyRate>,
    pub ip_allowlist: Vec<Network>,
}

/// What happened. Hashes stay inside: they belong in no event row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiKeyEventKind {
    Created(Box<ApiKeyIssued>),
    /// An optional field is there when it changed.
    Updated {
        name: Option<Name>,
        rate_limit: Patch<KeyRate>,
        ip_allowlist: Option<Vec<Network>>,
    },
    Rotated {
        /// The secret until now, with its end; absent when it ended at once.
        previous: Option<KeySecret>,
        secret: KeySecret,
    },
    Revoked,
}

impl ApiKeyEvent {
    /// `api_key.` and a past tense.
    #[must_use]
    pub const fn event_type(&self) -> &'static str {
        match self.kind {
            ApiKeyEventKind::Created(_) => "api_key.created",
            ApiKeyEventKind::Updated { .. } => "api_key.updated",
            ApiKeyEventKind::Rotated { .. } => "api_key.rotated",
            ApiKeyEventKind::Revoked => "api_key.revoked",
        }
    }

    /// Names of changed fields, never values. Empty for a new key, where all is new.
    #[must_use]
    pub fn changed(&self) -> Vec<String> {
        let field = match &self.kind {
            ApiKeyEventKind::Created(_) => return Vec::new(),
            ApiKeyEventKind::Updated { name, rate_limit, ip_allowlist } => {
                let fields = [
                    ("name", name.is_some()),
                    ("rate_limit", !rate_limit.is_keep()),
                    ("ip_allowlist", ip_allowlist.is_some()),
                ];
                return fields.into_iter().filter(|(_, it)| *it).map(|(field, _)| field.to_owned()).collect();
            }
            ApiKeyEventKind::Rotated { .. } => "secret",
            ApiKeyEventKind::Revoked => "revoked_at",
        };
        vec![field.to_owned()]
    }
}
