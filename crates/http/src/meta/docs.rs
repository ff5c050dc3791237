//! `GET /docs`: Swagger UI out of the binary; it works without any other server.
//!
//! In demo, and only where peer and `Host` are this machine, the page comes with a key already entered (operations.md §2.7).

use std::sync::{Arc, OnceLock};

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use actix_web::web::Bytes;
use orderbase_application::Code;
use utoipa_swagger_ui::Config;

use super::page;
use crate::extract::{Offer, Visit};
use crate::problem::Problem;
use crate::respond::{self, Answer};
use crate::route::Route;

const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// Swagger UI writes styles into its elements and images into its style sheet; nothing comes from elsewhere.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
     connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
);

const PAGE: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Orderbase API</title>\
<meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/docs/swagger-ui.css\">\
<link rel=\"icon\" type=\"image/png\" href=\"/docs/favicon-32x32.png\"></head><body><div id=\"swagger-ui\"></div>\
<script src=\"/docs/swagger-ui-bundle.js\"></script><script src=\"/docs/swagger-ui-standalone-preset.js\"></script>\
<script src=\"/docs/swagger-initializer.js\"></script></body></html>\n";

const INITIALIZER: &str = "window.onload = () => {\n  window.ui = SwaggerUIBundle({\n    urls: [{url: \"/openapi/v1.json\", name: \"Version 1\"}, \
{url: \"/openapi/v2.json\", name: \"Version 2\"}],\n    \
dom_id: \"#swagger-ui\",\n    deepLinking: true,\n    displayOperationId: true,\n    displayRequestDuration: true,\n    \
tryItOutEnabled: true,\n    validatorUrl: null,\n    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],\n    \
plugins: [SwaggerUIBundle.plugins.DownloadUrl],\n    layout: \"StandaloneLayout\",\n    onComplete: () => { /*KEY*/ },\n  });\n};\n";

pub fn page_route() -> Route {
    Route::of::<__path_page, _, _, _>(page).etag().cost(0).offers(Offer::ANY).documents()
}

pub fn asset_route() -> Route {
    Route::of::<__path_asset, _, _, _>(asset)
        .etag()
        .cost(0)
        .offers(Offer::ANY)
        .documents()
        .refuses(&[Code::RouteNotFound])
}

/// Swagger UI
#[utoipa::path(get, path = "/docs", operation_id = "docs_page", tag = "Meta",
    responses((status = 200, description = "The page.", body = String, content_type = "text/html", example = "<!doctype html>")))]
pub async fn page(visit: Visit) -> Answer {
    let body = Bytes::from_static(PAGE.as_bytes());
    let tag = page::tag(PAGE.as_bytes());
    Ok(with_policy(respond::document(&visit.if_none_match, tag, CACHE, page::HTML, body)))
}

/// A part of Swagger UI
#[utoipa::path(get, path = "/docs/{asset}", operation_id = "docs_asset", tag = "Meta",
    params(("asset" = String, Path, description = "The part's file name.", pattern = "^[a-z0-9.-]+$", max_length = 64, example = "swagger-ui.css")),
    responses((status = 200, description = "The part.", body = String, content_type = "text/css", example = "")))]
pub async fn asset(visit: Visit) -> Answer {
    match visit.argument("asset") {
        "swagger-initializer.js" => Ok(initializer(&visit)),
        name @ ("swagger-ui.css"
        | "swagger-ui-bundle.js"
        | "swagger-ui-standalone-preset.js"
        | "favicon-16x16.png"
        | "favicon-32x32.png") => vendored(&visit, name),
        _ => Err(Problem::new(Code::RouteNotFound)),
    }
}

/// Never cached: whether a key stands in it depends on who asks.
fn initializer(visit: &Visit) -> HttpResponse {
    let key = visit.shared.options.demo_key.as_deref().filter(|_| visit.is_local);
    let entered = key.and_then(|key| serde_json::to_string(key).ok());
    let entered = entered.map(|key| format!("window.ui.preauthorizeApiKey(\"ApiKeyAuth\", {key});"));
    let script = INITIALIZER.replace("/*KEY*/", entered.as_deref().unwrap_or_default());
    with_policy(
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")))
            .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
            .body(script),
    )
}

fn vendored(visit: &Visit, name: &str) -> Answer {
    static CONFIG: OnceLock<Arc<Config<'static>>> = OnceLock::new();
    let config = CONFIG.get_or_init(|| Arc::new(Config::from("/openapi/v1.json")));
    let served = utoipa_swagger_ui::serve(name, Arc::clone(config));
    let file = served.map_err(|error| Problem::internal(error.to_string()))?;
    let file = file.ok_or_else(|| Problem::internal("a part of Swagger UI is missing from the binary"))?;
    let media_type = HeaderValue::try_from(file.content_type).map_err(Problem::internal)?;
    let tag = page::tag(&file.bytes);
    let mut answer =
        respond::document(&visit.if_none_match, tag, CACHE, media_type, Bytes::from(file.bytes.into_owned()));
    if file.gzpipped {
        answer.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(with_policy(answer))
}

fn with_policy(mut answer: HttpResponse) -> HttpResponse {
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, POLICY);
    answer
}
