//! Hints: what is forgotten on one instance is forgotten on the other, and silence is noticed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::ports::{KeyDirectory, KeyHolder, Principals, SessionHolder, StorageError};
use orderbase_infrastructure::memory::{Freshness, KeyCache, PrincipalCache};
use orderbase_infrastructure::redis::{Hinted, Hints, RedisOptions, Remembering};
use orderbase_kernel::{ApiKeyId, SessionId, TenantId};
use orderbase_tenancy::KeyHash;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::server::{self, Server};

/// A storage that finds nobody and counts who asks.
#[derive(Default)]
struct Nobody(AtomicU32);

#[async_trait]
impl KeyDirectory for Nobody {
    async fn holder_unscoped(&self, _: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(None)
    }

    async fn forget(&self, _: &KeyHash) {}
}

#[async_trait]
impl Principals for Nobody {
    async fn session(&self, _: Scope, _: SessionId) -> Result<Option<Arc<SessionHolder>>, StorageError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(None)
    }

    async fn key(&self, _: Scope, _: ApiKeyId) -> Result<Option<KeyHolder>, StorageError> {
        Ok(None)
    }

    async fn forget(&self, _: Scope) {}
}

/// An instance with its caches.
struct Instance {
    storage: Arc<Nobody>,
    people: Arc<Nobody>,
    keys: Hinted<dyn KeyDirectory>,
    principals: Hinted<dyn Principals>,
    hints: Arc<Hints>,
    end: CancellationToken,
}

impl Instance {
    fn start(options: &RedisOptions, sender: u128) -> Self {
        let (storage, people) = (Arc::<Nobody>::default(), Arc::<Nobody>::default());
        let freshness = Arc::<Freshness>::default();
        let remembering = Remembering {
            keys: Arc::new(KeyCache::new(storage.clone()).kept_fresh_by(freshness.clone())),
            principals: Arc::new(PrincipalCache::new(people.clone()).kept_fresh_by(freshness.clone())),
            freshness,
        };
        let hints = Arc::new(Hints::new(server::link(options), options.clone(), Uuid::from_u128(sender)));
        let keys = Hinted::<dyn KeyDirectory>::new(remembering.keys.clone(), hints.clone());
        let principals = Hinted::<dyn Principals>::new(remembering.principals.clone(), hints.clone());
        let (running, end) = (hints.clone(), CancellationToken::new());
        let ending = end.clone();
        tokio::spawn(async move { running.run(remembering, ending).await });
        Self { storage, people, keys, principals, hints, end }
    }

    /// How often the storage was asked in the end, after one more look-up.
    async fn looked_up(&self) -> u32 {
        self.keys.holder_unscoped(&HASH).await.unwrap();
        self.storage.0.load(Ordering::SeqCst)
    }

    async fn session(&self) -> u32 {
        self.principals.session(SCOPE, SessionId::from_uuid(Uuid::from_u128(3))).await.unwrap();
        self.people.0.load(Ordering::SeqCst)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.end.cancel();
    }
}

const HASH: KeyHash = KeyHash::from_bytes([7; 32]);
const SCOPE: Scope = Scope { tenant_id: TenantId::from_uuid(Uuid::from_u128(5)) };

/// Two that hear each other.
async fn pair(options: &RedisOptions, first: u128) -> [Instance; 2] {
    let pair = [Instance::start(options, first), Instance::start(options, first + 1)];
    server::until("they hear each other", async || pair.iter().all(|one| one.hints.instances() >= 2)).await;
    pair
}

/// Says it right after a look-up, until the next one reaches the other's storage too: what is remembered lives for 2 s, and for 1 s where
/// nothing can be heard.
async fn is_heard(other: &Instance, asked: impl AsyncFn() -> u32, say: impl AsyncFn()) {
    for _ in 0..10 {
        let (old, mut begun) = (asked().await, Instant::now());
        let mut fresh = asked().await;
        while fresh == old {
            tokio::time::sleep(Duration::from_millis(10)).await;
            begun = Instant::now();
            fresh = asked().await;
        }
        say().await;
        while begun.elapsed() < Duration::from_millis(800) {
            let again = asked().await > fresh;
            if again && begun.elapsed() < Duration::from_millis(800) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    panic!("nothing was heard; {} instances", other.hints.instances());
}

async fn hints_are_heard(options: &RedisOptions, first: u128) {
    let [one, other] = pair(options, first).await;
    // Once it hears, nothing is asked twice within a second: what follows is no accident.
    server::until("it remembers", async || {
        let (begun, before) = (Instant::now(), other.looked_up().await);
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        other.looked_up().await == before && begun.elapsed() < Duration::from_millis(1_900)
    })
    .await;
    is_heard(&other, async || other.looked_up().await, async || one.keys.forget(&HASH).await).await;
    is_heard(&other, async || other.session().await, async || one.principals.forget(SCOPE).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_forgets_the_other_forgets() {
    let server = Server::start().await;
    hints_are_heard(&server.patient_options(), 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_cluster_too() {
    hints_are_heard(&server::cluster(), 200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_silent_is_not_counted_and_a_redis_that_comes_back_is_heard_again() {
    let mut server = Server::start().await;
    let [one, other] = pair(&server.options(), 300).await;
    drop(other);
    server::until("one is alone", async || one.hints.instances() == 1).await;
    server.kill();
    server.start_again().await;
    let third = Instance::start(&server.options(), 303);
    server::until("they hear each other", async || one.hints.instances() == 2 && third.hints.instances() == 2).await;
}
