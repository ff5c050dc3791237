//! `GET /openapi/v1.json` and `/openapi/v2.json`: the document of a version, written once.

use std::sync::OnceLock;

use actix_web::http::header::HeaderValue;
use actix_web::web::Bytes;

use super::page;
use crate::extract::Visit;
use crate::respond::{self, Answer};
use crate::route::Route;
use crate::version::ApiVersion;

/// Where the second document is. Each describes itself alone, so this is the same operation.
const V2: &str = "/openapi/v2.json";

const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

pub fn route() -> Route {
    Route::of::<__path_document, _, _, _>(document).aliases(&[V2]).etag().cost(0).documents()
}

/// OpenAPI document of this version
#[utoipa::path(get, path = "/openapi/v1.json", operation_id = "openapi_document", tag = "Meta",
    responses((status = 200, description = "The document, OAS 3.1.", body = crate::openapi::OpenApiBody,
        example = json!({"openapi": "3.1.0", "info": {"title": "Orderbase", "version": "1"}, "paths": {}}))))]
pub async fn document(visit: Visit) -> Answer {
    static FIRST: [OnceLock<(HeaderValue, Bytes)>; 2] = [const { OnceLock::new() }; 2];
    static SECOND: [OnceLock<(HeaderValue, Bytes)>; 2] = [const { OnceLock::new() }; 2];
    let password_grant = visit.app()?.auth_rules.password_grant;
    let (version, [plain, with_password]) = match visit.pattern() == V2 {
        false => (ApiVersion::V1, &FIRST),
        true => (ApiVersion::V2, &SECOND),
    };
    let written = if password_grant { with_password } else { plain };
    let (tag, bytes) = written.get_or_init(|| {
        let text = crate::openapi::served(version, password_grant).to_string();
        (page::tag(text.as_bytes()), Bytes::from(text))
    });
    Ok(respond::document(&visit.if_none_match, tag.clone(), CACHE, respond::JSON, bytes.clone()))
}
