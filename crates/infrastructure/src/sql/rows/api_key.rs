//! API keys as rows. A row holds hashes, never a key's text.

use orderbase_application::ports::StorageError;
use orderbase_kernel::{AggregateType, ApiKeyId, Corrupt, Name, Network, TenantId};
use orderbase_tenancy::{ApiKey, ApiKeyParts, KeyHash, KeyRate, KeySecret, PepperId, PermissionSet};
use serde::Deserialize;
use uuid::Uuid;

use super::{Cells, Stored};
use crate::sql::entity::api_keys::Column;

/// In the order of [`ApiKeyRow::read`].
pub(in crate::sql) const COLUMNS: [Column; 12] = [
    Column::TenantId,
    Column::Id,
    Column::Name,
    Column::Scopes,
    Column::Secrets,
    Column::ExpiresAt,
    Column::RevokedAt,
    Column::RateLimit,
    Column::IpAllowlist,
    Column::CreatedAt,
    Column::UpdatedAt,
    Column::Version,
];

pub(in crate::sql) struct ApiKeyRow {
    tenant_id: Uuid,
    id: Uuid,
    name: String,
    scopes: String,
    secrets: String,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
    rate_limit: Option<i32>,
    ip_allowlist: String,
    created_at: i64,
    updated_at: i64,
    version: i64,
}

impl ApiKeyRow {
    pub fn read(cells: &mut Cells<'_>) -> Result<Self, StorageError> {
        Ok(Self {
            tenant_id: cells.take()?,
            id: cells.take()?,
            name: cells.take()?,
            scopes: cells.take()?,
            secrets: cells.take()?,
            expires_at: cells.take()?,
            revoked_at: cells.take()?,
            rate_limit: cells.take()?,
            ip_allowlist: cells.take()?,
            created_at: cells.take()?,
            updated_at: cells.take()?,
            version: cells.take()?,
        })
    }
}

impl TryFrom<ApiKeyRow> for ApiKey {
    type Error = Corrupt;

    fn try_from(row: ApiKeyRow) -> Result<Self, Corrupt> {
        let stored = Stored { kind: AggregateType::ApiKey, id: row.id };
        let scopes = PermissionSet::from_texts(row.scopes.split(' '));
        Self::rehydrate(ApiKeyParts {
            id: ApiKeyId::from_uuid(row.id),
            tenant_id: TenantId::from_uuid(row.tenant_id),
            name: stored.value(Name::parse(&row.name), "the name has 1 to 200 characters")?,
            scopes: stored.value(scopes, "the scopes are permissions")?,
            secrets: secrets(stored, &row.secrets)?,
            expires_at: stored.instant_if(row.expires_at)?,
            revoked_at: stored.instant_if(row.revoked_at)?,
            rate_limit: rate(stored, row.rate_limit)?,
            ip_allowlist: networks(stored, &row.ip_allowlist)?,
            created_at: stored.instant(row.created_at)?,
            updated_at: stored.instant(row.updated_at)?,
            version: stored.version(row.version)?,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredSecret {
    /// 64 hexadecimal digits.
    hash: String,
    hint: String,
    /// Missing where it was written before peppers were named.
    pepper: Option<String>,
    /// Milliseconds.
    valid_until: Option<i64>,
}

pub(in crate::sql) fn secrets(stored: Stored, text: &str) -> Result<Vec<KeySecret>, Corrupt> {
    let kept: Vec<StoredSecret> =
        serde_json::from_str(text).map_err(|_| stored.corrupt("secrets are a list of hash, hint and end"))?;
    kept.into_iter()
        .map(|secret| {
            let hash =
                hash(&secret.hash).ok_or_else(|| stored.corrupt("the hash of a secret has 64 hexadecimal digits"))?;
            let pepper = secret.pepper.map(PepperId::new);
            Ok(KeySecret { hash, pepper, hint: secret.hint, valid_until: stored.instant_if(secret.valid_until)? })
        })
        .collect()
}

fn rate(stored: Stored, per_minute: Option<i32>) -> Result<Option<KeyRate>, Corrupt> {
    let rate = |number| KeyRate::try_new(u32::try_from(number).unwrap_or_default());
    stored.value(per_minute.map(rate).transpose(), "the rate of a key lies in its bounds")
}

fn networks(stored: Stored, text: &str) -> Result<Vec<Network>, Corrupt> {
    let networks = text.split_ascii_whitespace().map(Network::parse).collect();
    stored.value(networks, "a key lists networks")
}

fn hash(text: &str) -> Option<KeyHash> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(KeyHash::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_read_as_hexadecimal() {
        let text = "00ff".repeat(16);
        assert_eq!(hash(&text).unwrap().as_bytes()[..2], [0, 255]);
        for bad in ["", "0", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &"é".repeat(32)] {
            assert!(hash(bad).is_none(), "{bad}");
        }
    }
}
