//! `GET /` and `GET /api`: what this is and where to go on.

use actix_web::http::header::HeaderValue;
use actix_web::web::Bytes;
use serde::Serialize;
use utoipa::ToSchema;

use super::page;
use crate::extract::Visit;
use crate::problem::Problem;
use crate::respond::{self, Answer};
use crate::route::Route;
use crate::version::ApiVersion;

const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

pub fn root_route() -> Route {
    Route::of::<__path_root, _, _, _>(root).etag().cost(0)
}

pub fn api_route() -> Route {
    Route::of::<__path_api, _, _, _>(api).etag().cost(0)
}

/// What the service is and where to go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceBody {
    #[schema(max_length = 64)]
    pub name: &'static str,
    #[schema(max_items = 10)]
    pub versions: Vec<VersionBody>,
    pub links: LinksBody,
}

/// A version of the API.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionBody {
    #[schema(max_length = 8)]
    pub version: &'static str,
    /// The path under which its operations stand.
    #[schema(max_length = 64)]
    pub path: &'static str,
    /// Where it is described.
    #[schema(max_length = 64)]
    pub openapi: &'static str,
}

/// Paths of this server.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinksBody {
    #[schema(max_length = 64)]
    pub docs: &'static str,
    #[schema(max_length = 64)]
    pub openapi: &'static str,
    #[schema(max_length = 64)]
    pub errors: &'static str,
    #[schema(max_length = 64)]
    pub health: &'static str,
}

const SERVICE: fn() -> ServiceBody = || ServiceBody {
    name: "Orderbase",
    versions: vec![
        VersionBody { version: ApiVersion::V1.as_str(), path: ApiVersion::V1.root(), openapi: "/openapi/v1.json" },
        VersionBody { version: ApiVersion::V2.as_str(), path: ApiVersion::V2.root(), openapi: "/openapi/v2.json" },
    ],
    links: LinksBody { docs: "/docs", openapi: "/openapi/v1.json", errors: "/errors", health: "/health/ready" },
};

/// Service description
#[utoipa::path(get, path = "/", operation_id = "meta_home", tag = "Meta",
    responses((status = 200, description = "The service.", body = ServiceBody, example = json!(SERVICE()))))]
pub async fn root(visit: Visit) -> Answer {
    describe(&visit)
}

/// Versions of the API
#[utoipa::path(get, path = "/api", operation_id = "meta_api", tag = "Meta",
    responses((status = 200, description = "The service.", body = ServiceBody, example = json!(SERVICE()))))]
pub async fn api(visit: Visit) -> Answer {
    describe(&visit)
}

fn describe(visit: &Visit) -> Answer {
    let body = serde_json::to_vec(&SERVICE()).map_err(Problem::internal)?;
    let tag = page::tag(&body);
    Ok(respond::document(&visit.if_none_match, tag, CACHE, respond::JSON, Bytes::from(body)))
}
