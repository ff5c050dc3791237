//! Deadlines, admission, panics, start and stop.

use std::time::Duration;

use orderbase_application::ports::{Health, StorageError};

use super::sample::{self, FINISHED};
use crate::lifecycle::Phase;
use crate::options::HttpOptions;
use crate::testing::{Received, TestApp};

fn hasty() -> HttpOptions {
    HttpOptions {
        read_deadline: Duration::from_millis(10),
        write_deadline: Duration::from_millis(10),
        ..HttpOptions::default()
    }
}

/// 1 to 3 seconds, the same in header and body.
fn waits_a_little(answer: &Received) -> bool {
    let secs = answer.header("retry-after").parse::<u64>().unwrap();
    (1..=3).contains(&secs) && answer.json()["retry_after"] == secs
}

#[actix_web::test]
async fn late_work_is_answered_and_runs_on() {
    let app = sample::app_with(hasty()).await;
    let before = FINISHED.get();
    let read = app.get("/api/v1/slow").send().await;
    assert_eq!((read.status.as_u16(), read.problem().as_str()), (503, "deadline_exceeded"));
    assert!(waits_a_little(&read), "{read:?}");
    let write = app.post("/api/v1/slow").send().await;
    assert_eq!((write.status.as_u16(), write.problem().as_str()), (503, "outcome_unknown"));
    while FINISHED.get() < before + 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[actix_web::test]
async fn late_work_keeps_its_place() {
    let app =
        sample::app_with(HttpOptions { in_flight_max: 1, admission_wait: Duration::from_millis(1), ..hasty() }).await;
    let before = FINISHED.get();
    assert_eq!(app.get("/api/v1/slow").send().await.problem(), "deadline_exceeded");
    let full = app.get("/api/v1/any").send().await;
    assert_eq!(full.problem(), "overloaded");
    assert!(waits_a_little(&full), "{full:?}");
    while FINISHED.get() == before {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::task::yield_now().await;
    assert_eq!(app.get("/api/v1/any").send().await.status, 200);
}

#[actix_web::test]
async fn a_full_house_refuses_before_it_asks_who_it_is_and_still_answers_probes() {
    let options = HttpOptions { in_flight_max: 1, admission_wait: Duration::from_millis(1), ..HttpOptions::default() };
    let app = TestApp::with(options).await;
    let _place = app.shared.admission.enter().await.unwrap();
    assert_eq!(app.get("/api").anonymous().send().await.problem(), "overloaded");
    assert_eq!(app.get("/health/live").anonymous().send().await.status, 200);
    assert_eq!(app.get("/nothing").anonymous().send().await.problem(), "route_not_found");
}

#[actix_web::test]
async fn one_tenant_leaves_places_to_others() {
    let app = sample::app_with(HttpOptions { in_flight_max: 4, ..HttpOptions::default() }).await;
    let (_, other) = app.tenant("borealis").await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut permit = app.shared.admission.enter().await.unwrap();
        app.shared.admission.assign(&mut permit, app.tenant.id()).unwrap();
        held.push(permit);
    }
    assert_eq!(app.get("/api/v1/any").send().await.problem(), "overloaded");
    assert_eq!(app.get("/api/v1/any").as_key(&other).send().await.status, 200);
}

#[actix_web::test]
async fn a_panic_is_500_without_its_words_and_the_process_stays_up() {
    let app = sample::app().await;
    for path in ["/api/v1/panics", "/api/v1/fails"] {
        let answer = app.get(path).send().await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (500, "internal_error"), "{path}");
        assert!(!String::from_utf8_lossy(&answer.bytes).contains("s3cret"), "{path}");
        assert_eq!(answer.json()["detail"], "Something went wrong here. The request id names it in our log.");
    }
    assert_eq!(app.get("/api/v1/any").send().await.status, 200);
}

#[actix_web::test]
async fn a_starting_process_answers_probes_alone() {
    let app = TestApp::starting(HttpOptions::default()).await;
    app.shared.lifecycle.set_phase(Some(Phase { name: "migrating".to_owned(), done: Some(3), of: Some(9) }));
    assert_eq!(app.get("/health/live").anonymous().send().await.status, 200);
    let ready = app.get("/health/ready").anonymous().send().await;
    assert_eq!((ready.status.as_u16(), ready.problem().as_str()), (503, "dependency_unavailable"));
    assert_eq!(ready.json()["phase"], serde_json::json!({"name": "migrating", "done": 3, "of": 9}));
    assert_eq!(ready.json()["checks"], serde_json::json!(["started"]));
    for path in ["/api/v1/orders", "/api/v1/me", "/api", "/errors", "/docs"] {
        let answer = app.get(path).anonymous().send().await;
        assert_eq!(answer.status, 503, "{path}");
        assert!(waits_a_little(&answer), "{path}: {answer:?}");
        assert_eq!(answer.json()["phase"]["name"], "migrating");
    }
    app.shared.start(app.world.app.clone());
    assert_eq!(app.get("/health/ready").anonymous().send().await.status, 200);
    assert_eq!(app.get("/api/v1/me").send().await.status, 200);
}

#[actix_web::test]
async fn a_stopping_process_says_so() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/readyz").anonymous().send().await.status, 200);
    app.shared.lifecycle.drain();
    let ready = app.get("/health/ready").anonymous().send().await;
    assert_eq!((ready.status.as_u16(), &ready.json()["checks"]), (503, &serde_json::json!(["draining"])));
    assert_eq!(app.get("/livez").anonymous().send().await.status, 200);
}

struct Silent;

#[async_trait::async_trait]
impl Health for Silent {
    async fn ping(&self) -> Result<(), StorageError> {
        Err(StorageError::Unavailable("no route to s3cret".into()))
    }
}

#[actix_web::test]
async fn readiness_needs_the_storage_and_every_watched_part() {
    let app = TestApp::start().await;
    app.shared.lifecycle.watch("feed", || false);
    app.shared.lifecycle.watch("webhooks", || true);
    let ready = app.get("/health/ready").anonymous().send().await;
    assert_eq!((ready.status.as_u16(), &ready.json()["checks"]), (503, &serde_json::json!(["feed"])));

    let mut world = app.world.app.clone();
    world.health = std::sync::Arc::new(Silent);
    let starting = TestApp::starting(HttpOptions::default()).await;
    starting.shared.start(world);
    let ready = starting.get("/health/ready").anonymous().send().await;
    assert_eq!((ready.status.as_u16(), &ready.json()["checks"]), (503, &serde_json::json!(["storage"])));
    assert!(!String::from_utf8_lossy(&ready.bytes).contains("s3cret"));
}
