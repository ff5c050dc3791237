//! The one line of each request.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use super::sample::{self, ID, thing};
use crate::testing::{Sent, TestApp};

type Line = (Level, BTreeMap<String, String>);

/// Keeps the events of this crate's access log, and the fields of all spans.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<Line>>>, Arc<Mutex<Vec<BTreeMap<String, String>>>>);

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "orderbase_http::access" || metadata.is_span()
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        fields.0.insert("span".to_owned(), attributes.metadata().name().to_owned());
        self.1.lock().unwrap().push(fields.0);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.0.lock().unwrap().push((*event.metadata().level(), fields.0));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

async fn lines(app: &TestApp, requests: Vec<Sent>) -> Vec<Line> {
    let lines = Lines::default();
    let guard = tracing::subscriber::set_default(lines.clone());
    for request in requests {
        request.send().await;
    }
    drop(guard);
    let _ = app;
    Arc::try_unwrap(lines.0).map_or_else(|shared| shared.lock().unwrap().clone(), |only| only.into_inner().unwrap())
}

#[actix_web::test]
async fn a_request_leaves_one_line_with_its_fields() {
    let app = sample::app().await;
    let request =
        app.post("/api/v1/things?").header("user-agent", "curl/8").header("x-request-id", "web-1").json(&thing());
    let lines = lines(&app, vec![request]).await;
    let [(level, line)] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(*level, Level::INFO);
    let tenant = app.tenant.id().to_string();
    for (field, value) in [
        ("message", "request"),
        ("request_id", "web-1"),
        ("http.request.method", "POST"),
        ("http.route", "/api/v1/things"),
        ("http.response.status_code", "201"),
        ("client.address", "192.0.2.7"),
        ("user_agent.original", "curl/8"),
        ("http.request.body.size", &thing().to_string().len().to_string()),
        ("http.response.body.size", "58"),
        ("tenant.id", tenant.as_str()),
        ("actor.type", "api_key"),
    ] {
        assert_eq!(line.get(field).map(String::as_str), Some(value), "{field} in {line:?}");
    }
    assert_eq!(line["actor.id"].len(), 36);
    assert!(line["duration_ms"].parse::<f64>().unwrap() > 0.0);
    assert!(!line.contains_key("error.code") && !line.contains_key("error.chain"));
}

#[actix_web::test]
async fn the_route_is_named_in_its_version() {
    let app = sample::app().await;
    let path = format!("/api/things/{ID}");
    let lines = lines(&app, vec![app.get(&path), app.get(&path).header("api-version", "2"), app.get("/health")]).await;
    let routes: Vec<_> = lines.iter().map(|(_, line)| line.get("http.route").map(String::as_str)).collect();
    assert_eq!(routes, [Some("/api/v1/things/{id}"), Some("/api/v2/things/{id}"), None]);
}

#[actix_web::test]
async fn a_failure_is_logged_once_with_its_causes() {
    let app = sample::app().await;
    let requests =
        vec![app.get("/api/v1/fails"), app.get("/api/v1/panics"), app.get("/nothing"), app.get("/api/v1/things?x=1")];
    let lines = lines(&app, requests).await;
    let seen: Vec<_> = lines.iter().map(|(level, line)| (*level, line["error.code"].as_str())).collect();
    let expected = [
        (Level::ERROR, "internal_error"),
        (Level::ERROR, "internal_error"),
        (Level::INFO, "route_not_found"),
        (Level::INFO, "unknown_parameter"),
    ];
    assert_eq!(seen, expected);
    assert_eq!(lines[0].1["error.chain"], "table s3cret is gone");
    assert!(lines[1].1["error.chain"].contains("a panic wanted by a test"));
    assert!(!lines[2].1.contains_key("http.route"));
}

#[actix_web::test]
async fn nothing_secret_is_in_a_line() {
    let app = sample::app().await;
    let body = r#"{"name":"c4nary","lines":[],"c4nary":1}"#;
    let requests = vec![
        app.get("/api/v1/things?api_key=c4nary"),
        app.get("/api/v1/things?c4nary=c4nary"),
        app.get("/api/v1/any").anonymous().header("authorization", "Bearer c4nary"),
        app.get("/api/v1/any").as_key("ob_live_c4nary"),
        app.post("/api/v1/things").key("c4nary").text(body),
        app.get("/api/v1/things/c4nary"),
        app.get("/c4nary"),
        app.get(&format!("/api/v1/things/{ID}")).if_none_match("c4nary").header("cookie", "c4nary"),
    ];
    let count = requests.len();
    let lines = lines(&app, requests).await;
    assert_eq!(lines.len(), count);
    for (_, line) in &lines {
        assert!(line.values().all(|value| !value.contains("c4nary")), "{line:?}");
        assert!(line.values().all(|value| !value.contains(&app.key)), "{line:?}");
    }
}

#[actix_web::test]
async fn probes_leave_a_line_only_when_they_fail() {
    let app = TestApp::start().await;
    assert!(lines(&app, vec![app.get("/health"), app.get("/readyz")]).await.is_empty());
    app.shared.lifecycle.drain();
    let lines = lines(&app, vec![app.get("/health"), app.get("/health/ready")]).await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].1["http.route"], "/health/ready");
}

#[actix_web::test]
async fn a_request_whose_client_hangs_up_leaves_its_line() {
    let app = sample::app().await;
    let before = sample::FINISHED.get();
    let seen = Lines::default();
    let guard = tracing::subscriber::set_default(seen.clone());
    let request = app.get("/api/v1/slow").header("x-request-id", "web-9").header("user-agent", "curl/8").send();
    // Polled until its handler waits, then dropped as actix drops it when the connection is gone.
    let gone = tokio::time::timeout(Duration::from_millis(20), request).await;
    drop(guard);
    assert!(gone.is_err());
    let lines = seen.0.lock().unwrap().clone();
    let [(level, line)] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(*level, Level::INFO);
    for (field, value) in [
        ("request_id", "web-9"),
        ("http.request.method", "GET"),
        ("http.route", "/api/v1/slow"),
        ("http.response.status_code", "499"),
        ("error.code", "client_closed"),
        ("client.address", "192.0.2.7"),
        ("user_agent.original", "curl/8"),
        ("tenant.id", &app.tenant.id().to_string()),
    ] {
        assert_eq!(line.get(field).map(String::as_str), Some(value), "{field} in {line:?}");
    }
    assert!(!line.contains_key("http.response.body.size"));
    // Its work goes on all the same.
    while sample::FINISHED.get() == before {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[actix_web::test]
async fn what_is_logged_on_the_way_carries_the_request_id() {
    let app = sample::app().await;
    let lines = Lines::default();
    let guard = tracing::subscriber::set_default(lines.clone());
    app.get("/api/v1/any").header("x-request-id", "web-7").send().await;
    drop(guard);
    let spans = lines.1.lock().unwrap().clone();
    let own: Vec<_> = spans.iter().filter(|span| span["span"] == "request").collect();
    assert_eq!(own.iter().map(|span| span["request_id"].as_str()).collect::<Vec<_>>(), ["web-7"]);
}
