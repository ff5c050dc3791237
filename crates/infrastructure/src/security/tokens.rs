//! Access tokens (security.md rules 9–13): JSON Web Tokens of the profile `at+jwt` (RFC 9068), signed with Ed25519 (RFC 8037), or with
//! HMAC-SHA-256 where that is configured. Nothing that a token says is believed before its signature, but for which key is to be asked.
//!
//! Whom a token stands for is told by three claims, and a token that mixes them is refused:
//!
//! | subject | `aud` | `sid`, `epoch` | `tenant_id` | `client_id` |
//! |---|---|---|---|---|
//! | user | the API | both | yes | `orderbase` |
//! | API key | the API | none | yes | equal to `sub` |
//! | operator | the platform | `epoch` alone | no | `orderbase` |
//!
//! `scope` is left out where nothing is narrowed. A word of it that this version does not know permits nothing.

mod claims;
mod head;
mod keys;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aws_lc_rs::digest;
use jsonwebtoken::errors::ErrorKind;
use moka::sync::Cache;
use orderbase_application::ports::{AccessClaims, NoSigningKey, TokenFault, Tokens};
use orderbase_kernel::Timestamp;

use self::claims::{Audiences, ClaimsText, Known};
use self::keys::TokenKeys;
use super::key_ring::{KeyRing, NoKey};
use super::secret::Secret;

/// Longer than any that is issued.
const TOKEN_BYTES_MAX: usize = 4_096;
const CACHED_MAX: u64 = 50_000;
/// As long as a token can be good; entries are asked for their own times at every hit, this one only gives memory back.
const CACHED_LIFE: Duration = Duration::from_secs(3_660);
const LIFE_SECS: std::ops::RangeInclusive<u32> = 60..=3_600;
const SECRET_BYTES_MIN: usize = 32;

/// By what tokens are signed. Tokens of the other kind are refused.
#[derive(Clone, Debug)]
pub enum TokenAlgorithm {
    /// Ed25519 by the keys of the ring.
    EdDsa,
    /// HMAC-SHA-256 under a secret of at least 32 bytes. It is not published, and it is not rotated by the ring.
    Hs256(Secret<Vec<u8>>),
}

/// What tokens say of their issuer.
#[derive(Clone, Debug)]
pub struct TokenOptions {
    /// The public URL. It is `iss`, the audience of the API, and with `/platform` that of operators.
    pub issuer: String,
    pub algorithm: TokenAlgorithm,
    /// 60 to 3 600 s.
    pub life_secs: u32,
}

/// Why no tokens can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokensFault {
    #[error("an access token lives for 60 to 3600 s")]
    Life,
    #[error("the issuer has no text")]
    Issuer,
    #[error("the secret for HS256 has fewer than 32 bytes")]
    ShortSecret,
    #[error(transparent)]
    NoKey(#[from] NoKey),
    #[error("a token key of the ring is no Ed25519 private key in PKCS#8, or its id is malformed")]
    Key,
}

/// Issuer and verifier. A token that was verified once is known by its digest until the keys change.
pub struct JwtTokens {
    options: TokenOptions,
    audiences: Audiences,
    now: RwLock<Arc<Verifier>>,
}

/// The keys of one moment, and what they have verified: who replaces the keys forgets it all.
struct Verifier {
    keys: TokenKeys,
    known: Cache<[u8; 32], Arc<Known>>,
}

impl JwtTokens {
    /// # Errors
    /// [`TokensFault`].
    pub fn new(options: TokenOptions, ring: &KeyRing) -> Result<Self, TokensFault> {
        if !LIFE_SECS.contains(&options.life_secs) {
            return Err(TokensFault::Life);
        }
        if options.issuer.is_empty() {
            return Err(TokensFault::Issuer);
        }
        let audiences = Audiences::of(&options.issuer);
        let keys = TokenKeys::of(&options.algorithm, ring, &audiences)?;
        Ok(Self { options, audiences, now: RwLock::new(Arc::new(Verifier::new(keys))) })
    }

    /// Takes over a ring that was loaded again. Nothing happens if its token keys are those of before.
    ///
    /// # Errors
    /// [`TokensFault`]; the keys of before stay.
    pub fn turn(&self, ring: &KeyRing) -> Result<(), TokensFault> {
        let keys = TokenKeys::of(&self.options.algorithm, ring, &self.audiences)?;
        if !keys.same_as(&self.verifier().keys) {
            *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Verifier::new(keys));
        }
        Ok(())
    }

    fn verifier(&self) -> Arc<Verifier> {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Everything but the times.
    fn read(&self, token: &str, keys: &TokenKeys) -> Result<Known, TokenFault> {
        let head = head::read(token)?;
        let key = keys.get(&head.kid).ok_or(TokenFault::Invalid("unknown kid"))?;
        if head.alg != key.alg() {
            return Err(TokenFault::Invalid("another alg than the key's"));
        }
        let read = jsonwebtoken::decode::<ClaimsText>(token, &key.decoding, &key.validation);
        let claims = read.map_err(|error| TokenFault::Invalid(cause(error.kind())))?.claims;
        claims.into_known(&self.audiences)
    }
}

impl Verifier {
    fn new(keys: TokenKeys) -> Self {
        Self { keys, known: Cache::builder().max_capacity(CACHED_MAX).time_to_live(CACHED_LIFE).build() }
    }
}

impl Tokens for JwtTokens {
    fn issue(&self, claims: &AccessClaims) -> Result<String, NoSigningKey> {
        let verifier = self.verifier();
        let text = ClaimsText::of(claims, &self.audiences);
        let signed = verifier.keys.sign(&text).map_err(|error| {
            tracing::error!(%error, "a token could not be signed");
            NoSigningKey
        })?;
        Ok(signed)
    }

    fn verify(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenFault> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(TokenFault::Invalid("too long"));
        }
        let verifier = self.verifier();
        let digest = sha256(token);
        if let Some(known) = verifier.known.get(&digest) {
            return known.at(now);
        }
        let known = self.read(token, &verifier.keys)?;
        let claims = known.at(now)?;
        verifier.known.insert(digest, Arc::new(known));
        Ok(claims)
    }

    fn life_secs(&self) -> u32 {
        self.options.life_secs
    }

    fn jwks(&self) -> String {
        self.verifier().keys.jwks()
    }
}

fn sha256(token: &str) -> [u8; 32] {
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(digest::digest(&digest::SHA256, token.as_bytes()).as_ref()) {
        *to = *from;
    }
    out
}

/// For the log alone; the client hears one thing for all of them.
fn cause(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidSignature => "signature",
        ErrorKind::InvalidIssuer => "iss",
        ErrorKind::InvalidAudience => "aud",
        ErrorKind::MissingRequiredClaim(_) => "a required claim is missing",
        ErrorKind::Json(_) => "claims",
        _ => "malformed",
    }
}

#[cfg(test)]
mod tests;
