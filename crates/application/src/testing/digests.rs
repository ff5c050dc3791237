//! Digests for tests of the application alone.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use orderbase_tenancy::{KeyHash, PepperId, PepperedHash, TokenHash};

use crate::ports::{Digests, KeyHashes, Seal};

/// A deterministic stand-in. It is **not** SHA-256 and protects nothing: four lanes of FNV-1a, mixed. The real digests are an
/// adapter's, and tests of exact bytes belong there.
#[derive(Debug, Default)]
pub struct PlainDigests {
    drawn: AtomicU64,
    /// Steps of the first rotation: not begun, published, signing, alone.
    step: AtomicU8,
}

/// A text under the peppers: the one that goes, today's with its id, the one that comes.
struct Peppered {
    retired: Option<[u8; 32]>,
    signing: ([u8; 32], &'static str),
    published: Option<[u8; 32]>,
}

impl PlainDigests {
    /// Another pepper is known to be used soon.
    pub fn publish(&self) {
        self.step.store(1, Ordering::SeqCst);
    }

    /// From now on texts are hashed under the other pepper, and cursors sealed; what was hashed before is the other hash.
    pub fn turn(&self) {
        self.step.store(2, Ordering::SeqCst);
    }

    /// The first pepper is gone.
    pub fn retire(&self) {
        self.step.store(3, Ordering::SeqCst);
    }

    fn peppered(&self, purpose: &str, text: &[u8]) -> Peppered {
        let [old, new] = ["", " 2"].map(|pepper| digest(format!("{purpose}{pepper}").as_bytes(), text));
        let step = self.step.load(Ordering::SeqCst);
        Peppered {
            retired: (step == 2).then_some(old),
            signing: if step < 2 { (old, "one") } else { (new, "two") },
            published: (step == 1).then_some(new),
        }
    }
}

impl Digests for PlainDigests {
    fn sha256(&self, bytes: &[u8]) -> [u8; 32] {
        digest(b"sha256", bytes)
    }

    fn seal(&self, purpose: Seal, bytes: &[u8]) -> [u8; 32] {
        match purpose {
            Seal::Cursor => self.peppered("cursor", bytes).signing.0,
        }
    }

    fn other_seal(&self, purpose: Seal, bytes: &[u8]) -> Option<[u8; 32]> {
        let Peppered { retired, published, .. } = match purpose {
            Seal::Cursor => self.peppered("cursor", bytes),
        };
        retired.or(published)
    }

    fn key_hashes(&self, key_text: &str) -> KeyHashes {
        let Peppered { retired, signing: (hash, pepper), published } = self.peppered("key", key_text.as_bytes());
        KeyHashes {
            retired: retired.map(KeyHash::from_bytes),
            signing: PepperedHash { hash: KeyHash::from_bytes(hash), pepper: PepperId::new(pepper) },
            published: published.map(KeyHash::from_bytes),
        }
    }

    fn token_hash(&self, token_text: &str) -> TokenHash {
        TokenHash::from_bytes(self.peppered("token", token_text.as_bytes()).signing.0)
    }

    fn other_token_hash(&self, token_text: &str) -> Option<TokenHash> {
        let Peppered { retired, published, .. } = self.peppered("token", token_text.as_bytes());
        retired.or(published).map(TokenHash::from_bytes)
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
