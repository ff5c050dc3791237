//! `POST /oauth/token`: tokens for clients and, by refresh, for sessions (RFC 6749 §3.2).

use orderbase_application::oauth::{self, Grant, OAuthError};
use orderbase_application::{App, Client, Code};

use super::answer::{self, OAuthErrorBody};
use super::form::{self, TokenForm};
use crate::extract::{Form, FormParts, Parameters};
use crate::respond::Answer;
use crate::route::Route;
use crate::v1::auth::body::{TokensBody, tokens_example};

pub fn route() -> Route {
    Route::of::<__path_token, _, _, _>(token).even_read_only().speaks_oauth().refuses(&[
        Code::RateLimited,
        Code::AddressNotAllowed,
        Code::TenantClosed,
    ])
}

/// Get a token
///
/// A client is an API key: its id is the key's id, its secret the key's text, sent by HTTP Basic or in the form. Sessions refresh
/// without a client.
#[utoipa::path(
    post,
    path = "/oauth/token",
    operation_id = "oauth_token",
    tag = "Auth",
    request_body(
        content = TokenForm,
        content_type = "application/x-www-form-urlencoded",
        example = json!(form::token_example())
    ),
    responses(
        (status = 200, description = "The token.", body = TokensBody, example = json!(tokens_example())),
        (
            status = 400,
            description = "`invalid_request` · `invalid_grant` · `invalid_scope` · `unsupported_grant_type`",
            body = OAuthErrorBody,
            example = json!(answer::bad_request_example())
        ),
        (
            status = 401,
            description = "`invalid_client`",
            body = OAuthErrorBody,
            example = json!(answer::bad_client_example())
        )
    )
)]
pub async fn token(form: Form) -> Answer {
    let FormParts { shared, client, read } = form.into_parts();
    match issued(shared.started_app()?, &client, read).await {
        Ok(tokens) => answer::plain(&tokens),
        Err(error) => answer::refused(error, &shared.options),
    }
}

async fn issued(app: &App, client: &Client, read: Result<Parameters, OAuthError>) -> Result<TokensBody, OAuthError> {
    let sent = read?;
    let (grant, scope) = (grant(app, &sent)?, sent.optional("scope"));
    // RFC 6749 §5.1: the scope is told where it is not the one that was asked for; a client knows what its key may do.
    let is_told = scope.is_some() || !matches!(grant, Grant::ClientCredentials(_));
    let tokens = TokensBody::from(oauth::token(app, client, grant, scope).await?);
    Ok(if is_told { tokens } else { TokensBody { scope: None, ..tokens } })
}

fn grant(app: &App, sent: &Parameters) -> Result<Grant, OAuthError> {
    match sent.required("grant_type", "grant_type is missing.")? {
        "client_credentials" => sent.credentials.clone().map(Grant::ClientCredentials).ok_or(OAuthError::InvalidClient),
        "refresh_token" => {
            without_client(sent)?;
            Ok(Grant::RefreshToken(sent.required("refresh_token", "refresh_token is missing.")?.to_owned()))
        }
        "password" if app.auth_rules.password_grant => {
            without_client(sent)?;
            Ok(Grant::Password {
                username: sent.required("username", "username is missing.")?.to_owned(),
                password: sent.required("password", "password is missing.")?.to_owned(),
            })
        }
        _ => Err(OAuthError::UnsupportedGrantType),
    }
}

/// A session belongs to a user and to no client; credentials that would not be checked are not taken (RFC 6749 §6).
fn without_client(sent: &Parameters) -> Result<(), OAuthError> {
    match &sent.credentials {
        Some(_) => Err(OAuthError::InvalidRequest("This grant takes no client.")),
        None => Ok(()),
    }
}
