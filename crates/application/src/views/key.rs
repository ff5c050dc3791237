//! An API key as it is read: without hashes.

use orderbase_kernel::{ApiKeyId, Name, Timestamp, Version};
use orderbase_tenancy::{ApiKey, PermissionSet};

/// A key. Whether it has expired is for the reader's clock to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyView {
    pub id: ApiKeyId,
    pub name: Name,
    pub scopes: PermissionSet,
    /// The first characters of the newest secret, such as `ob_live_3fA9`.
    pub hint: String,
    pub expires_at: Option<Timestamp>,
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
            revoked_at: key.revoked_at(),
            created_at: key.created_at(),
            updated_at: key.updated_at(),
            version: key.version(),
        }
    }
}
