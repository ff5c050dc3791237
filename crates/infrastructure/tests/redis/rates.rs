//! Rates that instances count together.

use std::sync::Arc;
use std::time::Instant;

use deadpool_redis::redis::cmd;
use orderbase_application::ports::{Ids as _, RateAsk, RateLimiter, RateMode, RateTaking};
use orderbase_application::rates::{PerPolicy, RateRule};
use orderbase_application::testing::rates::contract;
use orderbase_infrastructure::redis::{RedisLink, RedisOptions, RedisRateLimiter};
use orderbase_infrastructure::system::SystemIds;
use orderbase_kernel::{TenantId, Timestamp};
use uuid::Uuid;

use crate::server::{self, Server};

fn id() -> Uuid {
    SystemIds::new().at(Timestamp::from_millis(0).unwrap())
}

fn of(link: &RedisLink, instances: u32) -> RedisRateLimiter {
    RedisRateLimiter::new(link.clone(), true, Arc::new(move || instances))
}

fn ask(quota: u32, burst: u32) -> RateAsk {
    let rules = PerPolicy::both(RateRule { quota, burst });
    RateAsk { tenant_id: TenantId::from_uuid(id()), principal_id: id(), rules, cost: 1 }
}

/// How many of `attempts`, on each of the limiters in turn, are granted.
async fn granted(limiters: &[&RedisRateLimiter], ask: &RateAsk, attempts: usize) -> u32 {
    let mut granted = 0;
    for limiter in limiters.iter().cycle().take(attempts) {
        granted += u32::from(matches!(limiter.take(ask).await, RateTaking::Granted(_)));
    }
    granted
}

/// What a rate may have given back since then, and one that was begun.
fn refilled(since: Instant, ask: &RateAsk) -> u32 {
    let secs = u32::try_from(since.elapsed().as_secs()).unwrap() + 1;
    secs * ask.rules.tenant.quota / 60 + 1
}

async fn keeps_the_contract(options: &RedisOptions) {
    for leasing in [true, false] {
        let limiter = RedisRateLimiter::new(server::link(options), leasing, Arc::new(|| 1));
        contract::all(&limiter, id).await;
        assert_eq!(limiter.mode(), RateMode::Shared);
    }
}

#[tokio::test]
async fn one_server_keeps_the_contract() {
    keeps_the_contract(&server::single()).await;
}

#[tokio::test]
async fn a_cluster_keeps_the_contract() {
    keeps_the_contract(&server::cluster()).await;
}

#[tokio::test]
async fn instances_share_a_burst_with_leases_and_without() {
    for options in [server::single(), server::cluster()] {
        for leasing in [true, false] {
            let limiters = [0, 1].map(|_| RedisRateLimiter::new(server::link(&options), leasing, Arc::new(|| 2)));
            let (ask, since) = (ask(60, 400), Instant::now());
            let admitted = granted(&[&limiters[0], &limiters[1]], &ask, 1_000).await;
            let most = 400 + refilled(since, &ask);
            // Of a lease at most a second's rest is lost: 10 units at each instance.
            assert!((380..=most).contains(&admitted), "{admitted} of at most {most}, leasing: {leasing}");
        }
    }
}

#[tokio::test]
async fn many_credentials_of_a_tenant_get_no_more_than_the_tenant() {
    let link = server::link(&server::single());
    let (one, other) = (of(&link, 2), of(&link, 2));
    let (tenant, since) = (ask(60, 400), Instant::now());
    let mut admitted = 0;
    for _ in 0..20 {
        for principal in 0..40 {
            // Every other one is too slow for leases, and finds no room that those of the others have left.
            let credential = RateRule { burst: if principal % 2 == 0 { 400 } else { 20 }, ..tenant.rules.credential };
            let rules = PerPolicy { credential, ..tenant.rules };
            let ask = RateAsk { principal_id: Uuid::from_u128(principal), rules, ..tenant };
            admitted += granted(&[&one, &other], &ask, 2).await;
        }
    }
    let most = 400 + refilled(since, &tenant);
    assert!((350..=most).contains(&admitted), "{admitted} of at most {most}");
}

#[tokio::test]
async fn a_lease_spares_calls_and_a_refusal_all_of_them() {
    let server = Server::start().await;
    let limiter = of(&server::link(&server.patient_options()), 1);
    let wide = ask(600_000, 10_000);
    assert_eq!(granted(&[&limiter], &wide, 1_000).await, 1_000);
    let calls = server.calls("evalsha").await;
    assert!((1_000 / 64..200).contains(&calls), "{calls} calls for a thousand requests");
    let slow = ask(1, 3);
    assert_eq!(granted(&[&limiter], &slow, 4).await, 3);
    let calls = server.calls("evalsha").await;
    assert_eq!(granted(&[&limiter], &slow, 500).await, 0);
    // 5 s later it may ask once more.
    assert!(server.calls("evalsha").await <= calls + 2);
}

