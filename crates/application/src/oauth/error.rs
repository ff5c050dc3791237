//! The errors of RFC 6749 §5.2. What is no fault of the request stays an [`Error`].

use crate::error::Error;
use crate::ports::StorageError;

/// Why a request for a token was refused.
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// A parameter is missing, repeated or not understood; the text names it.
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// The client is unknown, its secret is wrong, or it is not alive.
    #[error("the client is not accepted")]
    InvalidClient,
    /// The refresh token or the user's password is not accepted.
    #[error("the grant is not accepted")]
    InvalidGrant,
    #[error("the grant type is not served")]
    UnsupportedGrantType,
    /// The token is alive and cannot be ended by itself (RFC 7009 §2.2.1): it was got by client credentials.
    #[error("a token of a client ends with its key")]
    UnsupportedTokenType,
    /// The client or the session has less than was asked for, or the text names no scope.
    #[error("the scope is not granted")]
    InvalidScope,
    #[error(transparent)]
    Failed(Error),
}

impl OAuthError {
    /// The value of `error`; `None` for what is answered as a problem.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::InvalidRequest(_) => Some("invalid_request"),
            Self::InvalidClient => Some("invalid_client"),
            Self::InvalidGrant => Some("invalid_grant"),
            Self::UnsupportedGrantType => Some("unsupported_grant_type"),
            Self::InvalidScope => Some("invalid_scope"),
            Self::UnsupportedTokenType => Some("unsupported_token_type"),
            Self::Failed(_) => None,
        }
    }
}

impl From<Error> for OAuthError {
    fn from(error: Error) -> Self {
        match error {
            Error::InvalidCredentials => Self::InvalidGrant,
            other => Self::Failed(other),
        }
    }
}

impl From<StorageError> for OAuthError {
    fn from(error: StorageError) -> Self {
        Self::Failed(error.into())
    }
}
