//! Entity tags on the way in and out.

use super::sample::{self, ID, thing};

#[actix_web::test]
async fn a_reader_that_has_it_gets_304_without_body() {
    let app = sample::app().await;
    let get = || app.get(&format!("/api/v1/things/{ID}"));
    let fresh = get().send().await;
    assert_eq!(
        (fresh.status.as_u16(), fresh.header("etag"), fresh.header("cache-control")),
        (200, "\"2\"", "private, no-cache")
    );
    for tags in ["\"2\"", "W/\"2\"", "\"1\", \"2\"", "*", "\"2-gz\""] {
        let answer = get().if_none_match(tags).send().await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len()), (304, 0), "{tags}");
        assert_eq!((answer.header("etag"), answer.header("cache-control")), ("\"2\"", "private, no-cache"));
        assert!(!answer.header("vary").is_empty() && answer.header("content-type").is_empty());
    }
    for tags in ["\"1\"", "\"2-2\"", "\"22\""] {
        assert_eq!(get().if_none_match(tags).send().await.status, 200, "{tags}");
    }
    let bad = get().if_none_match("2").send().await;
    assert_eq!((bad.problem().as_str(), bad.faults()), ("invalid_header", vec!["If-None-Match pattern".to_owned()]));
    let head = app.request(actix_web::http::Method::HEAD, &format!("/api/v1/things/{ID}"));
    assert_eq!(head.if_none_match("\"2\"").send().await.status, 304);
}

#[actix_web::test]
async fn a_writer_needs_a_strong_tag_that_matches() {
    let app = sample::app().await;
    let put = || app.put(&format!("/api/v1/things/{ID}")).json(&thing());
    assert_eq!(put().send().await.problem(), "precondition_required");
    for tags in ["\"2\"", "*", "\"1\",\"2\"", "\"2-gz\"", "\"2-2c7\""] {
        assert_eq!(put().if_match(tags).send().await.status, 200, "{tags}");
    }
    for tags in ["\"1\"", "W/\"2\"", "\"x\"", "\"1\", W/\"2\""] {
        let answer = put().if_match(tags).send().await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (412, "version_conflict"), "{tags}");
        assert_eq!((answer.header("etag"), &answer.json()["current_version"]), ("\"2\"", &2.into()), "{tags}");
    }
    let above_ascii = put().header("if-match", b"\"\xe9\"").send().await;
    assert_eq!(above_ascii.problem(), "version_conflict", "a tag, and not ours");
    assert_eq!(put().if_match("2").send().await.problem(), "invalid_header");
}

#[actix_web::test]
async fn if_match_is_heeded_where_it_is_flagged() {
    let app = sample::app().await;
    let act = || app.post(&format!("/api/v1/things/{ID}/act"));
    assert_eq!(act().send().await.json()["if_match"], "absent");
    assert_eq!(act().if_match("\"7\"").send().await.json()["if_match"], "[7]");
    assert_eq!(act().if_match("*").send().await.json()["if_match"], "any");
}
