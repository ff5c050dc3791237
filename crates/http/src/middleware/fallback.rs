//! Answers for requests that no route takes: unknown paths and versions, other methods, OPTIONS.

use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use orderbase_application::Code;

use super::cors;
use crate::options::HttpOptions;
use crate::problem::{Member, Problem};
use crate::route::Verb;
use crate::shared::Shared;
use crate::track::Track;

/// The versions that exist, in the words of the path.
const SUPPORTED_VERSIONS: [&str; 1] = ["1"];

/// 404, or 400 where the path asks for a version that does not exist.
pub(crate) async fn not_found(request: HttpRequest) -> HttpResponse {
    let problem = match is_unknown_version(request.path()) {
        true => Problem::new(Code::UnknownVersion)
            .detail(format!("The versions are {}.", SUPPORTED_VERSIONS.join(", ")))
            .member(Member::SupportedVersions, SUPPORTED_VERSIONS.to_vec()),
        false => Problem::new(Code::RouteNotFound),
    };
    render(problem, &request)
}

/// Whether the path stands under `/api/v{n}` with another n than the versions that exist.
pub(super) fn is_unknown_version(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("/api/v") else { return false };
    let number = rest.split_once('/').map_or(rest, |(number, _)| number);
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) && !SUPPORTED_VERSIONS.contains(&number)
}

/// 204 for OPTIONS, else 405; both with `Allow`.
pub(crate) async fn other_method(allow: HeaderValue, request: HttpRequest) -> HttpResponse {
    if request.method() != Method::OPTIONS {
        return render(Problem::new(Code::MethodNotAllowed).header(ALLOW, allow), &request);
    }
    let mut answer = HttpResponse::NoContent();
    if let Some(shared) = Shared::of(&request) {
        cors::preflight(&mut answer, request.headers(), &allow, &shared.options);
    }
    answer.insert_header((ALLOW, allow));
    answer.finish()
}

/// The documented methods of a path, HEAD where GET is, and OPTIONS.
pub(crate) fn allow(verbs: &[Verb]) -> HeaderValue {
    let mut names = Vec::with_capacity(verbs.len() + 2);
    for verb in verbs {
        names.push(verb.as_str());
        if *verb == Verb::Get {
            names.push("HEAD");
        }
    }
    names.push("OPTIONS");
    // Method names are tokens.
    HeaderValue::try_from(names.join(", ")).unwrap_or(HeaderValue::from_static("OPTIONS"))
}

fn render(problem: Problem, request: &HttpRequest) -> HttpResponse {
    let track = Track::of(request);
    match Shared::of(request) {
        Some(shared) => problem.render(&shared.options, &track, request.path()),
        None => problem.render(&HttpOptions::default(), &track, request.path()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_from_other_paths() {
        for path in ["/api/v9/orders", "/api/v2", "/api/v0/", "/api/v10/orders", "/api/v01/orders"] {
            assert!(is_unknown_version(path), "{path}");
        }
        for path in [
            "/api/v1/orders",
            "/api/v1",
            "/api/v1/nothing",
            "/api/orders",
            "/api/v",
            "/api/v1x/orders",
            "/v9",
            "/api/vx",
        ] {
            assert!(!is_unknown_version(path), "{path}");
        }
    }

    #[test]
    fn allow_names_what_the_path_has() {
        assert_eq!(allow(&[Verb::Get, Verb::Post]), "GET, HEAD, POST, OPTIONS");
        assert_eq!(allow(&[Verb::Put]), "PUT, OPTIONS");
    }
}
