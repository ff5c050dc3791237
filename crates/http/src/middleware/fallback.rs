//! Answers for requests that no route takes: unknown paths, other methods, OPTIONS.

use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use orderbase_application::Code;

use super::cors;
use crate::options::HttpOptions;
use crate::problem::Problem;
use crate::route::Verb;
use crate::shared::Shared;
use crate::track::Track;

/// 404
pub(crate) async fn not_found(request: HttpRequest) -> HttpResponse {
    render(Problem::new(Code::RouteNotFound), &request)
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
    fn allow_names_what_the_path_has() {
        assert_eq!(allow(&[Verb::Get, Verb::Post]), "GET, HEAD, POST, OPTIONS");
        assert_eq!(allow(&[Verb::Put]), "PUT, OPTIONS");
    }
}
