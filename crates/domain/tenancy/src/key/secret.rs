//! What is kept of a key's text: a keyed digest and a hint. The text itself is shown once and kept nowhere.

use std::fmt;

use orderbase_kernel::Timestamp;

/// HMAC-SHA-256 of a key's text under the pepper. Its Debug text does not show the bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyHash([u8; 32]);

impl KeyHash {
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Equality without an early exit.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash(..)")
    }
}

/// One secret of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySecret {
    pub hash: KeyHash,
    /// The first characters of the text, such as `ob_live_3fA9`.
    pub hint: String,
    /// From this instant on it opens nothing; `None` for the newest.
    pub valid_until: Option<Timestamp>,
}

impl KeySecret {
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.valid_until.is_none_or(|end| now < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_counts() {
        let hash = KeyHash::from_bytes([7; 32]);
        assert!(hash.matches(&KeyHash::from_bytes([7; 32])));
        for at in 0..32 {
            let mut bytes = [7; 32];
            bytes[at] ^= 0x80;
            assert!(!hash.matches(&KeyHash::from_bytes(bytes)), "{at}");
        }
        assert_eq!(format!("{hash:?}"), "KeyHash(..)");
    }
}
