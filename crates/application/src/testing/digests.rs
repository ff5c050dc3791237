//! Digests for tests of the application alone.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use orderbase_tenancy::{KeyHash, TokenHash};

use crate::ports::{Digests, Seal};

/// A deterministic stand-in. It is **not** SHA-256 and protects nothing: four lanes of FNV-1a, mixed. The real digests are an
/// adapter's, and tests of exact bytes belong there.
#[derive(Debug, Default)]
pub struct PlainDigests {
    drawn: AtomicU64,
    /// Whether another pepper has taken the place of the first.
    turned: AtomicBool,
}

impl PlainDigests {
    /// From now on texts are hashed under another pepper; what was hashed before is the other hash.
    pub fn turn(&self) {
        self.turned.store(true, Ordering::SeqCst);
    }

    fn peppered(&self, now: &[u8], before: &[u8], text: &str) -> ([u8; 32], Option<[u8; 32]>) {
        match self.turned.load(Ordering::SeqCst) {
            true => (digest(now, text.as_bytes()), Some(digest(before, text.as_bytes()))),
            false => (digest(before, text.as_bytes()), None),
        }
    }
}

impl Digests for PlainDigests {
    fn sha256(&self, bytes: &[u8]) -> [u8; 32] {
        digest(b"sha256", bytes)
    }

    fn seal(&self, purpose: Seal, bytes: &[u8]) -> [u8; 32] {
        match purpose {
            Seal::Cursor => digest(b"cursor", bytes),
        }
    }

    fn key_hash(&self, key_text: &str) -> KeyHash {
        KeyHash::from_bytes(self.peppered(b"key 2", b"key", key_text).0)
    }

    fn token_hash(&self, token_text: &str) -> TokenHash {
        TokenHash::from_bytes(self.peppered(b"token 2", b"token", token_text).0)
    }

    fn other_key_hash(&self, key_text: &str) -> Option<KeyHash> {
        self.peppered(b"key 2", b"key", key_text).1.map(KeyHash::from_bytes)
    }

    fn other_token_hash(&self, token_text: &str) -> Option<TokenHash> {
        self.peppered(b"token 2", b"token", token_text).1.map(TokenHash::from_bytes)
    }

    /// Bytes of a counter: other ones at each call, the same ones in each run.
    fn fill_random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let drawn = self.drawn.fetch_add(1, Ordering::SeqCst);
            *byte = mixed(drawn).to_le_bytes()[0];
        }
    }
}

fn digest(purpose: &[u8], bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    for (lane, chunk) in (1_u64..).zip(out.chunks_exact_mut(8)) {
        let mut state = 0xcbf2_9ce4_8422_2325 ^ mixed(lane);
        for byte in purpose.iter().chain(&[0]).chain(bytes) {
            state = (state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        chunk.copy_from_slice(&mixed(state).to_le_bytes());
    }
    out
}

/// splitmix64.
fn mixed(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_differ_by_purpose_and_bytes_and_come_again() {
        let one = PlainDigests::default();
        assert_ne!(one.sha256(b"a"), one.sha256(b"b"));
        assert_ne!(one.sha256(b"a"), one.seal(Seal::Cursor, b"a"));
        assert_eq!(one.sha256(b"a"), PlainDigests::default().sha256(b"a"));
        let (mut first, mut second) = ([0; 32], [0; 32]);
        one.fill_random(&mut first);
        one.fill_random(&mut second);
        assert_ne!(first, second);
    }
}
