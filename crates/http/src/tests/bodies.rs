//! Bodies: what is read, what is refused, and where the fault is said to be.

use actix_web::web::Bytes;
use serde_json::json;

use super::sample::{self, ID, thing};
use crate::testing::{Received, TestApp};

async fn posted(app: &TestApp, text: &str) -> Received {
    app.post("/api/v1/things").text(text).send().await
}

#[actix_web::test]
async fn a_good_body_is_read() {
    let app = sample::app().await;
    let answer = app.post("/api/v1/things").json(&thing()).send().await;
    assert_eq!((answer.status.as_u16(), answer.json()["name"].as_str()), (201, Some("Ada")));
    assert_eq!(answer.header("location"), format!("/api/v1/things/{ID}"));
    assert_eq!(answer.header("etag"), "\"1\"");
    // A whole number is one however it is written.
    for whole in ["3.0", "3e0", "0.3e1", "30E-1"] {
        let text = format!(r#"{{"name":"Ada","lines":[{{"product":"a","quantity":{whole},"price":"1"}}]}}"#);
        assert_eq!(posted(&app, &text).await.status, 201, "{whole}");
    }
    // Null is absent, for a member that may be.
    let text = r#"{"name":"Ada","nick":null,"lines":[]}"#;
    assert_eq!(posted(&app, text).await.status, 201);
}

#[actix_web::test]
async fn broken_text_is_400_with_its_place() {
    let app = sample::app().await;
    for (text, place) in [
        ("", "line 1 column 0"),
        ("{", "line 1 column 1"),
        ("{\n  \"name\": ,", "line 2 column 11"),
        (r#"{"name":"Ada","lines":[]} x"#, "line 1 column 27"),
        (r#"{"name":"\ud800","lines":[]}"#, "line 1 column"),
        (r#"{"name":"a	b","lines":[]}"#, "line 1 column"),
        (r#"{"name":"Ada\udc00","lines":[]}"#, "line 1 column 13"),
        (r#"{"name":"Ada","unknown":{"a":"\ud800"}}"#, "line 1 column 31"),
        ("\u{feff}{}", "line 1 column 1"),
        (r#"{'name':1}"#, "line 1 column 2"),
        // Broken behind a wrong shape: parsing comes first.
        (r#"{"unknown":1,"name":"#, "line 1 column 20"),
    ] {
        let answer = posted(&app, text).await;
        assert_eq!(answer.problem(), "malformed_request", "{text}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(place), "{text}: {detail}");
    }
    let latin = app.post("/api/v1/things").header("content-type", "application/json");
    let answer = latin.bytes(Bytes::from_static(b"{\"name\":\n\"\xe9\"}")).send().await;
    assert_eq!(answer.problem(), "malformed_request");
    assert_eq!(answer.json()["detail"], "The body is not UTF-8 at line 2 column 2.");
    let deep = format!("{}{}", r#"{"name":"#.repeat(200), "}".repeat(200));
    assert!(posted(&app, &deep).await.status.is_client_error());
}

#[actix_web::test]
async fn a_wrong_shape_is_422_with_a_pointer() {
    let app = sample::app().await;
    let line = r#"{"product":"a","quantity":1,"price":"1"}"#;
    for (text, fault) in [
        ("[]", "# type"),
        ("null", "# null_not_allowed"),
        ("7", "# type"),
        (r#"["Ada",null,[]]"#, "# type"),
        ("{}", "#/name required"),
        (r#"{"name":"Ada"}"#, "#/lines required"),
        (r#"{"name":null,"lines":[]}"#, "#/name null_not_allowed"),
        (r#"{"name":7,"lines":[]}"#, "#/name type"),
        (r#"{"name":"Ada","lines":{}}"#, "#/lines type"),
        (r#"{"name":"Ada","lines":[7]}"#, "#/lines/0 type"),
        (r#"{"name":"Ada","lines":[["a",1,"1"]]}"#, "#/lines/0 type"),
        (r#"{"name":"Ada","lines":[],"status":"new"}"#, "#/status unknown_field"),
        (r#"{"name":"Ada","lines":[],"a/b~c é":1}"#, "#/a~1b~0c%20%C3%A9 unknown_field"),
        (r#"{"name":"Ada","name":"Bob","lines":[]}"#, "#/name duplicate_field"),
        (r#"{"name":"Ada","n\u0061me":"Bob","lines":[]}"#, "#/name duplicate_field"),
        (r#"{"name":"Ada","lines":[{"product":"a","quantity":1}]}"#, "#/lines/0/price required"),
        (r#"{"name":"Ada","lines":[{"product":"a","quantity":1,"price":"1","x":1}]}"#, "#/lines/0/x unknown_field"),
        (r#"{"name":"Ada","lines":[{"product":"a","quantity":1.5,"price":"1"}]}"#, "#/lines/0/quantity type"),
        (r#"{"name":1e999,"lines":[]}"#, "#/name type"),
        (r#"{"name":"Ada","lines":1e999}"#, "#/lines type"),
        (r#"{"name":"Ada","lines":[],"status":-1e999}"#, "#/status unknown_field"),
        (r#"{"name":"Ada","lines":[{"product":"a","quantity":1,"price":1e400}]}"#, "#/lines/0/price type"),
        (r#"{"name":"Ada","lines":[{"product":"a","quantity":1e400,"price":"1"}]}"#, "#/lines/0/quantity out_of_range"),
        (
            r#"{"name":"Ada","lines":[{"product":"a","quantity":-1e400,"price":"1"}]}"#,
            "#/lines/0/quantity out_of_range",
        ),
        (r#"{"name":"Ada","lines":[{"product":"a","quantity":"1","price":"1"}]}"#, "#/lines/0/quantity type"),
        (
            r#"{"name":"Ada","lines":[{"product":"a","quantity":99999999999999999999,"price":"1"}]}"#,
            "#/lines/0/quantity out_of_range",
        ),
        (r#"{"name":"Ada","lines":[{"product":"a","quantity":1,"price":null}]}"#, "#/lines/0/price null_not_allowed"),
    ] {
        let answer = posted(&app, text).await;
        assert_eq!(answer.problem(), "validation_failed", "{text}");
        assert_eq!(answer.faults(), [fault], "{text}");
    }
    assert_eq!(posted(&app, &format!(r#"{{"name":"Ada","lines":[{line}]}}"#)).await.status, 201);
}

#[actix_web::test]
async fn an_amount_as_number_gets_a_hint_and_no_value_is_repeated() {
    let app = sample::app().await;
    for number in ["19.99", "20", "-1"] {
        let text = format!(r#"{{"name":"Ada","lines":[{{"product":"a","quantity":1,"price":{number}}}]}}"#);
        let answer = posted(&app, &text).await;
        assert_eq!(answer.faults(), ["#/lines/0/price type"]);
        assert!(answer.json()["errors"][0]["hint"].as_str().unwrap().contains("\"19.99\""), "{number}");
    }
    for text in [
        r#"{"name":"s3cret\u0007","lines":[]}"#,
        r#"{"name":"Ada","lines":"s3cret"}"#,
        r#"{"name":"Ada","lines":[{"product":"a","quantity":"s3cret","price":"1"}]}"#,
        r#"{"name":"Ada","lines":[{"product":"a","quantity":1,"price":"s3cret"}]}"#,
        r#"{"name":"expected s3cret `s3cret","lines":7}"#,
        r#"{"name": s3cret}"#,
    ] {
        let answer = posted(&app, text).await;
        assert!(answer.status.is_client_error());
        assert!(!String::from_utf8_lossy(&answer.bytes).contains("s3cret"), "{text}");
    }
}

#[actix_web::test]
async fn a_long_unknown_name_is_not_repeated() {
    let app = sample::app().await;
    let text = format!(r#"{{"{}":1}}"#, "n".repeat(300));
    assert_eq!(posted(&app, &text).await.faults(), ["# unknown_field"]);
}

#[actix_web::test]
async fn no_body_is_none_or_an_empty_object() {
    let app = sample::app().await;
    let act = || app.post(&format!("/api/v1/things/{ID}/act"));
    for good in [act(), act().text("{}"), act().text(" { } "), act().bytes("{}"), act().text("")] {
        assert_eq!(good.send().await.status, 200);
    }
    assert_eq!(act().text(r#"{"x":1}"#).send().await.faults(), ["#/x unknown_field"]);
    assert_eq!(act().text("[]").send().await.problem(), "validation_failed");
    assert_eq!(act().text("{").send().await.problem(), "malformed_request");
    assert_eq!(act().header("content-type", "text/plain").bytes("{}").send().await.problem(), "unsupported_media_type");
    let get = || app.get(&format!("/api/v1/things/{ID}"));
    assert_eq!(get().text("{}").send().await.status, 200);
    assert_eq!(get().text(r#"{"x":1}"#).send().await.problem(), "validation_failed");
}

#[actix_web::test]
async fn a_patch_tells_absent_from_null() {
    let app = sample::app().await;
    let patch = |text: &str| app.patch(&format!("/api/v1/things/{ID}")).if_match("*").text(text);
    for (text, read) in [
        ("{}", "None None"),
        (r#"{"name":"A","nick":null}"#, r#"Some("A") Some(None)"#),
        (r#"{"nick":"B"}"#, r#"None Some(Some("B"))"#),
    ] {
        assert_eq!(patch(text).send().await.json()["read"], read, "{text}");
    }
    assert_eq!(patch(r#"{"name":null}"#).send().await.faults(), ["#/name null_not_allowed"]);
    let merge = app.patch(&format!("/api/v1/things/{ID}")).if_match("*");
    let merge = merge.header("content-type", "application/merge-patch+json").bytes("{}");
    assert_eq!(merge.send().await.status, 200);
}

#[actix_web::test]
async fn size_is_checked_by_announcement_and_on_the_way() {
    let app = sample::app().await;
    let post = || app.post("/api/v1/things").header("content-type", "application/json");
    let fits = format!("{{{}", " ".repeat(512 * 1024 - 1));
    assert_eq!(post().bytes(fits.clone()).send().await.problem(), "malformed_request");
    assert_eq!(post().bytes(format!("{fits} ")).send().await.problem(), "body_too_large");
    let chunked = post().header("transfer-encoding", "chunked").bytes(format!("{fits} "));
    assert_eq!(chunked.send().await.problem(), "body_too_large");
    let chunked = post().header("transfer-encoding", "chunked").bytes(thing().to_string());
    assert_eq!(chunked.send().await.status, 201);
    let lying = post().header("content-length", "9999999999").bytes("{}").send().await;
    assert_eq!((lying.problem().as_str(), lying.header("connection")), ("body_too_large", "close"));
    let empty = json!({}).to_string();
    assert_eq!(post().header("content-encoding", "gzip").bytes(empty).send().await.problem(), "unsupported_media_type");
}

#[actix_web::test]
async fn no_change_of_a_byte_is_our_fault() {
    let app = sample::app().await;
    let good = thing().to_string();
    for at in 0..good.len() {
        for byte in [0, b'"', b'{', b'}', b'[', b'\\', b',', b'9', b' ', 0xff] {
            let mut body = good.clone().into_bytes();
            body[at] = byte;
            let answer = app.post("/api/v1/things").header("content-type", "application/json").bytes(body).send().await;
            assert!(answer.status.as_u16() < 500, "byte {byte} at {at}");
            if !answer.status.is_success() {
                answer.problem();
            }
        }
        assert!(!posted(&app, &good[..at]).await.status.is_success(), "cut at {at}");
    }
}
