//! The forms as the API description shows them. They are read by `extract::form`, and parameters that nobody knows do not count.

use serde_json::{Value, json};
use utoipa::ToSchema;

/// What a token is asked for with (RFC 6749 §4.3, §4.4, §6).
#[derive(ToSchema)]
#[schema(as = TokenRequest)]
pub struct TokenForm {
    /// `client_credentials`, `refresh_token`, or `password` where it is switched on.
    #[schema(max_length = 64)]
    pub grant_type: String,
    /// Names of permissions, parted by blanks; none asks for all there is.
    #[schema(required = false, max_length = 1024)]
    pub scope: String,
    /// The id of an API key, unless it is sent by HTTP Basic.
    #[schema(required = false, max_length = 36)]
    pub client_id: String,
    /// The text of the API key, unless it is sent by HTTP Basic.
    #[schema(required = false, max_length = 64)]
    pub client_secret: String,
    /// Of the grant `refresh_token`.
    #[schema(required = false, max_length = 128)]
    pub refresh_token: String,
    /// Of the grant `password`: the tenant's slug, a slash, the email.
    #[schema(required = false, max_length = 295)]
    pub username: String,
    /// Of the grant `password`.
    #[schema(required = false, max_length = 128)]
    pub password: String,
}

/// The token that shall end (RFC 7009 §2.1).
#[derive(ToSchema)]
#[schema(as = RevocationRequest)]
pub struct RevocationForm {
    #[schema(max_length = 4096)]
    pub token: String,
    /// `access_token` or `refresh_token`; both are found without it.
    #[schema(required = false, max_length = 64)]
    pub token_type_hint: String,
    /// The id of an API key, unless it is sent by HTTP Basic. Tokens of a session need no client.
    #[schema(required = false, max_length = 36)]
    pub client_id: String,
    #[schema(required = false, max_length = 64)]
    pub client_secret: String,
}

/// The token that is asked about (RFC 7662 §2.1).
#[derive(ToSchema)]
#[schema(as = IntrospectionRequest)]
pub struct IntrospectionForm {
    #[schema(max_length = 4096)]
    pub token: String,
    /// `access_token` or `refresh_token`; both are found without it.
    #[schema(required = false, max_length = 64)]
    pub token_type_hint: String,
    /// The id of an API key, unless it is sent by HTTP Basic.
    #[schema(required = false, max_length = 36)]
    pub client_id: String,
    #[schema(required = false, max_length = 64)]
    pub client_secret: String,
}

const CLIENT_ID: &str = "01980000-0000-7000-8000-0000000000f2";
const CLIENT_SECRET: &str = "ob_live_0123456789ABCDEFGHIJKLMNOPQRSTUV2IfI99";

pub(super) fn token_example() -> Value {
    json!({"grant_type": "client_credentials", "scope": "orders:read", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET})
}

pub(super) fn about_token_example() -> Value {
    json!({"token": "eyJ0eXAiOiJhdCtqd3QifQ.e30.c2ln", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET})
}
