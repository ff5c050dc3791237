//! The look-up of the key: it has a deadline, it holds no place beyond it, and nobody cuts it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use orderbase_application::ports::{KeyDirectory, KeyHolder, StorageError};
use orderbase_tenancy::KeyHash;
use serde_json::json;
use tokio::sync::Semaphore;

use super::sample;
use crate::options::HttpOptions;
use crate::route::{Route, routes};
use crate::testing::TestApp;

/// Answers when it is let, and counts the look-ups that came to their end.
struct Stalled {
    behind: Arc<dyn KeyDirectory>,
    gate: Semaphore,
    ended: AtomicU32,
}

#[async_trait::async_trait]
impl KeyDirectory for Stalled {
    async fn holder_unscoped(&self, hash: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        let _open = self.gate.acquire().await;
        let found = self.behind.holder_unscoped(hash).await;
        self.ended.fetch_add(1, Ordering::SeqCst);
        found
    }

    async fn forget(&self, hash: &KeyHash) {
        self.behind.forget(hash).await;
    }
}

async fn stalled(read_deadline: Duration) -> (TestApp, Arc<Stalled>) {
    stalled_over(read_deadline, routes()).await
}

async fn stalled_over(read_deadline: Duration, table: &'static [Route]) -> (TestApp, Arc<Stalled>) {
    let options = HttpOptions {
        read_deadline,
        in_flight_max: 1,
        admission_wait: Duration::from_millis(1),
        ..HttpOptions::default()
    };
    let app = TestApp::starting_over(options, table).await;
    let mut world = app.world.app.clone();
    let directory =
        Arc::new(Stalled { behind: world.key_directory, gate: Semaphore::new(0), ended: AtomicU32::new(0) });
    world.key_directory = Arc::clone(&directory) as Arc<dyn KeyDirectory>;
    app.shared.start(world);
    (app, directory)
}

async fn ended(directory: &Stalled, look_ups: u32) {
    directory.gate.add_permits(1);
    let all = async {
        while directory.ended.load(Ordering::SeqCst) < look_ups {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), all).await.expect("a look-up was cut");
}

#[actix_web::test]
async fn a_late_look_up_is_answered_and_its_place_is_free() {
    let (app, directory) = stalled(Duration::from_millis(20)).await;
    let wish = json!({"name": "Ada"});
    // Each finds the only place free. Nothing was written, so a write is told the same as a read.
    for request in [app.get("/api/v1/me"), app.post("/api/v1/customers").json(&wish), app.get("/api/v1/orders")] {
        let answer = tokio::time::timeout(Duration::from_secs(5), request.send()).await.expect("in time");
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (503, "deadline_exceeded"));
        assert_ne!(answer.header("retry-after"), "");
    }
    assert_eq!(directory.ended.load(Ordering::SeqCst), 0);
    ended(&directory, 3).await;
    assert_eq!(app.get("/api/v1/me").send().await.status, 200);
    let customers = app.get("/api/v1/customers").send().await;
    assert_eq!(customers.json()["data"], json!([]));
}

#[actix_web::test]
async fn a_look_up_outlives_its_request() {
    let (app, directory) = stalled(Duration::from_secs(30)).await;
    let gone = tokio::time::timeout(Duration::from_millis(20), app.get("/api/v1/me").send()).await;
    assert!(gone.is_err());
    assert!(app.shared.admission.enter().await.is_ok(), "the place is free");
    ended(&directory, 1).await;
}

#[actix_web::test]
async fn look_up_and_handler_share_one_deadline() {
    let (app, directory) = stalled_over(Duration::from_millis(180), sample::table()).await;
    let opening = actix_web::rt::spawn(async move {
        tokio::time::sleep(Duration::from_millis(150)).await;
        directory.gate.add_permits(1);
    });
    // The handler takes 60 ms: each part is in time, the request is not.
    let answer = app.get("/api/v1/slow").send().await;
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (503, "deadline_exceeded"));
    opening.await.unwrap();
}
