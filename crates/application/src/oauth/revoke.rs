//! Token revocation (RFC 7009).

use orderbase_tenancy::RefreshTokenText;

use super::client::{ClientCredentials, prove_seldom};
use super::error::OAuthError;
use crate::app::App;
use crate::auth::{Caller, as_known, bearer, entry, knows, logout, throttled};
use crate::changeset::{Changeset, Outcome, Record};
use crate::client::Client;
use crate::ctx::Scope;
use crate::error::Error;
use crate::ports::{Bucket, Of};

/// How often ending a session is tried again while it is refreshed.
const ATTEMPTS_MAX: usize = 8;

/// Ends what the token stands for: of a refresh token its session, of a user's access token likewise. A living token
/// got by client credentials is refused: it ends with its key. Whatever is not known is answered like what was (§2.2).
///
/// # Errors
/// `unsupported_token_type`; `rate_limited`; `invalid_client` of credentials that were sent and are wrong; those of the storage.
#[tracing::instrument(name = "oauth.revoke", skip_all)]
pub async fn revoke(
    app: &App,
    client: &Client,
    token: &str,
    credentials: Option<&ClientCredentials>,
) -> Result<(), OAuthError> {
    match credentials {
        Some(sent) => drop(prove_seldom(app, client, sent).await?),
        None => throttled(app, &[(Bucket::TokenIp, Of::Network(client.network))]).await?,
    }
    match RefreshTokenText::parse(token) {
        Ok(text) => end_family(app, client, &text, token).await,
        Err(_) => match bearer(app, token, client).await {
            Ok(Caller::Tenant(ctx)) if ctx.session.is_some() => Ok(logout(app, &ctx).await?),
            Ok(_) => Err(OAuthError::UnsupportedTokenType),
            Err(error @ (Error::Unavailable(_) | Error::Overloaded | Error::Internal(_))) => Err(error.into()),
            _ => Ok(()),
        },
    }
}

async fn end_family(app: &App, client: &Client, text: &RefreshTokenText, token: &str) -> Result<(), OAuthError> {
    let scope = Scope { tenant_id: text.tenant_id() };
    for _ in 0..ATTEMPTS_MAX {
        let Some(holder) = app.accounts.session(scope, text.session_id()).await? else { return Ok(()) };
        let mut session = holder.session;
        // A token that was never given out proves nothing.
        if session.revoked_at().is_some() || !knows(&session, &as_known(app, &session, token)) {
            return Ok(());
        }
        let (read, at) = (session.version(), app.clock.now());
        session.end(at);
        let target = Some(("session", session.id().to_string()));
        let row = entry(app, scope.tenant_id, client, None, "auth.session_ended", target, at);
        let record = Record::Session { session: Box::new(session), read: Some(read) };
        let committed = app.commits.commit(scope, Changeset::new().record(record).audit(row)).await;
        // Whatever the answer was: a commit that is not known to be may be.
        app.principals.forget(scope).await;
        if committed? != Outcome::Stale {
            return Ok(());
        }
    }
    Err(OAuthError::Failed(Error::WriteConflict))
}
