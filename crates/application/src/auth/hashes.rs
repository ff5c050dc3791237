//! Tokens and tickets are kept as digests under a pepper. While a pepper is being replaced, a text has two.

use orderbase_tenancy::{Session, Ticket, TokenHash};

use crate::app::App;
use crate::ctx::Scope;
use crate::ports::{Account, StorageError};

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
