//! The text of a refresh token: `obr_`, the tenant and the family in 22 characters each, 32 random ones, six of a checksum.

use std::fmt;

use orderbase_kernel::{SessionId, TenantId};

use super::MalformedToken;
use crate::base62::{self, CHECK_CHARS, RANDOM_CHARS, UUID_CHARS};

const PREFIX: &str = "obr_";

/// A refresh token's text. Its Debug text does not show it; there is no Display.
#[derive(Clone)]
pub struct RefreshTokenText {
    text: String,
    tenant_id: TenantId,
    session_id: SessionId,
}

impl RefreshTokenText {
    /// Characters of every refresh token's text.
    pub const LEN: usize = PREFIX.len() + 2 * UUID_CHARS + RANDOM_CHARS + CHECK_CHARS;

    /// Makes a text of random bytes; `fill` must give bytes of the operating system's generator.
    pub fn generate(tenant_id: TenantId, session_id: SessionId, fill: impl FnMut(&mut [u8])) -> Self {
        let mut text = String::with_capacity(Self::LEN);
        text.push_str(PREFIX);
        base62::push_uuid(&mut text, tenant_id.uuid());
        base62::push_uuid(&mut text, session_id.uuid());
        base62::push_random(&mut text, fill);
        base62::push_checksum(&mut text);
        Self { text, tenant_id, session_id }
    }

    /// Checks form and checksum, without any store. What the text names may not exist.
    ///
    /// # Errors
    /// [`MalformedToken`].
    pub fn parse(text: &str) -> Result<Self, MalformedToken> {
        Self::read(text).ok_or(MalformedToken)
    }

    /// The text itself: for the one answer that shows it, and for the digest that is kept.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    #[must_use]
    pub const fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    /// The family of the token.
    #[must_use]
    pub const fn session_id(&self) -> SessionId {
        self.session_id
    }

    fn read(text: &str) -> Option<Self> {
        if text.len() != Self::LEN {
            return None;
        }
        let rest = base62::checked(text, PREFIX.len())?.strip_prefix(PREFIX)?;
        let (tenant, rest) = rest.split_at_checked(UUID_CHARS)?;
        let (session, _) = rest.split_at_checked(UUID_CHARS)?;
        let tenant_id = TenantId::from_uuid(base62::uuid(tenant)?);
        let session_id = SessionId::from_uuid(base62::uuid(session)?);
        Some(Self { text: text.to_owned(), tenant_id, session_id })
    }
}

impl fmt::Debug for RefreshTokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshTokenText(obr_..)")
    }
}
