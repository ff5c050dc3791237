//! What is handed out beside API keys and access tokens: refresh tokens and tickets. Their texts are shown once; what is kept is a
//! digest. A text names the tenant, and a refresh token its session, so that the store is asked inside one tenant.

mod hash;
mod refresh;
mod ticket_text;

pub use hash::TokenHash;
pub use refresh::RefreshTokenText;
pub use ticket_text::TicketText;

/// The text is no token of the kind asked for: form or checksum is wrong. Says no more, for the text may be a secret of something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a token")]
pub struct MalformedToken;
