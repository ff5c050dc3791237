//! Token introspection (RFC 7662): whether a token of the caller's own tenant is alive.

use orderbase_kernel::{Actor, TenantId, Timestamp};
use orderbase_tenancy::{PermissionSet, RefreshTokenText};
use uuid::Uuid;

use super::client::{ClientCredentials, Proved, prove};
use super::error::OAuthError;
use crate::app::App;
use crate::auth::{Caller, as_known, bearer, throttled};
use crate::client::Client;
use crate::ctx::Scope;
use crate::ports::{Bucket, Of};

/// What is told of a token that is alive. Anything else is just not active.
#[derive(Clone, Debug, PartialEq)]
pub struct Introspection {
    pub tenant_id: TenantId,
    /// The user or API key.
    pub subject: Uuid,
    pub scope: PermissionSet,
    /// `access_token` or `refresh_token`.
    pub kind: &'static str,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
}

/// `None` for a token that is not alive, not known or not of the client's tenant.
///
/// # Errors
/// `rate_limited`; `invalid_client`; those of the storage.
#[tracing::instrument(name = "oauth.introspect", skip_all)]
pub async fn introspect(
    app: &App,
    client: &Client,
    credentials: &ClientCredentials,
    token: &str,
) -> Result<Option<Introspection>, OAuthError> {
    let proved = asking(app, client, credentials).await?;

    let found = match RefreshTokenText::parse(token) {
        Ok(text) => of_refresh_token(app, &text, token).await?,
        Err(_) => of_access_token(app, client, token).await?,
    };
    Ok(found.filter(|found| found.tenant_id == proved.tenant.id()))
}

/// A resource server may ask for each of its own requests: it has a bucket of its own, and its network pays for failures alone.
async fn asking(app: &App, client: &Client, sent: &ClientCredentials) -> Result<Proved, OAuthError> {
    let id = sent.counted_id();
    let proved = prove(app, client, sent, &[(Bucket::IntrospectClient, Of::Text(&id))]).await;
    if let Err(OAuthError::InvalidClient) = proved {
        throttled(app, &[(Bucket::TokenIp, Of::Network(client.network))]).await?;
    }
    proved
}

async fn of_refresh_token(
    app: &App,
    text: &RefreshTokenText,
    token: &str,
) -> Result<Option<Introspection>, OAuthError> {
    let scope = Scope { tenant_id: text.tenant_id() };
    let Some(holder) = app.accounts.session(scope, text.session_id()).await? else { return Ok(None) };
    let (session, user) = (&holder.session, &holder.account.user);
    let at = app.clock.now();
    let alive =
        session.is_live(at, &app.auth_rules.refresh) && session.current().matches(&as_known(app, session, token));
    Ok(alive.then(|| Introspection {
        tenant_id: scope.tenant_id,
        subject: user.id().uuid(),
        scope: session.scope().intersection(user.role().permissions()),
        kind: "refresh_token",
        issued_at: session.used_at(),
        expires_at: session.expires_at(),
    }))
}

async fn of_access_token(app: &App, client: &Client, token: &str) -> Result<Option<Introspection>, OAuthError> {
    let Ok(claims) = app.tokens.verify(token, app.clock.now()) else { return Ok(None) };
    match bearer(app, token, client).await {
        Ok(Caller::Tenant(ctx)) => Ok(Some(Introspection {
            tenant_id: ctx.tenant.id(),
            subject: match &ctx.actor {
                Actor::User(id) => id.uuid(),
                Actor::ApiKey(id) => id.uuid(),
                Actor::System(_) | Actor::Operator(_) => ctx.principal_id,
            },
            scope: ctx.permissions,
            kind: "access_token",
            issued_at: claims.issued_at,
            expires_at: claims.expires_at,
        })),
        Ok(Caller::Operator(_)) => Ok(None),
        Err(error) if error.code().class() == crate::error::Class::Unavailable => Err(error.into()),
        Err(_) => Ok(None),
    }
}
