//! The names of keys: `ob:<kind>:{tenant}:…`. What stands in braces decides on which node of a cluster a key lies, so that all keys of one
//! request are on one node, and one script can take from all of them at once.

use orderbase_kernel::TenantId;
use uuid::Uuid;

/// The name of a key. Made here only, so that none lacks its braces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(String);

/// What a counter of throttles is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ThrottleKind {
    Bucket,
    Known,
    Failures,
}

impl Key {
    /// A counter of throttles under the ring's key `kid`, of the thing with that digest. They belong to no tenant: what is guessed may be
    /// nobody's. All of them share one slot, for an attempt takes from buckets of a network and of an account (ADR 0016).
    pub(super) fn throttle(kid: &str, kind: ThrottleKind, digest: &[u8; 32]) -> Self {
        let kind = match kind {
            ThrottleKind::Bucket => 'b',
            ThrottleKind::Known => 'k',
            ThrottleKind::Failures => 'f',
        };
        Self(format!("ob:throttle:{{t}}:{kid}:{kind}:{}", hex(digest)))
    }

    /// The bucket of a tenant.
    pub(super) fn rate_of_tenant(tenant: TenantId) -> Self {
        Self(format!("ob:rate:{{{}}}:t", tenant.uuid().simple()))
    }

    /// The bucket of a user or API key of a tenant, in the tenant's slot.
    pub(super) fn rate_of_credential(tenant: TenantId, principal: Uuid) -> Self {
        Self(format!("ob:rate:{{{}}}:c:{}", tenant.uuid().simple(), principal.simple()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Into a string nothing fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a cluster takes of a key to find its node: what stands between the first brace and the next closing one.
    fn slot_text(key: &Key) -> &str {
        key.as_str().split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(tag, _)| tag).unwrap()
    }

    #[test]
    fn all_keys_of_a_request_share_a_slot() {
        let tenant = TenantId::from_uuid(Uuid::from_u128(7));
        let rates = [Key::rate_of_tenant(tenant), Key::rate_of_credential(tenant, Uuid::from_u128(8))];
        assert_eq!(rates[0].as_str(), "ob:rate:{00000000000000000000000000000007}:t");
        assert_eq!(rates[1].as_str(), "ob:rate:{00000000000000000000000000000007}:c:00000000000000000000000000000008");
        assert!(rates.iter().all(|key| slot_text(key) == tenant.uuid().simple().to_string()));
        let other = Key::rate_of_tenant(TenantId::from_uuid(Uuid::from_u128(9)));
        assert_ne!(slot_text(&other), slot_text(&rates[0]), "tenants are spread");

        let kinds = [ThrottleKind::Bucket, ThrottleKind::Known, ThrottleKind::Failures];
        let keys: Vec<Key> = ["one", "other"]
            .iter()
            .flat_map(|kid| kinds.map(|kind| [0, 255].map(|byte| Key::throttle(kid, kind, &[byte; 32]))))
            .flatten()
            .collect();
        assert!(keys.iter().all(|key| slot_text(key) == "t"));
        assert_eq!(keys.iter().collect::<std::collections::BTreeSet<_>>().len(), keys.len());
    }
}
