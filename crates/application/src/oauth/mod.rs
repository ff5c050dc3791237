//! OAuth 2 (RFC 6749, 7009, 7662): tokens for clients, which are API keys, and for users.

mod client;
mod error;
mod introspect;
mod revoke;
mod token;

pub use self::client::ClientCredentials;
pub use self::error::OAuthError;
pub use self::introspect::{Introspection, introspect};
pub use self::revoke::revoke;
pub use self::token::{Grant, token};
