//! Token revocation (RFC 7009).

use orderbase_tenancy::{RefreshTokenText, Session};

use super::client::{ClientCredentials, prove_seldom};
use super::error::OAuthError;
use crate::app::App;
use crate::auth::{self, Caller, as_known, bearer, entry, knows, logout, throttled};
use crate::client::Client;
use crate::ctx::Scope;
use crate::error::Error;
use crate::ports::{Bucket, Of};

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

/// A token that the session does not know was never given out, and proves nothing.
async fn end_family(app: &App, client: &Client, text: &RefreshTokenText, token: &str) -> Result<(), OAuthError> {
    let scope = Scope { tenant_id: text.tenant_id() };
    let known = |session: &Session| knows(session, &as_known(app, session, token));
    let target = || Some(("session", text.session_id().to_string()));
    let row = |at| entry(app, scope.tenant_id, client, None, "auth.session_ended", target(), at);
    auth::end_session(app, scope, text.session_id(), known, row).await?;
    Ok(())
}
