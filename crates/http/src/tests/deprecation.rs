//! A deprecated operation says so, and is gone on its day. Nothing is deprecated now, so a table made for this says it of a dummy route.

use std::sync::OnceLock;

use super::sample::{self, ID};
use crate::openapi::described;
use crate::options::HttpOptions;
use crate::route::{Route, deprecate, routes};
use crate::server::Listener;
use crate::testing::TestApp;
use crate::version::{ApiVersion, Deprecation};

/// 2026-01-01 and 2026-07-01; the clock of tests stands in between.
static TABLE: [Deprecation; 1] = [Deprecation::new(
    ApiVersion::V1,
    &["things_get", "things_list"],
    [1_767_225_600, 1_782_864_000],
    "/errors/version_retired",
    ApiVersion::V2,
)];

fn table() -> &'static [Route] {
    static ROUTES: OnceLock<Vec<Route>> = OnceLock::new();
    ROUTES.get_or_init(|| {
        let mut routes = sample::things();
        deprecate(&mut routes, &TABLE);
        routes
    })
}

async fn app() -> TestApp {
    TestApp::over(HttpOptions::default(), Listener::Public, table()).await
}

#[actix_web::test]
async fn its_answers_say_since_when_until_when_and_what_instead() {
    let app = app().await;
    let path = format!("/api/v1/things/{ID}");
    let known = app.get(&path).if_none_match("*");
    for request in
        [app.get(&path), app.get(&format!("/api/things/{ID}?api-version=1")), known, app.get(&path).anonymous()]
    {
        let answer = request.send().await;
        assert_eq!(answer.header("deprecation"), "@1767225600", "{answer:?}");
        assert_eq!(answer.header("sunset"), "Wed, 01 Jul 2026 00:00:00 GMT");
        let links = "<http://127.0.0.1:8080/errors/version_retired>; rel=\"deprecation\"; type=\"text/html\"";
        let successor = format!("<http://127.0.0.1:8080/api/v2/things/{ID}>; rel=\"successor-version\"");
        assert_eq!(answer.header("link"), format!("{links}, {successor}"));
    }
    let list = app.get("/api/v1/things?limit=3").send().await;
    let links: Vec<_> = list.headers.get_all("link").map(|value| value.to_str().unwrap()).collect();
    assert!(
        links[0].contains("rel=\"first\"") && links[1].contains("/api/v2/things>; rel=\"successor-version\""),
        "{links:?}"
    );
    for other in [app.get(&format!("/api/v2/things/{ID}")), app.get("/api/v1/any"), app.get("/health")] {
        let answer = other.send().await;
        assert_eq!((answer.header("deprecation"), answer.header("sunset")), ("", ""), "{answer:?}");
    }
}

#[actix_web::test]
async fn on_its_day_it_is_gone() {
    let app = app().await;
    let path = format!("/api/v1/things/{ID}");
    // 2026-07-01 minus the tests' 2026-01-15 12:00.
    app.world.clock.advance_millis((1_782_864_000 - 1_768_478_400) * 1_000 - 1);
    assert_eq!(app.get(&path).send().await.status, 200);
    app.world.clock.advance_millis(1);
    // It stands where a version that never was stands in the order of checks: behind the method, before the credential.
    let gone = app.get(&path).anonymous().send().await;
    assert_eq!((gone.status.as_u16(), gone.problem().as_str()), (410, "version_retired"));
    assert_eq!(gone.json()["detail"], "Version 1 of this operation ended on Wed, 01 Jul 2026 00:00:00 GMT.");
    assert_eq!(gone.json()["supported_versions"], serde_json::json!(["1", "2"]));
    assert!(gone.header("link").contains("successor-version") && gone.header("sunset").ends_with("GMT"), "{gone:?}");
    assert_eq!(app.delete(&path).send().await.problem(), "method_not_allowed");
    assert_eq!(app.get(&format!("/api/v2/things/{ID}")).send().await.status, 200);
    assert_eq!(app.get("/api/v1/any").send().await.status, 200);
}

#[test]
fn the_description_marks_it_in_its_version_alone() {
    for route in table() {
        let is_named = ["things_get", "things_list"].contains(&route.operation_id.as_str());
        for version in ApiVersion::ALL {
            let operation = described(route, version);
            let is_marked = is_named && version == ApiVersion::V1;
            assert_eq!(operation["deprecated"] == true, is_marked, "{route}");
            assert_eq!(operation["responses"].get("410").is_some(), is_marked, "{route}");
        }
    }
    assert!(routes().iter().all(|route| described(route, ApiVersion::V1).get("deprecated").is_none()));
}

#[test]
fn a_whole_version_is_every_operation_that_has_one() {
    static WHOLE: [Deprecation; 1] =
        [Deprecation::new(ApiVersion::V1, &[], [1_767_225_600, 1_782_864_000], "/errors", ApiVersion::V2)];
    let mut routes = sample::things();
    routes.push(crate::meta::health::live_route());
    deprecate(&mut routes, &WHOLE);
    for route in &routes {
        assert_eq!(route.deprecated_in(ApiVersion::V1).is_some(), route.path.starts_with("/api/v1/"), "{route}");
        assert_eq!(route.deprecated_in(ApiVersion::V2), None, "{route}");
    }
}
