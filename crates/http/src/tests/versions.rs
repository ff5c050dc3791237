//! Three ways to a version (api.md §4): they lead to the same handler and the same bytes, and answers speak in the version.

use actix_web::http::Method;
use serde_json::json;

use super::sample::{self, ID, thing};
use crate::testing::{Received, Sent, TestApp};

/// One request to a version by its path, by the header and by the parameter. `path` is the one behind the version's, with a query.
fn three_ways(app: &TestApp, method: &Method, version: &str, path: &str) -> [Sent; 3] {
    let and = if path.contains('?') { '&' } else { '?' };
    [
        app.request(method.clone(), &format!("/api/v{version}{path}")),
        app.request(method.clone(), &format!("/api{path}")).header("api-version", version),
        app.request(method.clone(), &format!("/api{path}{and}api-version=v{version}")),
    ]
}

/// Everything of an answer but what is new in each.
fn whole(answer: &Received) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (answer.status.as_u16(), headers, answer.bytes.to_vec())
}

#[actix_web::test]
async fn three_ways_to_a_version_are_one() {
    let app = sample::app().await;
    for version in ["1", "2"] {
        for (method, path, body) in [
            (Method::GET, format!("/things/{ID}"), None),
            (Method::HEAD, format!("/things/{ID}"), None),
            (Method::GET, "/things?limit=3&all=true".to_owned(), None),
            (Method::POST, "/things".to_owned(), Some(thing())),
            (Method::PUT, format!("/things/{ID}/"), Some(thing())),
            (Method::OPTIONS, "/things".to_owned(), None),
        ] {
            let mut answers = Vec::new();
            for request in three_ways(&app, &method, version, &path) {
                let request = if method == Method::PUT { request.if_match("*") } else { request };
                let request = body.iter().fold(request, |request, body| request.json(body));
                answers.push(request.send().await);
            }
            assert!(answers[0].status.is_success(), "{method} {path}: {:?}", answers[0]);
            assert_eq!(answers[0].header("api-version"), version, "{method} {path}");
            assert!(answers.iter().all(|answer| whole(answer) == whole(&answers[0])), "{method} {path}: {answers:#?}");
        }
    }
}

#[actix_web::test]
async fn where_things_are_is_said_in_the_version() {
    let app = sample::app().await;
    for version in ["1", "2"] {
        for request in three_ways(&app, &Method::POST, version, "/things") {
            assert_eq!(request.json(&thing()).send().await.header("location"), format!("/api/v{version}/things/{ID}"));
        }
        for request in three_ways(&app, &Method::GET, version, "/things") {
            let link = format!("<http://127.0.0.1:8080/api/v{version}/things>; rel=\"first\"");
            assert_eq!(request.send().await.header("link"), link);
        }
        for request in three_ways(&app, &Method::GET, version, "/things/x") {
            let answer = request.send().await;
            assert!(
                ["/api/v1/things/x", "/api/v2/things/x", "/api/things/x"]
                    .contains(&answer.json()["instance"].as_str().unwrap())
            );
            assert_eq!((answer.problem().as_str(), answer.header("api-version")), ("invalid_parameter", version));
        }
    }
    let sent = app.get("/api/things/x?api-version=2").send().await;
    assert_eq!(sent.json()["instance"], "/api/things/x", "the path as it was sent");
}

#[actix_web::test]
async fn versions_share_no_tag() {
    let app = sample::app().await;
    let get = |version: &str| app.get(&format!("/api/v{version}/things/{ID}"));
    assert_eq!((get("1").send().await.header("etag"), get("2").send().await.header("etag")), ("\"2\"", "\"2-2\""));
    assert_eq!(get("1").send().await.bytes, get("2").send().await.bytes, "what is equal is equal");
    for (version, known, status) in [
        ("1", "\"2\"", 304),
        ("1", "\"2-2\"", 200),
        ("2", "\"2-2\"", 304),
        ("2", "W/\"2-2-gz\", \"7\"", 304),
        ("2", "\"2\"", 200),
        ("2", "*", 304),
    ] {
        let answer = get(version).if_none_match(known).send().await;
        assert_eq!(answer.status.as_u16(), status, "{version} {known}");
        assert_eq!(answer.header("etag"), if version == "1" { "\"2\"" } else { "\"2-2\"" });
    }
    // What may be changed hangs on the version of the thing alone, whoever read it in which form.
    for tag in ["\"2\"", "\"2-2\"", "\"2-2c7\""] {
        let put = app.put(&format!("/api/v2/things/{ID}")).json(&thing()).if_match(tag).send().await;
        assert_eq!(put.status, 200, "{tag}");
    }
    let stale = app.put(&format!("/api/v2/things/{ID}")).json(&thing()).if_match("\"1-2\"").send().await;
    assert_eq!((stale.problem().as_str(), stale.header("etag")), ("version_conflict", "\"2-2\""));
}

#[actix_web::test]
async fn the_parameter_is_none_of_the_operation() {
    let app = sample::app().await;
    let things = |query: &str| app.get(&format!("/api/v1/things?{query}"));
    assert_eq!(things("limit=3&api-version=1").send().await.json()["limit"], 3);
    for (query, code) in [
        ("api-version=1&api-version=1", "invalid_parameter"),
        ("api-version=x", "invalid_parameter"),
        ("api-version=9", "ambiguous_version"),
        ("api_version=1", "unknown_parameter"),
        ("Api-Version=1", "unknown_parameter"),
        ("api-version=1&x=1", "unknown_parameter"),
    ] {
        assert_eq!(things(query).send().await.problem(), code, "{query}");
    }
    let faults = app.get("/api/things?api-version=latest").send().await;
    assert_eq!(
        (faults.problem().as_str(), faults.faults()),
        ("invalid_parameter", vec!["api-version pattern".to_owned()])
    );
    let faults = app.get("/api/things").header("api-version", "latest").send().await;
    assert_eq!(
        (faults.problem().as_str(), faults.faults()),
        ("invalid_header", vec!["Api-Version pattern".to_owned()])
    );
}

#[actix_web::test]
async fn outside_of_the_api_there_are_no_versions() {
    let app = TestApp::start().await;
    let health = app.get("/health").anonymous().header("api-version", "9").send().await;
    assert_eq!((health.status.as_u16(), health.header("api-version")), (200, ""));
    assert_eq!(app.get("/errors?api-version=1").anonymous().send().await.problem(), "unknown_parameter");
    let form = app.post("/oauth/token").anonymous().header("api-version", "2").form("grant_type=x").send().await;
    assert_eq!((form.status.as_u16(), form.header("api-version")), (400, ""));
    let api = app.get("/api").anonymous().header("api-version", "2").send().await;
    assert_eq!((api.status.as_u16(), api.header("api-version")), (200, "2"));
}

#[actix_web::test]
async fn a_key_is_bound_to_the_version_and_not_to_the_way() {
    let app = sample::app().await;
    let mut marks = Vec::new();
    for version in ["1", "2"] {
        let mut ways = Vec::new();
        for request in three_ways(&app, &Method::POST, version, "/things") {
            ways.push(request.key("k").json(&thing()).send().await.json()["fingerprint"].clone());
        }
        assert!(ways[0].is_string() && ways.iter().all(|mark| *mark == ways[0]), "{ways:?}");
        marks.push(ways[0].clone());
    }
    assert_ne!(marks[0], marks[1]);
    let unversioned = app.post("/api/things").key("k").json(&thing()).send().await.json();
    assert_eq!(unversioned, json!({"key": "k", "fingerprint": marks[0]}));
}
