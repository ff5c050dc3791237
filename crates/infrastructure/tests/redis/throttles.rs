//! Throttles that instances count together.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use deadpool_redis::redis::cmd;
use orderbase_application::ports::{Bucket, Of, ThrottleTaking, Throttles};
use orderbase_application::testing::contract::throttles::ThrottleHarness;
use orderbase_infrastructure::memory::{LocalThrottles, ThrottleRules};
use orderbase_infrastructure::redis::{RedisOptions, RedisThrottles};
use orderbase_infrastructure::security::{KeyPurpose, KeyRing, KeyState, RingEntry};
use orderbase_kernel::Timestamp;

use crate::server::{self, Server};

fn now() -> Timestamp {
    Timestamp::from_millis(0).unwrap()
}

fn throttles(options: &RedisOptions, ring: &KeyRing) -> RedisThrottles {
    RedisThrottles::new(server::link(options), ThrottleRules::default(), 1, ring).unwrap()
}

/// Counters under a key of their own. Time passes for them by being set back.
struct OnRedis {
    options: RedisOptions,
    ring: KeyRing,
}

impl OnRedis {
    fn new(options: RedisOptions) -> Self {
        Self { options, ring: KeyRing::generate(now()) }
    }

    async fn keys(&self, kind: char) -> Vec<String> {
        let kid = &self.ring.signing(KeyPurpose::Throttle).unwrap().kid;
        let pattern = format!("ob:throttle:{{t}}:{kid}:{kind}:*");
        let mut connection = server::stranger(&self.options).await;
        connection.ask(cmd("KEYS").arg(pattern)).await
    }
}

#[async_trait]
impl ThrottleHarness for OnRedis {
    fn pair(&self) -> [Arc<dyn Throttles>; 2] {
        [0, 1].map(|_| Arc::new(throttles(&self.options, &self.ring)) as Arc<dyn Throttles>)
    }

    async fn pass(&self, secs: u64) {
        let mut connection = server::stranger(&self.options).await;
        let millis = i64::try_from(secs).unwrap() * 1_000;
        for kind in ['b', 'k', 'f'] {
            for key in self.keys(kind).await {
                let left: i64 = connection.ask(cmd("PTTL").arg(&key)).await;
                assert!(left != -1, "{key} is kept for ever");
                if left <= millis {
                    let _: i64 = connection.ask(cmd("DEL").arg(&key)).await;
                    continue;
                }
                if kind == 'b' {
                    let _: i64 = connection.ask(cmd("DECRBY").arg(&key).arg(millis * 1_000)).await;
                }
                let _: i64 = connection.ask(cmd("PEXPIRE").arg(&key).arg(left - millis)).await;
            }
        }
    }
}

/// The throttles of one process, which count together with themselves.
struct Within(Arc<LocalThrottles>);

impl Within {
    fn new() -> Self {
        tokio::time::pause();
        Self(Arc::new(LocalThrottles::new(ThrottleRules::default(), &KeyRing::generate(now())).unwrap()))
    }
}

#[async_trait]
impl ThrottleHarness for Within {
    fn pair(&self) -> [Arc<dyn Throttles>; 2] {
        [self.0.clone(), self.0.clone()]
    }

    async fn pass(&self, secs: u64) {
        tokio::time::advance(std::time::Duration::from_secs(secs)).await;
    }
}

mod within {
    orderbase_application::throttle_contract_tests!(crate::throttles::Within::new());
}

mod single {
    orderbase_application::throttle_contract_tests!(crate::throttles::OnRedis::new(crate::server::single()));
}

mod cluster {
    orderbase_application::throttle_contract_tests!(crate::throttles::OnRedis::new(crate::server::cluster()));
}

