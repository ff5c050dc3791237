//! Turns an access token into the context of a request.

use std::sync::Arc;

use orderbase_kernel::{Actor, OperatorName, Timestamp};
use orderbase_tenancy::{Access, Permission, PermissionSet, UserStatus};

use crate::app::App;
use crate::client::Client;
use crate::ctx::{Ctx, Scope};
use crate::error::Error;
use crate::operator::Operator;
use crate::ports::{AccessClaims, Subject, TokenFault};

/// Whom a token stands for.
#[derive(Clone, Debug)]
pub enum Caller {
    /// A user or an API key of a tenant.
    Tenant(Box<Ctx>),
    /// An operator of the platform, outside all tenants.
    Operator(Box<Operator>),
}

/// The caller of an access token. What can be checked offline is checked before any port is asked.
///
/// # Errors
/// `token_expired` for a token otherwise good; `unauthenticated`, alike for every other cause; `tenant_closed`,
/// `address_not_allowed`.
#[tracing::instrument(name = "auth.bearer", skip_all)]
pub async fn bearer(app: &App, token: &str, client: &Client) -> Result<Caller, Error> {
    let at = app.clock.now();
    let claims = app.tokens.verify(token, at).map_err(|fault| match fault {
        TokenFault::Expired => Error::TokenExpired,
        TokenFault::Invalid(cause) => {
            tracing::debug!(cause, "a token was refused");
            Error::Unauthenticated
        }
    })?;
    match claims.subject {
        Subject::User { .. } => user(app, claims, client, at).await.map(|ctx| Caller::Tenant(Box::new(ctx))),
        Subject::ApiKey { .. } => api_key(app, claims, client, at).await.map(|ctx| Caller::Tenant(Box::new(ctx))),
        Subject::Operator { id, epoch } => {
            let operator = app.operators.get_unscoped(id).await?.ok_or(Error::Unauthenticated)?;
            let admitted = app.auth_rules.admits_operator(client.network);
            if operator.disabled_at.is_some() || operator.epoch != epoch || !admitted {
                return Err(Error::Unauthenticated);
            }
            let name = OperatorName::parse(operator.email.as_str()).map_err(|_| Error::Unauthenticated)?;
            Ok(Caller::Operator(Box::new(Operator {
                name,
                permissions: PermissionSet::of(&[Permission::PlatformRead, Permission::PlatformWrite])
                    .intersection(claims.scope.unwrap_or(PermissionSet::all())),
                principal_id: id,
                network: Some(client.network),
                request_id: client.request_id.clone(),
                at,
            })))
        }
    }
}

async fn user(app: &App, claims: AccessClaims, client: &Client, at: Timestamp) -> Result<Ctx, Error> {
    let Subject::User { tenant_id, user_id, session_id, epoch } = claims.subject else {
        return Err(Error::Unauthenticated);
    };
    let holder = app.principals.session(Scope { tenant_id }, session_id).await?.ok_or(Error::Unauthenticated)?;
    let user = &holder.account.user;
    let present = holder.account.credential.as_ref().map_or(0, |credential| credential.epoch);
    let lives = holder.session.is_live(at, &app.auth_rules.refresh);
    if user.id() != user_id || user.status() != UserStatus::Active || !lives || present != epoch {
        return Err(Error::Unauthenticated);
    }
    if holder.tenant.access(at) == Access::Closed {
        return Err(Error::ReadOnly(Access::Closed));
    }
    Ok(Ctx {
        tenant: Arc::clone(&holder.tenant),
        actor: Actor::User(user_id),
        principal_id: user_id.uuid(),
        permissions: user
            .role()
            .permissions()
            .intersection(holder.session.scope())
            .intersection(claims.scope.unwrap_or(PermissionSet::all())),
        role: Some(user.role()),
        session: Some(session_id),
        key_rate: None,
        network: Some(client.network),
        request_id: client.request_id.clone(),
        at,
    })
}

async fn api_key(app: &App, claims: AccessClaims, client: &Client, at: Timestamp) -> Result<Ctx, Error> {
    let Subject::ApiKey { tenant_id, api_key_id, hint } = claims.subject else { return Err(Error::Unauthenticated) };
    let holder = app.principals.key(Scope { tenant_id }, api_key_id).await?.ok_or(Error::Unauthenticated)?;
    if !holder.key.honours(&hint, at) || holder.key.tenant_id() != holder.tenant.id() {
        return Err(Error::Unauthenticated);
    }
    if !holder.key.admits(client.network) {
        return Err(Error::AddressNotAllowed { tenant_id, api_key_id });
    }
    if holder.tenant.access(at) == Access::Closed {
        return Err(Error::ReadOnly(Access::Closed));
    }
    let scopes = holder.key.scopes();
    Ok(Ctx {
        tenant: holder.tenant,
        actor: Actor::ApiKey(api_key_id),
        principal_id: api_key_id.uuid(),
        permissions: claims.scope.map_or(scopes, |scope| scope.intersection(scopes)),
        role: None,
        session: None,
        key_rate: holder.key.rate_limit(),
        network: Some(client.network),
        request_id: client.request_id.clone(),
        at,
    })
}
