//! Digests and random bytes.

use orderbase_tenancy::{KeyHash, PepperedHash, TokenHash};

/// What a keyed digest is for; each purpose has its own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seal {
    /// List cursors: 32 bytes of HMAC-SHA-256, of which the cursor keeps the first 16.
    Cursor,
}

/// The digests of an API key's text under every pepper that is believed, in the order in which keys move from one to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHashes {
    /// Under the one that is being replaced.
    pub retired: Option<KeyHash>,
    /// Under today's.
    pub signing: PepperedHash,
    /// Under one that other instances may make hashes with already.
    pub published: Option<KeyHash>,
}

/// Digests. All methods are pure but `fill_random`, need no I/O and never fail.
pub trait Digests: Send + Sync {
    /// SHA-256 (FIPS 180-4).
    fn sha256(&self, bytes: &[u8]) -> [u8; 32];

    /// HMAC-SHA-256 (RFC 2104) under the key of the purpose.
    fn seal(&self, purpose: Seal, bytes: &[u8]) -> [u8; 32];

    /// As [`Digests::seal`], under the other key of the purpose while one replaces another.
    fn other_seal(&self, _purpose: Seal, _bytes: &[u8]) -> Option<[u8; 32]> {
        None
    }

    /// HMAC-SHA-256 of an API key's text under the peppers of one moment.
    fn key_hashes(&self, key_text: &str) -> KeyHashes;

    /// The one under today's pepper: what is stored instead of the text.
    fn key_hash(&self, key_text: &str) -> PepperedHash {
        self.key_hashes(key_text).signing
    }

    /// HMAC-SHA-256 of the text of a refresh token or ticket under the pepper; what is stored instead of the text.
    fn token_hash(&self, token_text: &str) -> TokenHash;

    /// As [`Digests::token_hash`], under the other pepper while one replaces another: to be looked for where the first finds nothing.
    fn other_token_hash(&self, _token_text: &str) -> Option<TokenHash> {
        None
    }

    /// Bytes of the operating system's generator.
    fn fill_random(&self, bytes: &mut [u8]);
}
