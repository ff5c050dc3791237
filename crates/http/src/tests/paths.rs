//! Paths, methods and versions.

use actix_web::http::Method;

use super::sample::{self, ID};
use crate::options::HttpOptions;

#[actix_web::test]
async fn a_wrong_method_is_405_with_what_is_allowed() {
    let app = sample::app().await;
    let item = format!("/api/v1/things/{ID}");
    for (path, allow) in [
        ("/api/v1/things", "GET, HEAD, POST, OPTIONS"),
        (item.as_str(), "GET, HEAD, PUT, PATCH, OPTIONS"),
        ("/api/v1/any", "GET, HEAD, OPTIONS"),
    ] {
        for method in [Method::DELETE, Method::TRACE, Method::CONNECT, Method::from_bytes(b"BREW").unwrap()] {
            let answer = app.request(method.clone(), path).anonymous().send().await;
            assert_eq!(
                (answer.status.as_u16(), answer.problem().as_str()),
                (405, "method_not_allowed"),
                "{method} {path}"
            );
            assert_eq!(answer.header("allow"), allow, "{method} {path}");
        }
        let options = app.request(Method::OPTIONS, path).anonymous().send().await;
        assert_eq!((options.status.as_u16(), options.header("allow"), options.bytes.len()), (204, allow, 0), "{path}");
    }
    assert_eq!(app.request(Method::OPTIONS, "/nothing").send().await.problem(), "route_not_found");
}

#[actix_web::test]
async fn one_trailing_slash_is_ignored() {
    let app = sample::app().await;
    assert_eq!(app.get("/api/v1/things/").send().await.status, 200);
    assert_eq!(app.get("/api/v1/things/?limit=3").send().await.json()["limit"], 3);
    assert_eq!(app.get(&format!("/api/v1/things/{ID}/")).send().await.json()["id"], ID);
    for bad in ["/api/v1/things//", "/api/v1//things", "//api/v1/things", "//"] {
        assert_eq!(app.get(bad).send().await.problem(), "route_not_found", "{bad}");
    }
}

#[actix_web::test]
async fn other_versions_do_not_exist() {
    let app = sample::app().await;
    for path in ["/api/v3/things", "/api/v9/things", "/api/v0/things", "/api/v01/things/"] {
        for method in [Method::GET, Method::POST] {
            let answer = app.request(method, path).anonymous().send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (400, "unknown_version"), "{path}");
            assert_eq!(answer.json()["supported_versions"], serde_json::json!(["1", "2"]));
            assert_eq!((answer.json()["instance"].as_str(), answer.header("api-version")), (Some(path), ""));
        }
    }
    for path in ["/v1/things", "/api/v1x/things", "/api/v1/nothing", "/api/v9/nothing", "/api/v2", "/api/v1/v2/things"]
    {
        assert_eq!(app.get(path).send().await.problem(), "route_not_found", "{path}");
    }
}

#[actix_web::test]
async fn ids_are_read_in_one_form_and_either_case() {
    let app = sample::app().await;
    let upper = ID.to_uppercase();
    assert_eq!(app.get(&format!("/api/v1/things/{upper}")).send().await.json()["id"], ID);
    for bad in
        ["x", "0198000000007000800000000000000a1", &format!("%7B{ID}%7D"), &format!("urn:uuid:{ID}"), "%00", "%ff"]
    {
        let answer = app.get(&format!("/api/v1/things/{bad}")).send().await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (400, "invalid_parameter"), "{bad}");
        assert_eq!(answer.faults(), ["id pattern"], "{bad}");
    }
}

#[actix_web::test]
async fn head_is_answered_as_get() {
    let app = sample::app().await;
    let path = format!("/api/v1/things/{ID}");
    let (get, head) = (app.get(&path).send().await, app.request(Method::HEAD, &path).send().await);
    assert_eq!((head.status, head.header("etag")), (get.status, get.header("etag")));
    assert_eq!(app.request(Method::HEAD, "/api/v1/things/x").send().await.status, 400);
}

#[actix_web::test]
async fn listed_origins_may_call() {
    let origin = "http://localhost:3000";
    let app = sample::app_with(HttpOptions { cors_origins: vec![origin.to_owned()], ..HttpOptions::default() }).await;
    let preflight = |from: &str| {
        app.request(Method::OPTIONS, "/api/v1/things")
            .anonymous()
            .header("origin", from)
            .header("access-control-request-method", "POST")
    };
    let listed = preflight(origin).send().await;
    assert_eq!((listed.status.as_u16(), listed.header("access-control-allow-origin")), (204, origin));
    assert_eq!(listed.header("access-control-allow-methods"), "GET, HEAD, POST, OPTIONS");
    assert!(listed.header("access-control-allow-headers").contains("Idempotency-Key"));
    assert_eq!(listed.header("access-control-max-age"), "600");
    assert_eq!(listed.header("access-control-allow-credentials"), "");
    for other in [
        "null",
        "*",
        "",
        "http://localhost",
        "http://localhost:",
        "http://localhost:3001",
        "http://localhost:30000",
        "https://localhost:3000",
        "ws://localhost:3000",
        "HTTP://LOCALHOST:3000",
        "http://localhost:3000/",
        "http://localhost:3000.evil.example",
        "http://localhost:3000@evil.example",
        "http://evil.example/http://localhost:3000",
        "http://evil-localhost:3000",
        "http://sub.localhost:3000",
        "http://127.0.0.1:3000",
        "http://[::1]:3000",
        "localhost:3000",
        "http://localhost:3000 http://evil.example",
        "http://localhost:3000,http://evil.example",
    ] {
        let answer = preflight(other).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (204, ""), "{other}");
        assert_eq!(answer.header("access-control-allow-methods"), "", "{other}");
    }
    let refused = app.get("/api/v1/things").anonymous().header("origin", origin).send().await;
    assert_eq!(
        (refused.problem().as_str(), refused.header("access-control-allow-origin")),
        ("unauthenticated", origin)
    );
    for exposed in ["Api-Version", "Deprecation", "Sunset", "Link", "Retry-After"] {
        assert!(refused.header("access-control-expose-headers").contains(exposed), "{exposed}");
    }
}