const GUESSED: [(Bucket, Of<'_>); 1] = [(Bucket::LoginAccount, Of::Text("acme/ann@x.example"))];

async fn granted(throttles: &RedisThrottles, buckets: &[(Bucket, Of<'_>)], attempts: u32) -> u32 {
    let mut granted = 0;
    for _ in 0..attempts {
        granted += u32::from(throttles.take(buckets).await == ThrottleTaking::Granted);
    }
    granted
}

#[tokio::test]
async fn while_a_key_is_rotated_instances_see_what_the_others_count() {
    let entry = |state| RingEntry::generate(KeyPurpose::Throttle, state, now());
    let (old, new) = (entry(KeyState::Signing), entry(KeyState::Published));
    let published = KeyRing::new(vec![old.clone(), new.clone()]);
    let (old, new) = (RingEntry { state: KeyState::Retired, ..old }, RingEntry { state: KeyState::Signing, ..new });
    let (signing, over) = (KeyRing::new(vec![old, new.clone()]), KeyRing::new(vec![new]));

    let options = server::single();
    let (one, other) = (throttles(&options, &published), throttles(&options, &published));
    let (idle, home): (_, IpAddr) = ([(Bucket::TicketIp, Of::Text("idle"))], "203.0.113.9".parse().unwrap());
    one.succeeded("ann", home).await;
    assert_eq!((granted(&one, &GUESSED, 3).await, granted(&one, &idle, 9).await), (3, 5));
    one.turn(&signing).unwrap();
    assert_eq!(granted(&one, &GUESSED, 1).await, 1);
    assert_eq!(granted(&other, &GUESSED, 9).await, 1, "under the key before, which the other still writes");
    assert_eq!(granted(&one, &GUESSED, 9).await, 0);
    assert!(one.is_known("ann", home).await);
    for _ in 0..60 {
        assert!(!one.failed("bo").await);
    }
    for n in 61..=105 {
        assert_eq!(other.failed("bo").await, n == 100, "{n}");
    }
    // Whatever is written stands under the new key; what was not goes with the old one.
    other.turn(&signing).unwrap();
    other.failed("bo").await;
    one.turn(&over).unwrap();
    assert_eq!(granted(&one, &idle, 9).await, 5);
    assert!(!one.is_known("ann", home).await);
    assert!(!one.failed("bo").await, "it was reached before");
}

#[tokio::test]
async fn what_is_no_number_is_no_error() {
    let on = OnRedis::new(server::single());
    let throttles = throttles(&on.options, &on.ring);
    let mut connection = server::stranger(&on.options).await;
    assert_eq!(granted(&throttles, &GUESSED, 9).await, 5);
    let key = on.keys('b').await.remove(0);
    for garbage in ["", "nan", "inf", "-inf", "x", "1e300", "-5", "0x7fffffffffffffff"] {
        let _: String = connection.ask(cmd("SET").arg(&key).arg(garbage)).await;
        assert!((0..=5).contains(&granted(&throttles, &GUESSED, 9).await), "{garbage}");
        throttles.failed("acme/ann@x.example").await;
    }
    let _: i64 = connection.ask(cmd("DEL").arg(&key)).await;
    let _: i64 = connection.ask(cmd("LPUSH").arg(&key).arg(1)).await;
    assert_eq!(granted(&throttles, &GUESSED, 9).await, 5, "another kind of value is no value");
    // A clock that was set back by a day shuts nobody out for a day.
    let _: String = connection.ask(cmd("SET").arg(&key).arg(8_000_000_000_000_000_i64)).await;
    let ThrottleTaking::Refused { retry_after_secs, .. } = throttles.take(&GUESSED).await else {
        panic!("it is empty")
    };
    assert!(retry_after_secs <= 180, "{retry_after_secs}");
}

#[tokio::test]
async fn nothing_of_whom_is_counted_can_be_read() {
    let server = Server::start().await;
    let throttles = throttles(&server.patient_options(), &KeyRing::generate(now()));
    let home: IpAddr = "203.0.113.9".parse().unwrap();
    throttles.take(&[GUESSED[0], (Bucket::LoginIp, Of::Network(home))]).await;
    throttles.failed("acme/ann@x.example").await;
    throttles.succeeded("acme/ann@x.example", home).await;
    let keys: Vec<String> = cmd("KEYS").arg("*").query_async(&mut server.connection().await).await.unwrap();
    assert_eq!(keys.len(), 3, "{keys:?}");
    for key in keys {
        assert!(key.starts_with("ob:throttle:{t}:") && !key.contains("ann") && !key.contains("203"), "{key}");
        let value: String = cmd("GET").arg(&key).query_async(&mut server.connection().await).await.unwrap();
        assert!(value.parse::<i64>().is_ok(), "{value}");
    }
}

#[tokio::test]
async fn without_redis_half_of_the_share_is_granted_and_the_owner_stays_known() {
    let mut server = Server::start().await;
    let ring = KeyRing::generate(now());
    let rules = ThrottleRules::default();
    let throttles = RedisThrottles::new(server::link(&server.options()), rules, 2, &ring).unwrap();
    let (network, home) = ([(Bucket::TokenIp, Of::Text("x"))], "203.0.113.9".parse().unwrap());
    until_counted(&throttles).await;
    throttles.succeeded("ann", home).await;
    server.kill();
    let granted = granted(&throttles, &network, 60).await;
    assert!((15..=16).contains(&granted), "{granted}: 60 of two instances, and half of that");
    assert!(matches!(throttles.peek(&network).await, ThrottleTaking::Refused { bucket: Bucket::TokenIp, .. }));
    assert!(throttles.is_known("ann", home).await && !throttles.is_known("bo", home).await);
    for n in 1..=100 {
        assert_eq!(throttles.failed("bo").await, n == 100, "{n}");
    }
    server.start_again().await;
    server::until("it counts on Redis again", async || {
        throttles.failed("cy").await;
        server.calls("evalsha").await > 0
    })
    .await;
}

/// The first connection may take longer than an answer is waited for.
async fn until_counted(throttles: &RedisThrottles) {
    let of = [(Bucket::RefreshIp, Of::Text("warm"))];
    for _ in 0..5 {
        throttles.take(&of).await;
    }
}