#[tokio::test]
async fn losing_the_counters_gives_no_second_burst() {
    let server = Server::start().await;
    let link = server::link(&server.patient_options());
    let (one, other) = (of(&link, 2), of(&link, 2));
    let (ask, since) = (ask(6, 160), Instant::now());
    let mut admitted = granted(&[&one, &other], &ask, 320).await;
    assert!(admitted >= 144, "{admitted}");
    for _ in 0..3 {
        let _: String = cmd("FLUSHALL").query_async(&mut server.connection().await).await.unwrap();
        // Another cost is another wish: the refusals of before do not speak for it.
        for cost in [2, 3, 4] {
            admitted += cost * granted(&[&one, &other], &RateAsk { cost, ..ask }, 20).await;
        }
    }
    assert!(admitted <= 160 + refilled(since, &ask), "{admitted}");
}

/// A Redis that hung for less than a bucket takes to fill has it still, and knows nothing of what was granted meanwhile.
#[tokio::test]
async fn a_bucket_is_no_fuller_than_who_asks_knows() {
    let server = Server::start().await;
    let limiter = of(&server::link(&server.patient_options()), 1);
    let mut connection = server.connection().await;
    let ask = ask(6, 20);
    assert_eq!(granted(&[&limiter], &ask, 30).await, 20);
    let kept: Vec<String> = cmd("KEYS").arg("ob:rate:*").query_async(&mut connection).await.unwrap();
    assert_eq!(kept.len(), 2);
    for key in kept {
        let _: String = cmd("SET").arg(key).arg(0).query_async(&mut connection).await.unwrap();
    }
    // Another cost is another wish: the refusal of before does not speak for it.
    assert_eq!(granted(&[&limiter], &RateAsk { cost: 2, ..ask }, 5).await, 0);
}

#[tokio::test]
async fn garbage_under_a_key_is_no_error() {
    let server = Server::start().await;
    let limiter = of(&server::link(&server.patient_options()), 1);
    let mut connection = server.connection().await;
    for (command, garbage) in
        [("SET", "nan"), ("SET", "inf"), ("SET", "x"), ("SET", ""), ("SET", "-1e308"), ("LPUSH", "1"), ("SADD", "1")]
    {
        let ask = ask(1, 3);
        let key = format!("ob:rate:{{{}}}:t", ask.tenant_id.uuid().simple());
        let _: deadpool_redis::redis::Value =
            cmd(command).arg(key).arg(garbage).query_async(&mut connection).await.unwrap();
        let admitted = granted(&[&limiter], &ask, 6).await;
        assert!(admitted == if garbage == "inf" { 0 } else { 3 }, "{garbage}: {admitted}");
        assert_eq!(limiter.mode(), RateMode::Shared);
    }
}

#[tokio::test]
async fn without_redis_each_instance_grants_its_share_from_where_it_stood() {
    let mut server = Server::start().await;
    let link = server::link(&server.options());
    link.warm().await;
    let (one, other) = (of(&link, 2), of(&link, 2));
    let (used, fresh, since) = (ask(6, 40), ask(6, 40), Instant::now());
    server::until("Redis counts", async || {
        granted(&[&one, &other], &used, 10).await;
        one.mode() == RateMode::Shared && other.mode() == RateMode::Shared
    })
    .await;
    granted(&[&one, &other], &used, 80).await;
    for hang in [true, false] {
        if hang {
            server.freeze()
        } else {
            server.kill()
        }
        // Refusals that still hold ask nobody; another cost is another wish.
        let more = granted(&[&one, &other], &RateAsk { cost: 2, ..used }, 80).await;
        assert!(2 * more <= refilled(since, &used), "{more}: it was empty");
        assert_eq!((one.mode(), other.mode()), (RateMode::Local, RateMode::Local));
        if hang {
            let admitted = granted(&[&one, &other], &fresh, 80).await;
            assert!((20..=20 + refilled(since, &fresh)).contains(&admitted), "{admitted}: half of 20 at each");
            server.thaw();
            server::until("Redis counts again", async || {
                let probe = ask(60, 40);
                one.take(&probe).await;
                other.take(&probe).await;
                one.mode() == RateMode::Shared && other.mode() == RateMode::Shared
            })
            .await;
        }
    }
}

#[tokio::test]
async fn who_goes_away_gives_back_what_was_promised() {
    let server = Server::start().await;
    let limiter = of(&server::link(&server.patient_options()), 1);
    let ask = ask(600_000, 10_000);
    granted(&[&limiter], &ask, 200).await;
    for _ in 0..200 {
        let gone = tokio::time::timeout(std::time::Duration::ZERO, limiter.take(&ask)).await;
        drop(gone);
    }
    let calls = server.calls("evalsha").await;
    granted(&[&limiter], &ask, 640).await;
    assert!(server.calls("evalsha").await < calls + 100, "there is no room for leases any more");
}
