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

/// Names a pepper: the id of its key, 1 to 32 characters. It tells peppers apart and opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PepperId(String);

impl PepperId {
    #[must_use]
    pub fn new(kid: impl Into<String>) -> Self {
        Self(kid.into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A hash with the pepper that it was made under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PepperedHash {
    pub hash: KeyHash,
    pub pepper: PepperId,
}

/// One secret of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySecret {
    pub hash: KeyHash,
    /// What the hash was made under; `None` for one of before peppers were named.
    pub pepper: Option<PepperId>,
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

    /// The same text under another pepper: puts `to` in the place of the hash `from`. `false` if none of the secrets has that hash.
    pub fn hash_anew(secrets: &mut [Self], from: &KeyHash, to: &PepperedHash) -> bool {
        let Some(secret) = secrets.iter_mut().find(|secret| secret.hash.matches(from)) else { return false };
        secret.hash = to.hash;
        secret.pepper = Some(to.pepper.clone());
        true
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

    #[test]
    fn one_secret_is_hashed_anew_and_stays_what_it_is_else() {
        let end = Timestamp::from_millis(1).ok();
        let secret = |byte, valid_until| KeySecret {
            hash: KeyHash::from_bytes([byte; 32]),
            pepper: None,
            hint: "x".to_owned(),
            valid_until,
        };
        let (mut secrets, hash) = ([secret(1, end), secret(2, None)], |byte| KeyHash::from_bytes([byte; 32]));
        let to = PepperedHash { hash: hash(3), pepper: PepperId::new("p2") };
        assert!(!KeySecret::hash_anew(&mut secrets, &hash(9), &to));
        assert_eq!(secrets, [secret(1, end), secret(2, None)]);
        assert!(KeySecret::hash_anew(&mut secrets, &hash(1), &to));
        assert_eq!(secrets, [KeySecret { pepper: Some(PepperId::new("p2")), ..secret(3, end) }, secret(2, None)]);
    }
}
