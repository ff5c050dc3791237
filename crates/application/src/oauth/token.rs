//! The token endpoint (RFC 6749 §3.2).

use orderbase_tenancy::PermissionSet;

use super::client::{ClientCredentials, prove_seldom};
use super::error::OAuthError;
use crate::app::App;
use crate::auth::{self, Login, SignedIn, issue};
use crate::client::Client;
use crate::error::Error;
use crate::ports::Subject;

/// What a token is asked for with.
#[derive(Clone)]
pub enum Grant {
    /// RFC 6749 §4.4.
    ClientCredentials(ClientCredentials),
    /// RFC 6749 §6.
    RefreshToken(String),
    /// RFC 6749 §4.3, only where it is switched on. `username` is `tenant/email`.
    Password { username: String, password: String },
}

/// A token for the grant. `scope` is the parameter as it was sent: names parted by single spaces; none asks for all there is.
///
/// # Errors
/// [`OAuthError`]; a throttle is [`OAuthError::Failed`].
#[tracing::instrument(name = "oauth.token", skip_all)]
pub async fn token(app: &App, client: &Client, grant: Grant, scope: Option<&str>) -> Result<SignedIn, OAuthError> {
    let scope = scope.map(|text| PermissionSet::from_texts(text.split(' '))).transpose();
    let scope = scope.map_err(|_| OAuthError::InvalidScope)?;
    match grant {
        Grant::ClientCredentials(sent) => {
            let proved = prove_seldom(app, client, &sent).await?;
            let scopes = proved.key.scopes();
            if scope.is_some_and(|scope| scope.is_empty() || !scope.is_subset(scopes)) {
                return Err(OAuthError::InvalidScope);
            }
            let subject =
                Subject::ApiKey { tenant_id: proved.tenant.id(), api_key_id: proved.key.id(), hint: proved.hint };
            Ok(issue(app, subject, scope, scope.unwrap_or(scopes), app.clock.now())?)
        }
        Grant::RefreshToken(text) => auth::refresh(app, client, &text, scope).await.map_err(of_scope),
        Grant::Password { username, password } => {
            if !app.auth_rules.password_grant {
                return Err(OAuthError::UnsupportedGrantType);
            }
            // An operator has no tenant, and no password grant either.
            let (tenant, email) = username.split_once('/').ok_or(OAuthError::InvalidGrant)?;
            let wish = Login { tenant: Some(tenant.to_owned()), email: email.to_owned(), password, scope };
            auth::login(app, client, wish).await.map_err(of_scope)
        }
    }
}

/// Of what these use cases are given here, the scope alone can be invalid.
fn of_scope(error: Error) -> OAuthError {
    match error {
        Error::Validation { .. } => OAuthError::InvalidScope,
        other => other.into(),
    }
}
