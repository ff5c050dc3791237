//! An API key as it is read: without hashes.

use orderbase_kernel::{ApiKeyId, Name, Network, Timestamp, Version};
use orderbase_tenancy::{ApiKey, KeyRate, PermissionSet};

/// A key. Whether it has expired is for the reader's clock to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyView {
    pub id: ApiKeyId,
    pub name: Name,
    pub scopes: PermissionSet,
    /// The first characters of the newest secret, such as `ob_live_3fA9`.
    pub hint: String,
    pub expires_at: Option<Timestamp>,
    /// None: that of the tenant.
    pub rate_limit: Option<KeyRate>,
    /// Empty: from anywhere.
    pub ip_allowlist: Vec<Network>,
    pub revoked_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: Version,
}

impl From<&ApiKey> for KeyView {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id(),
            name: key.name().clone(),
            scopes: key.scopes(),
            hint: key.hint().to_owned(),
            expires_at: key.expires_at(),
            rate_limit: key.rate_limit(),
            ip_allowlist: key.ip_allowlist().to_vec(),
            revoked_at: key.revoked_at(),
            created_at: key.created_at(),
            updated_at: key.updated_at(),
            version: key.version(),
        }
    }
}
