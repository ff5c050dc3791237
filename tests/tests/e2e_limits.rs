//! The bound of api.md §8 over two instances of the real binary, whatever Redis does: while it answers, while it hangs, when it is back, and
//! after it was killed.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    reason = "tests fail by panicking, and the figures are for who asks to see them"
)]

use std::time::{Duration, Instant};

use orderbase_tests::client::Client;
use orderbase_tests::house::{House, Mode};
use orderbase_tests::redis::Redis;
use tokio::task::JoinSet;

/// Units that come back in a second.
const RATE: f64 = 20.0;
const BURST: f64 = 80.0;

const LONG: Duration = Duration::from_secs(5);
const SHORT: Duration = Duration::from_secs(3);

/// What came of a flood.
struct Flood {
    admitted: f64,
    refused: f64,
    /// Between the first request and the last answer.
    secs: f64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_keep_one_limit_whatever_redis_does() {
    let mut redis = Redis::start();
    let house = House::build(Mode::Server)
        .with("ORDERBASE_REDIS_URL", redis.url())
        .with("ORDERBASE_REDIS_TIMEOUT_MS", "150")
        .with("ORDERBASE_INSTANCES", "2");
    house.grant("acme", &["requests_per_minute=1200", "burst=80"]);
    let (one, other) = (house.serve(), house.serve());
    let callers = [&one.acme, &other.acme];

    let shared = flood("Redis answers", LONG, &callers).await;
    assert!(shared.admitted <= BURST + RATE * shared.secs);
    assert!(shared.admitted >= 0.9 * (BURST + RATE * shared.secs));

    // Shorter than the bucket takes to fill: Redis still has it when it goes on, and does not know what was granted meanwhile.
    redis.hang();
    let alone = flood("Redis hangs", SHORT, &callers).await;
    // Each has its half, so nobody is shut out.
    assert!(alone.admitted >= 0.5 * RATE * alone.secs);
    redis.go_on();
    let back = flood("Redis goes on", SHORT, &callers).await;
    let (admitted, secs) = (alone.admitted + back.admitted, alone.secs + back.secs);
    assert!(admitted <= 1.1 * RATE * secs + BURST / 2.0, "a second burst");
    one.borealis.get("/api/v1/orders").await.expect(200);

    redis.kill();
    let lost = flood("Redis is killed", LONG, &callers).await;
    assert!(lost.admitted <= 1.1 * RATE * lost.secs + BURST / 2.0);
    assert!(lost.admitted >= 0.5 * RATE * lost.secs);
    other.borealis.get("/api/v1/orders").await.expect(200);
}

/// Eight callers ask as fast as they can, far above the rate. Nothing but 200 and 429 is answered.
async fn flood(name: &str, long: Duration, callers: &[&Client]) -> Flood {
    let begun = Instant::now();
    let until = begun + long;
    let mut asking = JoinSet::new();
    for client in callers.iter().cycle().take(8) {
        let client = (*client).clone();
        asking.spawn(async move {
            let (mut admitted, mut refused) = (0_u32, 0_u32);
            while Instant::now() < until {
                match client.get("/api/v1/me").await.status {
                    200 => admitted += 1,
                    429 => refused += 1,
                    status => panic!("{status}"),
                }
            }
            (admitted, refused)
        });
    }
    let counts = asking.join_all().await;
    let secs = begun.elapsed().as_secs_f64();
    let sum = |of: fn(&(u32, u32)) -> u32| f64::from(counts.iter().map(of).sum::<u32>());
    let flood = Flood { admitted: sum(|(admitted, _)| *admitted), refused: sum(|(_, refused)| *refused), secs };
    println!("{name}: {} admitted, {} refused in {secs:.2} s", flood.admitted, flood.refused);
    assert!(flood.refused > 0.0, "{name}: it was no flood");
    flood
}
