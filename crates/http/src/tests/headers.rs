//! The headers that every answer has, whoever made it.

use actix_web::http::Method;

use super::sample::{self, ID, thing};
use crate::options::HttpOptions;
use crate::testing::{Received, TestApp};

/// One answer of each kind.
async fn all_kinds(app: &TestApp) -> Vec<Received> {
    let item = format!("/api/v1/things/{ID}");
    let mut answers = Vec::new();
    for request in [
        app.get("/api/v1/things"),
        app.post("/api/v1/things").json(&thing()),
        app.get(&item).if_none_match("*"),
        app.get("/api/v1/things?x=1"),
        app.get("/api/v1/things").anonymous(),
        app.get("/nothing"),
        app.get("/api/v9/things"),
        app.delete("/api/v1/things"),
        app.request(Method::OPTIONS, "/api/v1/things"),
        app.get(&format!("/{}", "x".repeat(9_000))),
        app.get("/api/v1/things").header("x-wide", "y".repeat(33_000)),
        app.get("/api/v1/panics"),
        app.get("/api/v1/fails"),
        app.post("/api/v1/things").text("{"),
    ] {
        answers.push(request.send().await);
    }
    answers
}

#[actix_web::test]
async fn every_answer_is_complete() {
    let app = sample::app().await;
    for answer in all_kinds(&app).await {
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{answer:?}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert_eq!(answer.header("vary"), "Accept, Accept-Encoding, Api-Version, Authorization, Origin, X-API-Key");
        assert_eq!(answer.header("x-request-id").len(), 36);
        assert!(!answer.header("cache-control").is_empty());
        for never in ["server", "x-powered-by", "set-cookie", "strict-transport-security", "last-modified"] {
            assert_eq!(answer.header(never), "", "{never}");
        }
        if answer.status.is_client_error() || answer.status.is_server_error() {
            answer.problem();
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
}

#[actix_web::test]
async fn the_version_that_answered_is_named_under_api() {
    let app = sample::app().await;
    for (path, version) in [
        ("/api/v1/things", "1"),
        ("/api/v2/things", "2"),
        ("/api/things?api-version=v2", "2"),
        ("/api/things", "1"),
        ("/api/v1/nothing", "1"),
        ("/api/v2/nothing", "2"),
        ("/api/v2/things/x?api_key=x", "2"),
        ("/api/v9/things", ""),
        ("/nothing", ""),
    ] {
        assert_eq!(app.get(path).send().await.header("api-version"), version, "{path}");
    }
}

#[actix_web::test]
async fn https_is_made_to_stay() {
    let options = HttpOptions { public_url: "https://api.example.com".to_owned(), ..HttpOptions::default() };
    let app = sample::app_with(options).await;
    let answer = app.get("/nothing").header("host", "evil.example").send().await;
    assert!(answer.header("strict-transport-security").starts_with("max-age="));
    assert_eq!(answer.json()["type"], "https://api.example.com/errors/route_not_found");
}

#[actix_web::test]
async fn a_good_request_id_is_used_and_a_hostile_one_replaced() {
    let app = sample::app().await;
    for good in ["a", "web-77_x.Y", &"x".repeat(128)] {
        let answer = app.get("/api/v1/any").header("x-request-id", good).send().await;
        assert_eq!((answer.header("x-request-id"), &answer.json()["request_id"]), (good, &good.into()));
        let failed = app.get("/nothing").header("x-request-id", good).send().await;
        assert_eq!(failed.json()["request_id"], good);
    }
    let long = "x".repeat(129);
    for bad in [&b""[..], b"a b", b"a,b", b"\xe9", b"<script>", b"a\tb", long.as_bytes()] {
        let answer = app.get("/nothing").header("x-request-id", bad).send().await;
        assert_eq!(answer.header("x-request-id").len(), 36, "{bad:?}");
        answer.problem();
    }
    let twice = app.get("/nothing").header("x-request-id", "a").header("x-request-id", "b").send().await;
    assert_eq!(twice.header("x-request-id").len(), 36);
}

#[actix_web::test]
async fn the_instance_is_the_path_alone_and_bounded() {
    let app = sample::app().await;
    let answer = app.get("/nothing?secret=1").send().await;
    assert_eq!(answer.json()["instance"], "/nothing");
    let long = app.get(&format!("/{}", "x".repeat(9_000))).send().await;
    assert_eq!(long.json()["instance"].as_str().map(str::len), Some(256));
}

#[actix_web::test]
async fn challenges_are_those_of_bearer_tokens() {
    let app = sample::app().await;
    // RFC 9728 §5.1.
    let challenge = |error: &str| {
        let resource = "http://127.0.0.1:8080/.well-known/oauth-protected-resource";
        format!("Bearer realm=\"orderbase\"{error}, resource_metadata=\"{resource}\"")
    };
    let none = app.get("/api/v1/any").anonymous().send().await;
    assert_eq!((none.status.as_u16(), none.header("www-authenticate")), (401, challenge("").as_str()));
    for key in ["", "x", "ob_live_x", "ob_test_000000000000000000000000000000000tuOKP"] {
        let bad = app.get("/api/v1/any").as_key(key).send().await;
        assert_eq!(bad.status, 401, "{key}");
        assert_eq!(bad.header("www-authenticate"), challenge(", error=\"invalid_token\""), "{key}");
    }
    let bearer = app.get("/api/v1/any").anonymous().header("authorization", "Bearer x").send().await;
    assert_eq!(bearer.header("www-authenticate"), challenge(", error=\"invalid_token\""));
    let reader = app.key_with(&[orderbase_tenancy::Permission::OrdersRead]).await;
    let lacking = app.post("/api/v1/things").as_key(&reader).send().await;
    assert_eq!((lacking.status.as_u16(), &lacking.json()["permission"]), (403, &"orders:write".into()));
    assert_eq!(lacking.header("www-authenticate"), challenge(", error=\"insufficient_scope\", scope=\"orders:write\""));
}
