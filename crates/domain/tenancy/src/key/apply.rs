//! The one place where fields of an API key are set. Nothing is decided here: an event has happened.

use orderbase_kernel::{Timestamp, Version};

use super::{ApiKey, ApiKeyEvent, ApiKeyEventKind, ApiKeyIssued};

impl ApiKey {
    pub(super) fn begun(issued: &ApiKeyIssued, at: Timestamp) -> Self {
        Self {
            id: issued.id,
            tenant_id: issued.tenant_id,
            name: issued.name.clone(),
            scopes: issued.scopes,
            secrets: vec![issued.secret.clone()],
            expires_at: issued.expires_at,
            rate_limit: issued.rate_limit,
            ip_allowlist: issued.ip_allowlist.clone(),
            revoked_at: None,
            created_at: at,
            updated_at: at,
            version: Version::FIRST,
        }
    }

    pub(super) fn apply(&mut self, event: &ApiKeyEvent) {
        let at = event.occurred_at;
        match &event.kind {
            ApiKeyEventKind::Created(issued) => *self = Self::begun(issued, at),
            ApiKeyEventKind::Updated { name, rate_limit, ip_allowlist } => {
                if let Some(name) = name {
                    self.name = name.clone();
                }
                rate_limit.apply_to(&mut self.rate_limit);
                if let Some(networks) = ip_allowlist {
                    self.ip_allowlist.clone_from(networks);
                }
            }
            ApiKeyEventKind::Rotated { previous, secret } => {
                self.secrets = previous.iter().chain(std::iter::once(secret)).cloned().collect();
            }
            ApiKeyEventKind::Revoked => self.revoked_at = Some(at),
        }
        self.updated_at = at;
        self.version = event.sequence;
    }
}
