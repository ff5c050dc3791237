//! `POST /oauth/introspect`: whether a token of the client's own tenant is alive (RFC 7662).

use orderbase_application::oauth::{self, Introspection, OAuthError};
use orderbase_application::{App, Client, Code};
use orderbase_kernel::TenantId;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::{self, OAuthErrorBody};
use super::form::{self, IntrospectionForm};
use crate::dto::shown::Shown;
use crate::extract::{Form, FormParts, Parameters};
use crate::respond::{Answer, Body};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_introspect, _, _, _>(introspect).even_read_only().speaks_oauth().refuses(&[
        Code::RateLimited,
        Code::AddressNotAllowed,
        Code::TenantClosed,
    ])
}

/// What is known of a token; of one that is not alive, not known or another tenant's, `active` alone.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = Introspection)]
pub struct IntrospectionBody {
    pub active: bool,
    /// Names of permissions, parted by blanks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1024)]
    pub scope: Option<String>,
    /// `access_token` or `refresh_token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 32)]
    pub token_use: Option<&'static str>,
    /// `Bearer`, of an access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 16)]
    pub token_type: Option<&'static str>,
    /// When it was issued: seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub iat: Option<i64>,
    /// When it expires: seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub exp: Option<i64>,
    /// The user or API key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub sub: Option<Shown<Uuid>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub tenant_id: Option<Shown<TenantId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri", max_length = 2048)]
    pub iss: Option<String>,
}

impl Body for IntrospectionBody {}

impl IntrospectionBody {
    fn alive(found: Introspection, issuer: &str) -> Self {
        let Introspection { tenant_id, subject, scope, kind, issued_at, expires_at } = found;
        Self {
            active: true,
            scope: Some(scope.texts().join(" ")),
            token_use: Some(kind),
            token_type: Some("Bearer").filter(|_| kind == "access_token"),
            iat: Some(issued_at.millis().div_euclid(1_000)),
            exp: Some(expires_at.millis().div_euclid(1_000)),
            sub: Some(Shown(subject)),
            tenant_id: Some(Shown(tenant_id)),
            iss: Some(issuer.to_owned()),
        }
    }
}

/// Ask about a token
///
/// The client proves itself. It learns of tokens of its own tenant, and of no others.
#[utoipa::path(
    post,
    path = "/oauth/introspect",
    operation_id = "oauth_introspect",
    tag = "Auth",
    request_body(
        content = IntrospectionForm,
        content_type = "application/x-www-form-urlencoded",
        example = json!(form::about_token_example())
    ),
    responses(
        (status = 200, description = "What is known.", body = IntrospectionBody, example = json!(alive_example())),
        (
            status = 400,
            description = "`invalid_request`",
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
pub async fn introspect(form: Form) -> Answer {
    let FormParts { shared, client, read } = form.into_parts();
    match found(shared.started_app()?, &client, read).await {
        Ok(Some(found)) => answer::plain(&IntrospectionBody::alive(found, &shared.options.public_url)),
        Ok(None) => answer::plain(&IntrospectionBody::default()),
        Err(error) => answer::refused(error, &shared.options),
    }
}

async fn found(
    app: &App,
    client: &Client,
    read: Result<Parameters, OAuthError>,
) -> Result<Option<Introspection>, OAuthError> {
    let sent = read?;
    let credentials = sent.credentials.as_ref().ok_or(OAuthError::InvalidClient)?;
    oauth::introspect(app, client, credentials, sent.required("token", "token is missing.")?).await
}

fn alive_example() -> Value {
    json!({
        "active": true,
        "scope": "orders:read",
        "token_use": "access_token",
        "token_type": "Bearer",
        "iat": 1_768_478_400,
        "exp": 1_768_479_000,
        "sub": "01980000-0000-7000-8000-0000000000f2",
        "tenant_id": "01980000-0000-7000-8000-0000000000f3",
        "iss": "https://api.example.com"
    })
}
