//! The text of a refresh token: `obr_`, the tenant and the family in 22 characters each, 22 random ones, ten of a seal, six of a
//! checksum. Ids are no secret, and anybody can compute a checksum: without the seal, whoever knows a family could make a text that
//! looks like one of its used tokens, and so end it.

use std::fmt;

use orderbase_kernel::{SessionId, TenantId, Uuid};

use super::{MalformedToken, TokenHash};
use crate::base62::{self, CHECK_CHARS, RANDOM_CHARS, UUID_CHARS};

const PREFIX: &str = "obr_";
/// 59 bits of a keyed digest, which leaves 22 characters, or 130 bits, to chance.
const SEAL_CHARS: usize = 10;
/// What the seal is of: all that stands before it.
const SEALED: usize = PREFIX.len() + 2 * UUID_CHARS + RANDOM_CHARS - SEAL_CHARS;

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

    /// Makes a text of random bytes; `fill` must give bytes of the operating system's generator, `seal` a keyed digest.
    pub fn generate(
        tenant_id: TenantId,
        session_id: SessionId,
        fill: impl FnMut(&mut [u8]),
        seal: impl FnOnce(&str) -> TokenHash,
    ) -> Self {
        let mut text = String::with_capacity(Self::LEN);
        text.push_str(PREFIX);
        base62::push_uuid(&mut text, tenant_id.uuid());
        base62::push_uuid(&mut text, session_id.uuid());
        base62::push_random(&mut text, fill);
        text.truncate(SEALED);
        let seal = seal_text(&seal(&text));
        text.push_str(&seal);
        base62::push_checksum(&mut text);
        Self { text, tenant_id, session_id }
    }

    /// Checks form and checksum, without any store. What the text names may not exist, and the seal may be anybody's.
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

    /// What the seal is of.
    #[must_use]
    pub fn sealed(&self) -> &str {
        self.text.get(..SEALED).unwrap_or_default()
    }

    /// Whether the seal is made of this digest of [`RefreshTokenText::sealed`]. Compared without an early exit.
    #[must_use]
    pub fn bears(&self, seal: &TokenHash) -> bool {
        let (found, wanted) = (self.text.bytes().skip(SEALED), seal_text(seal));
        found.zip(wanted.bytes()).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
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

/// The last characters of the digest's first 128 bits: each is as likely as any other.
fn seal_text(seal: &TokenHash) -> String {
    let number = seal.as_bytes().first_chunk().map_or(0, |bytes| u128::from_be_bytes(*bytes));
    let mut text = String::with_capacity(UUID_CHARS);
    base62::push_uuid(&mut text, Uuid::from_u128(number));
    text.split_off(UUID_CHARS - SEAL_CHARS)
}

impl fmt::Debug for RefreshTokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshTokenText(obr_..)")
    }
}
