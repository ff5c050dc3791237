//! Tokens and tickets are kept as digests under a pepper, and refresh tokens bear a seal of it. While a pepper is being replaced, a
//! text has two.

use orderbase_kernel::{SessionId, TenantId};
use orderbase_tenancy::{RefreshTokenText, Session, Ticket, TokenHash};

use crate::app::App;
use crate::ctx::Scope;
use crate::ports::{Account, StorageError};

/// A new refresh token of the session, under the seal of today's pepper.
pub(super) fn new_refresh_token(app: &App, tenant_id: TenantId, session_id: SessionId) -> RefreshTokenText {
    let fill = |bytes: &mut [u8]| app.digests.fill_random(bytes);
    RefreshTokenText::generate(tenant_id, session_id, fill, |sealed| app.digests.token_hash(sealed))
}

/// The refresh token of a text that was made here; `None` for one that somebody made up. Asks no store: a made-up text must not cost a
/// session its throttle, and never its life.
pub(super) fn own_refresh_token(app: &App, text: &str) -> Option<RefreshTokenText> {
    let token = RefreshTokenText::parse(text).ok()?;
    let sealed = token.sealed();
    let is_own = token.bears(&app.digests.token_hash(sealed))
        || app.digests.other_token_hash(sealed).is_some_and(|before| token.bears(&before));
    is_own.then_some(token)
}

/// The digest of the token as the session knows it; of one that it does not know, today's.
pub(crate) fn as_known(app: &App, session: &Session, token: &str) -> TokenHash {
    let hash = app.digests.token_hash(token);
    if knows(session, &hash) {
        return hash;
    }
    // Taken for another token it would look like one that was used before, and end the session.
    app.digests.other_token_hash(token).filter(|before| knows(session, before)).unwrap_or(hash)
}

/// Whether the token is the current one of the session, or the one before.
pub(crate) fn knows(session: &Session, hash: &TokenHash) -> bool {
    session.current().matches(hash) || session.previous().is_some_and(|previous| previous.matches(hash))
}

/// The ticket of a text, its user, and the digest it is kept under.
///
/// # Errors
/// Those of the storage.
pub(super) async fn ticket(
    app: &App,
    scope: Scope,
    text: &str,
) -> Result<Option<(Ticket, Account, TokenHash)>, StorageError> {
    let hash = app.digests.token_hash(text);
    if let Some((ticket, account)) = app.accounts.ticket(scope, &hash).await? {
        return Ok(Some((ticket, account, hash)));
    }
    let Some(before) = app.digests.other_token_hash(text) else { return Ok(None) };
    Ok(app.accounts.ticket(scope, &before).await?.map(|(ticket, account)| (ticket, account, before)))
}
