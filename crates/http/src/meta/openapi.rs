//! `GET /openapi/v1.json`: the document, written once.

use std::sync::OnceLock;

use actix_web::http::header::HeaderValue;
use actix_web::web::Bytes;

use super::page;
use crate::extract::Visit;
use crate::respond::{self, Answer};
use crate::route::Route;

const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

pub fn route() -> Route {
    Route::of::<__path_document, _, _, _>(document).etag().cost(0).documents()
}

/// OpenAPI document of version 1
#[utoipa::path(get, path = "/openapi/v1.json", operation_id = "openapi_document", tag = "Meta",
    responses((status = 200, description = "The document, OAS 3.1.", body = crate::openapi::OpenApiBody,
        example = json!({"openapi": "3.1.0", "info": {"title": "Orderbase", "version": "1"}, "paths": {}}))))]
pub async fn document(visit: Visit) -> Answer {
    static WRITTEN: [OnceLock<(HeaderValue, Bytes)>; 2] = [OnceLock::new(), OnceLock::new()];
    let password_grant = visit.app()?.auth_rules.password_grant;
    let [plain, with_password] = &WRITTEN;
    let written = if password_grant { with_password } else { plain };
    let (tag, bytes) = written.get_or_init(|| {
        let text = crate::openapi::served_v1(password_grant).to_string();
        (page::tag(text.as_bytes()), Bytes::from(text))
    });
    Ok(respond::document(&visit.if_none_match, tag.clone(), CACHE, respond::JSON, bytes.clone()))
}
