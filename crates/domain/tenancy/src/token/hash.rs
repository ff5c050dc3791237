//! What is kept of a token's text: a keyed digest.

use std::fmt;
use std::hash::{Hash, Hasher};

/// HMAC-SHA-256 of a token's text under a pepper. Compared without an early exit, by `==` too; its Debug text does not show the bytes.
#[derive(Clone, Copy)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
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

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.matches(other)
    }
}

impl Eq for TokenHash {}

impl Hash for TokenHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_counts() {
        let hash = TokenHash::from_bytes([7; 32]);
        assert!(hash.matches(&TokenHash::from_bytes([7; 32])) && hash == TokenHash::from_bytes([7; 32]));
        for bit in 0..256 {
            let mut bytes = [7; 32];
            bytes[bit / 8] ^= 1 << (bit % 8);
            let other = TokenHash::from_bytes(bytes);
            assert!(!hash.matches(&other) && hash != other, "{bit}");
        }
        assert_eq!(format!("{hash:?}"), "TokenHash(..)");
    }
}
