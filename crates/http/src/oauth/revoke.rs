//! `POST /oauth/revoke`: ends a token (RFC 7009).

use orderbase_application::oauth::{self, OAuthError};
use orderbase_application::{App, Client, Code};

use super::answer::{self, OAuthErrorBody};
use super::form::{self, RevocationForm};
use crate::extract::{Form, FormParts, Parameters};
use crate::respond::Answer;
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_revoke, _, _, _>(revoke).even_read_only().speaks_oauth().refuses(&[
        Code::RateLimited,
        Code::AddressNotAllowed,
        Code::TenantClosed,
    ])
}

/// Revoke a token
///
/// A token of a session ends the session. The answer is the same for a token that nobody knows. An access token got by client
/// credentials ends with its key.
#[utoipa::path(
    post,
    path = "/oauth/revoke",
    operation_id = "oauth_revoke",
    tag = "Auth",
    request_body(
        content = RevocationForm,
        content_type = "application/x-www-form-urlencoded",
        example = json!(form::about_token_example())
    ),
    responses(
        (status = 200, description = "The token is dead."),
        (
            status = 400,
            description = "`invalid_request` · `unsupported_token_type`",
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
pub async fn revoke(form: Form) -> Answer {
    let FormParts { shared, client, read } = form.into_parts();
    match revoked(shared.started_app()?, &client, read).await {
        Ok(()) => answer::empty(),
        Err(error) => answer::refused(error, &shared.options),
    }
}

async fn revoked(app: &App, client: &Client, read: Result<Parameters, OAuthError>) -> Result<(), OAuthError> {
    let sent = read?;
    let token = sent.required("token", "token is missing.")?;
    oauth::revoke(app, client, token, sent.credentials.as_ref()).await
}
