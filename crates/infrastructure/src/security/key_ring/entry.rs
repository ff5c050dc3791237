//! One key of the ring, opened and as it is stored.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::Ed25519KeyPair;
use orderbase_kernel::Timestamp;

use crate::security::envelope::{EnvelopeFault, Envelopes, Place};
use crate::security::random;
use crate::security::secret::Secret;

/// Eight characters of 32: short enough to stand in a PHC string, which has room for 8 bytes.
const KID_CHARS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
const KID_LEN: usize = 8;
const SECRET_BYTES: usize = 32;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyPurpose {
    /// Access tokens: Ed25519, kept as PKCS#8 (RFC 8410).
    Jwt,
    /// HMAC of API keys, refresh tokens and tickets.
    ApiKeyPepper,
    /// The secret input of argon2.
    PasswordPepper,
    /// HMAC of list cursors.
    Cursor,
    /// HMAC of what throttles count.
    Throttle,
    /// HMAC of the chain over the audit log.
    AuditSeal,
}

impl KeyPurpose {
    pub const ALL: [Self; 6] =
        [Self::Jwt, Self::ApiKeyPepper, Self::PasswordPepper, Self::Cursor, Self::Throttle, Self::AuditSeal];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::ApiKeyPepper => "api_key_pepper",
            Self::PasswordPepper => "password_pepper",
            Self::Cursor => "cursor",
            Self::Throttle => "throttle",
            Self::AuditSeal => "audit_seal",
        }
    }

    /// `None` for a word that is no purpose.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }
}

/// Where a key stands in its life. There is one entry of a purpose in each state at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyState {
    /// Known to everybody, so that nobody meets it unprepared; signs nothing yet.
    Published,
    Signing,
    /// Signs nothing more; what it signed is still believed.
    Retired,
}

impl KeyState {
    pub const ALL: [Self; 3] = [Self::Published, Self::Signing, Self::Retired];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Signing => "signing",
            Self::Retired => "retired",
        }
    }

    /// `None` for a word that is no state.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A key of the ring, opened.
#[derive(Clone, Debug)]
pub struct RingEntry {
    pub purpose: KeyPurpose,
    /// `[a-z0-9-]{1,32}`; made here it has 8 characters.
    pub kid: String,
    pub state: KeyState,
    /// When it came into the state.
    pub since: Timestamp,
    /// 32 random bytes; of [`KeyPurpose::Jwt`] an Ed25519 private key as PKCS#8.
    pub secret: Secret<Vec<u8>>,
}

/// A row of the table `key_ring`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    pub purpose: KeyPurpose,
    pub kid: String,
    pub state: KeyState,
    pub since: Timestamp,
    pub enveloped: Vec<u8>,
}

impl RingEntry {
    /// A fresh key. Without the operating system's generator the process ends.
    #[must_use]
    pub fn generate(purpose: KeyPurpose, state: KeyState, since: Timestamp) -> Self {
        let secret = match purpose {
            KeyPurpose::Jwt => ed25519(),
            _ => random_bytes(),
        };
        Self { purpose, kid: new_kid(), state, since, secret }
    }

    pub(super) fn seal(&self, envelopes: &Envelopes) -> Result<StoredEntry, EnvelopeFault> {
        let row = row(self.purpose, &self.kid);
        let enveloped = envelopes.seal(place(&row), self.secret.expose())?;
        let Self { purpose, state, since, .. } = *self;
        Ok(StoredEntry { purpose, kid: self.kid.clone(), state, since, enveloped })
    }
}

impl StoredEntry {
    pub(super) fn open(self, envelopes: &Envelopes) -> Result<RingEntry, EnvelopeFault> {
        let row = row(self.purpose, &self.kid);
        let secret = envelopes.open(place(&row), &self.enveloped)?;
        let Self { purpose, kid, state, since, .. } = self;
        Ok(RingEntry { purpose, kid, state, since, secret })
    }

    /// The envelope under the newest master key, for `keys rewrap`; `None` if it is already.
    ///
    /// # Errors
    /// [`EnvelopeFault`].
    pub fn rewrapped(&self, envelopes: &Envelopes) -> Result<Option<Vec<u8>>, EnvelopeFault> {
        envelopes.rewrap(place(&row(self.purpose, &self.kid)), &self.enveloped)
    }
}

fn row(purpose: KeyPurpose, kid: &str) -> String {
    format!("{}/{kid}", purpose.as_str())
}

fn place(row: &str) -> Place<'_> {
    Place { table: "key_ring", column: "enveloped", tenant_id: None, row }
}

/// Whether a text may be a key's id: `[a-z0-9-]{1,32}`.
#[must_use]
pub(in crate::security) fn is_kid(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

fn new_kid() -> String {
    let mut bytes = [0; KID_LEN];
    random::fill(&mut bytes);
    bytes.iter().filter_map(|byte| KID_CHARS.get(usize::from(byte % 32)).copied().map(char::from)).collect()
}

fn random_bytes() -> Secret<Vec<u8>> {
    let mut bytes = vec![0; SECRET_BYTES];
    random::fill(&mut bytes);
    Secret::new(bytes)
}

fn ed25519() -> Secret<Vec<u8>> {
    match Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()) {
        Ok(document) => Secret::new(document.as_ref().to_vec()),
        // As with `random`: a server without randomness must not run.
        Err(_) => std::process::abort(),
    }
}
