//! The claim on an idempotency key, with the answer that is kept under it (api.md §7).

use std::sync::Arc;

use uuid::Uuid;

use crate::conditions::IdempotencyKey;

/// A claim: whoever commits it first gives the answer to all who come with the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The user or API key; with the tenant and `key` the identity of the claim.
    pub principal_id: Uuid,
    pub key: IdempotencyKey,
    /// Names this attempt, so that a lost reply to COMMIT can be told from a lost commit.
    pub attempt: Uuid,
    pub fingerprint: [u8; 32],
    pub answer: Arc<KeptAnswer>,
}

/// An answer as it is kept and repeated: byte for byte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The HTTP status, 200–299.
    pub status: u16,
    /// An absolute path.
    pub location: Option<String>,
    /// The entity tag with its quotes.
    pub etag: Option<String>,
    /// UTF-8 JSON. The largest order that can be placed is answered with some 640 KiB.
    pub body: Vec<u8>,
    /// Whether the body shows a credential: then it is kept encrypted (security.md rule 4).
    pub holds_credential: bool,
}
