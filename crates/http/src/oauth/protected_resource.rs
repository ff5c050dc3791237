//! `GET /.well-known/oauth-protected-resource`: whom this API takes tokens from (RFC 9728). Every challenge leads here.

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

/// The API as a resource that tokens open.
#[derive(Serialize, ToSchema)]
#[schema(as = ProtectedResource)]
pub struct ResourceBody {
    #[schema(format = "uri", max_length = 2048)]
    pub resource: String,
    #[schema(max_length = 64)]
    pub resource_name: &'static str,
    #[schema(format = "uri", max_length = 2048)]
    pub resource_documentation: String,
    #[schema(max_items = 8)]
    pub authorization_servers: Vec<UriText>,
    #[schema(value_type = Vec<crate::dto::me::PermissionBody>, max_items = 64)]
    pub scopes_supported: Vec<&'static str>,
    /// In the header alone.
    #[schema(value_type = Vec<Word>, max_items = 8)]
    pub bearer_methods_supported: Vec<&'static str>,
}

/// An absolute address.
#[derive(Serialize, ToSchema)]
#[schema(value_type = String, format = "uri", max_length = 2048)]
pub struct UriText(pub String);

impl ResourceBody {
    fn new(issuer: &str) -> Self {
        Self {
            resource: issuer.to_owned(),
            resource_name: "Orderbase",
            resource_documentation: format!("{issuer}/docs"),
            authorization_servers: vec![UriText(issuer.to_owned())],
            scopes_supported: Permission::TEXTS.to_vec(),
            bearer_methods_supported: vec!["header"],
        }
    }
}

/// Protected resource
///
/// Whom this API takes tokens from, and which scopes it knows (RFC 9728).
#[utoipa::path(
    get,
    path = "/.well-known/oauth-protected-resource",
    operation_id = "oauth_protected_resource",
    tag = "Meta",
    responses((status = 200, description = "The metadata.", body = ResourceBody, example = json!(example())))
)]
pub async fn metadata(visit: Visit) -> Answer {
    cached(&visit.if_none_match, &ResourceBody::new(&visit.shared.options.public_url))
}

fn example() -> Value {
    json!(ResourceBody::new("https://api.example.com"))
}
