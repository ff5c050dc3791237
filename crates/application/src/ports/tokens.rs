//! Access tokens: JSON Web Tokens of the profile `at+jwt` (RFC 9068). The adapter holds the keys and checks everything that can be
//! checked offline.

use orderbase_kernel::{ApiKeyId, SessionId, TenantId, Timestamp, UserId};
use orderbase_tenancy::PermissionSet;
use uuid::Uuid;

/// Whom a token stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    User {
        tenant_id: TenantId,
        user_id: UserId,
        session_id: SessionId,
        /// Equal to the account's, or the token is dead.
        epoch: u32,
    },
    /// Got by client credentials.
    ApiKey {
        tenant_id: TenantId,
        api_key_id: ApiKeyId,
        /// Of the secret it was got with, which it does not outlive.
        hint: String,
    },
    Operator {
        id: Uuid,
        epoch: u32,
    },
}

/// What a token says. Role and permissions are not in it: they are looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    pub subject: Subject,
    /// Narrows what the subject may do; `None` narrows nothing.
    pub scope: Option<PermissionSet>,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    pub id: Uuid,
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// Any cause but the next. The cause is for the log.
    #[error("the token is not accepted: {0}")]
    Invalid(&'static str),
    /// Otherwise good.
    #[error("the token has expired")]
    Expired,
}

/// The server makes no tokens: no key is there to sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no key to sign with")]
pub struct NoSigningKey;

/// Issuer and verifier of access tokens.
pub trait Tokens: Send + Sync {
    /// # Errors
    /// [`NoSigningKey`].
    fn issue(&self, claims: &AccessClaims) -> Result<String, NoSigningKey>;

    /// Everything of security.md rule 9 that needs no look-up.
    ///
    /// # Errors
    /// [`TokenFault`].
    fn verify(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenFault>;

    /// How long a new token lives, in seconds: 60–3 600.
    fn life_secs(&self) -> u32;

    /// The public keys as a JWK Set (RFC 7517 §5); empty where the algorithm is symmetric.
    fn jwks(&self) -> String;
}
