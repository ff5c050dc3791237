//! The names of keys: `ob:<kind>:{tenant}:…`. What stands in braces decides on which node of a cluster a key lies, so that all keys of one
//! request are on one node, and one script can take from all of them at once.

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
