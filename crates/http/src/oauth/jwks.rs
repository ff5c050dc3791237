//! `GET /.well-known/jwks.json`: the keys that access tokens are signed with (RFC 7517 §5). Public members alone.

use std::borrow::Cow;

use actix_web::web::Bytes;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::extract::Visit;
use crate::meta;
use crate::respond::Answer;
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_keys, _, _, _>(keys).etag().cost(0)
}

/// A JWK Set; what stands in a key depends on its kind.
pub struct JwkSetBody;

impl PartialSchema for JwkSetBody {
    fn schema() -> RefOr<Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::Object)
            .description(Some("A JWK Set (RFC 7517); empty where tokens are signed with a shared secret."))
            .into()
    }
}

impl ToSchema for JwkSetBody {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("JwkSet")
    }
}

/// Signing keys
///
/// The public keys of access tokens. A key is published before it signs, and stays until its last token has expired.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    operation_id = "oauth_jwks",
    tag = "Meta",
    responses((status = 200, description = "The keys.", body = JwkSetBody, example = json!({"keys": [{"kty": "OKP",
        "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "k1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})))
)]
pub async fn keys(visit: Visit) -> Answer {
    let set = visit.app()?.tokens.jwks();
    Ok(meta::document(&visit.if_none_match, Bytes::from(set)))
}
