//! Why a command on an API key was refused. A refused command changes nothing.

use crate::Permission;

/// The refusals of an API key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiKeyError {
    #[error("a key needs at least one scope")]
    NoScopes,
    #[error("the scope {scope} cannot be granted")]
    ScopeNotGrantable { scope: Permission },
    #[error("a key expires in the future, within five years")]
    ExpiryOutOfRange,
    #[error("the overlap must be between 0 and {max} seconds")]
    OverlapOutOfRange { max: u32 },
    #[error("a list of networks has at most {max} entries")]
    TooManyNetworks { max: usize },
    /// Revoked or expired.
    #[error("the key is no longer live")]
    Revoked,
    /// The id carries no time: a fault of the generator, not of the caller.
    #[error("the id must be a UUID of version 7")]
    NotV7,
}
