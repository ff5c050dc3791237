//! The way to Redis: what a call costs, and what becomes of it when nobody answers.

use std::time::{Duration, Instant};

use deadpool_redis::redis::cmd;
use orderbase_application::ports::{Bucket, Of, Throttles as _};
use orderbase_infrastructure::memory::ThrottleRules;
use orderbase_infrastructure::redis::{RedisLink, RedisThrottles};
use orderbase_infrastructure::security::KeyRing;
use orderbase_kernel::Timestamp;

use crate::server::{self, Server};

const OF: [(Bucket, Of<'_>); 1] = [(Bucket::LoginIp, Of::Text("x"))];

fn over(link: &RedisLink) -> RedisThrottles {
    let ring = KeyRing::generate(Timestamp::from_millis(0).unwrap());
    RedisThrottles::new(link.clone(), ThrottleRules::default(), 1, &ring).unwrap()
}

#[tokio::test]
async fn a_call_is_one_command_and_nothing_is_asked_before() {
    let server = Server::start().await;
    let throttles = over(&server::link(&server.patient_options()));
    for _ in 0..50 {
        throttles.take(&OF).await;
    }
    // The first call is told that the script is not known.
    assert_eq!(server.calls("evalsha").await, 51);
    for other in ["ping", "unwatch", "eval", "get_", "select"] {
        assert_eq!(server.calls(other).await, 0, "{other}");
    }
    let clients: String = cmd("CLIENT").arg("LIST").query_async(&mut server.connection().await).await.unwrap();
    assert!(clients.lines().filter(|line| line.contains("cmd=evalsha")).count() <= 2, "{clients}");
}

#[tokio::test]
async fn a_script_that_is_lost_is_sent_again() {
    let server = Server::start().await;
    let throttles = over(&server::link(&server.patient_options()));
    throttles.take(&OF).await;
    let _: String = cmd("SCRIPT").arg("FLUSH").query_async(&mut server.connection().await).await.unwrap();
    for _ in 0..3 {
        throttles.take(&OF).await;
    }
    let keys: Vec<String> = cmd("KEYS").arg("*").query_async(&mut server.connection().await).await.unwrap();
    let counted: i64 = cmd("PTTL").arg(&keys[0]).query_async(&mut server.connection().await).await.unwrap();
    assert!(counted > 12_000, "four were counted, 6 s each: {counted}");
}

#[tokio::test]
async fn a_redis_that_hangs_costs_some_time_outs_and_then_none() {
    let server = Server::start().await;
    let link = server::link(&server.options());
    let throttles = over(&link);
    link.warm().await;
    throttles.take(&OF).await;
    server.freeze();
    for _ in 0..60 {
        throttles.take(&OF).await;
    }
    assert!(link.is_open());
    server.thaw();
    server::until("a probe closes the breaker", async || {
        throttles.take(&OF).await;
        !link.is_open()
    })
    .await;
}

#[tokio::test]
async fn a_redis_that_is_gone_is_found_again() {
    let mut server = Server::start().await;
    let link = server::link(&server.options());
    let throttles = over(&link);
    server.kill();
    let begun = Instant::now();
    for _ in 0..60 {
        throttles.take(&OF).await;
    }
    assert!(link.is_open() && begun.elapsed() < Duration::from_secs(30));
    server.start_again().await;
    server::until("a probe closes the breaker", async || {
        throttles.take(&OF).await;
        !link.is_open()
    })
    .await;
    assert!(server.calls("evalsha").await > 0);
}
