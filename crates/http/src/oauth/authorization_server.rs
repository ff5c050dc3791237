//! `GET /.well-known/oauth-authorization-server`: where tokens come from (RFC 8414).

use orderbase_application::AuthRules;
use orderbase_tenancy::Permission;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::extract::Visit;
use crate::meta::cached;
use crate::problem::Word;
use crate::respond::Answer;
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_metadata, _, _, _>(metadata).etag().cost(0)
}

/// The authorization server.
#[derive(Serialize, ToSchema)]
#[schema(as = AuthorizationServer)]
pub struct MetadataBody {
    #[schema(format = "uri", max_length = 2048)]
    pub issuer: String,
    #[schema(format = "uri", max_length = 2048)]
    pub token_endpoint: String,
    #[schema(format = "uri", max_length = 2048)]
    pub revocation_endpoint: String,
    #[schema(format = "uri", max_length = 2048)]
    pub introspection_endpoint: String,
    #[schema(format = "uri", max_length = 2048)]
    pub jwks_uri: String,
    #[schema(format = "uri", max_length = 2048)]
    pub service_documentation: String,
    /// Those that are switched on.
    #[schema(value_type = Vec<Word>, max_items = 8)]
    pub grant_types_supported: Vec<&'static str>,
    /// None: there is no authorization endpoint.
    #[schema(value_type = Vec<Word>, max_items = 8)]
    pub response_types_supported: Vec<&'static str>,
    #[schema(value_type = Vec<crate::dto::me::PermissionBody>, max_items = 64)]
    pub scopes_supported: Vec<&'static str>,
    /// `none`: sessions refresh without a client.
    #[schema(value_type = Vec<Word>, max_items = 8)]
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    #[schema(value_type = Vec<Word>, max_items = 8)]
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    #[schema(value_type = Vec<Word>, max_items = 8)]
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
}

impl MetadataBody {
    fn new(issuer: &str, rules: &AuthRules) -> Self {
        let at = |path: &str| format!("{issuer}{path}");
        let mut grants = vec!["client_credentials", "refresh_token"];
        if rules.password_grant {
            grants.push("password");
        }
        Self {
            issuer: issuer.to_owned(),
            token_endpoint: at("/oauth/token"),
            revocation_endpoint: at("/oauth/revoke"),
            introspection_endpoint: at("/oauth/introspect"),
            jwks_uri: at("/.well-known/jwks.json"),
            service_documentation: at("/docs"),
            grant_types_supported: grants,
            response_types_supported: Vec::new(),
            scopes_supported: Permission::TEXTS.to_vec(),
            token_endpoint_auth_methods_supported: vec!["client_secret_basic", "client_secret_post", "none"],
            revocation_endpoint_auth_methods_supported: vec!["client_secret_basic", "client_secret_post", "none"],
            introspection_endpoint_auth_methods_supported: vec!["client_secret_basic", "client_secret_post"],
        }
    }
}

/// Authorization server
///
/// Where tokens come from, and by which grants (RFC 8414).
#[utoipa::path(
    get,
    path = "/.well-known/oauth-authorization-server",
    operation_id = "oauth_authorization_server",
    tag = "Meta",
    responses((status = 200, description = "The metadata.", body = MetadataBody, example = json!(example())))
)]
pub async fn metadata(visit: Visit) -> Answer {
    let body = MetadataBody::new(&visit.shared.options.public_url, &visit.app()?.auth_rules);
    cached(&visit.if_none_match, &body)
}

fn example() -> Value {
    json!(MetadataBody::new("https://api.example.com", &AuthRules::default()))
}
