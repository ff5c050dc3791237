//! Throttles admit their burst and their refill, whoever asks on whichever instance, and slow down who is guessed at.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::task::JoinSet;

use crate::ports::{Bucket, Of, ThrottleTaking, Throttles};

/// Gives each case its throttles, with the rules of security.md §4 and nothing counted. It must outlive the case.
#[async_trait]
pub trait ThrottleHarness: Send + Sync {
    /// Two instances that count together.
    fn pair(&self) -> [Arc<dyn Throttles>; 2];

    /// Lets that much time pass for what is counted.
    async fn pass(&self, secs: u64);
}

const HOUR: u64 = 3_600;
const ACCOUNT: (Bucket, Of<'_>) = (Bucket::LoginAccount, Of::Text("acme/ann@x.example"));

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// How many of `attempts` in a row are granted.
async fn granted(throttles: &dyn Throttles, buckets: &[(Bucket, Of<'_>)], attempts: u32) -> u32 {
    let mut granted = 0;
    for _ in 0..attempts {
        granted += u32::from(throttles.take(buckets).await == ThrottleTaking::Granted);
    }
    granted
}

/// Which bucket refuses, and that the wait is at most so long and not a second of it lost.
async fn refused(throttles: &dyn Throttles, buckets: &[(Bucket, Of<'_>)], secs: u64) -> Bucket {
    let ThrottleTaking::Refused { bucket, retry_after_secs } = throttles.take(buckets).await else {
        panic!("{buckets:?} are granted");
    };
    // Time passes while a case runs, by no means a minute.
    assert!((secs.saturating_sub(60)..=secs).contains(&retry_after_secs), "{retry_after_secs} of {secs}");
    bucket
}

pub async fn a_bucket_has_its_burst_and_its_refill(harness: &impl ThrottleHarness) {
    let [one, _] = harness.pair();
    for (bucket, every) in [(Bucket::LoginAccount, 180), (Bucket::LoginKnown, 180), (Bucket::TicketIp, 360)] {
        let of = [(bucket, Of::Text("x"))];
        assert_eq!(granted(&*one, &of, 9).await, 5, "{bucket:?}");
        assert_eq!(refused(&*one, &of, every).await, bucket);
        harness.pass(every).await;
        assert_eq!(granted(&*one, &of, 9).await, 1, "{bucket:?}");
        harness.pass(50 * HOUR).await;
        assert_eq!(granted(&*one, &of, 9).await, 5, "{bucket:?} saves no more than its burst");
    }
}

pub async fn several_buckets_are_taken_from_or_none(harness: &impl ThrottleHarness) {
    let [one, _] = harness.pair();
    let network = (Bucket::PasswordUser, Of::Text("u"));
    let account = |name| (Bucket::LoginAccount, Of::Text(name));
    assert_eq!(granted(&*one, &[account("a")], 9).await, 5);
    assert_eq!(granted(&*one, &[network, account("a")], 9).await, 0);
    assert_eq!(granted(&*one, &[network, account("b")], 9).await, 5, "refusals took nothing of the other's");
    assert_eq!(
        refused(&*one, &[account("a"), network], 360).await,
        Bucket::PasswordUser,
        "the one to wait longest for"
    );
    assert_eq!(one.take(&[]).await, ThrottleTaking::Granted);
    assert_eq!(granted(&*one, &[account("c"), account("c")], 9).await, 2, "five tokens, two each time");
}

pub async fn a_network_is_an_address_of_ipv4_or_half_of_one_of_ipv6(harness: &impl ThrottleHarness) {
    let [one, _] = harness.pair();
    let of = |address| [(Bucket::TicketIp, Of::Network(ip(address)))];
    assert_eq!(granted(&*one, &of("203.0.113.9"), 9).await, 5);
    assert_eq!(granted(&*one, &of("::ffff:203.0.113.9"), 9).await, 0);
    assert_eq!(granted(&*one, &of("2001:db8::1"), 9).await, 5);
    assert_eq!(granted(&*one, &of("2001:db8::ffff:0:1"), 9).await, 0);
    assert_eq!(granted(&*one, &of("2001:db8:0:1::1"), 9).await, 5);
}

pub async fn peeking_takes_nothing(harness: &impl ThrottleHarness) {
    let [one, other] = harness.pair();
    for _ in 0..20 {
        assert_eq!(one.peek(&[ACCOUNT]).await, ThrottleTaking::Granted);
    }
    assert_eq!(granted(&*one, &[ACCOUNT], 9).await, 5);
    assert!(matches!(other.peek(&[ACCOUNT]).await, ThrottleTaking::Refused { bucket: Bucket::LoginAccount, .. }));
}

pub async fn instances_count_together(harness: &impl ThrottleHarness) {
    let pair = harness.pair();
    let mut attempts = JoinSet::new();
    for at in 0..20 {
        let throttles = Arc::clone(&pair[at % 2]);
        attempts.spawn(async move { throttles.take(&[ACCOUNT]).await == ThrottleTaking::Granted });
    }
    let outcomes = attempts.join_all().await;
    assert_eq!(outcomes.iter().filter(|granted| **granted).count(), 5);
}

pub async fn a_network_is_known_for_thirty_days_after_a_sign_in(harness: &impl ThrottleHarness) {
    let [one, other] = harness.pair();
    let (home, elsewhere) = (ip("2001:db8::1"), ip("198.51.100.1"));
    assert!(!one.is_known("a", home).await);
    one.succeeded("a", home).await;
    assert!(other.is_known("a", ip("2001:db8::2")).await, "of the same /64, on the other instance");
    assert!(!one.is_known("a", elsewhere).await && !one.is_known("b", home).await);
    harness.pass(30 * 24 * HOUR - 60).await;
    assert!(one.is_known("a", home).await);
    harness.pass(60).await;
    assert!(!one.is_known("a", home).await);
}

pub async fn a_hundred_failures_in_a_row_slow_an_account_down_until_a_success(harness: &impl ThrottleHarness) {
    let pair = harness.pair();
    let [one, other] = &pair;
    let (Of::Text(account), home) = (ACCOUNT.1, ip("203.0.113.9")) else { panic!("an account is a text") };
    for _ in 0..99 {
        assert!(!one.failed(account).await);
    }
    one.succeeded(account, home).await;
    for n in 1..=120_usize {
        assert_eq!(pair[n % 2].failed(account).await, n == 100, "{n}");
    }
    assert_eq!(granted(&**other, &[ACCOUNT], 9).await, 5);
    assert_eq!(refused(&**other, &[ACCOUNT], HOUR).await, Bucket::LoginAccount);
    harness.pass(3 * HOUR).await;
    assert_eq!(granted(&**one, &[ACCOUNT], 9).await, 3, "one an hour");
    assert_eq!(granted(&**one, &[(Bucket::LoginAccount, Of::Text("b"))], 9).await, 5, "nobody else is slowed");
    assert_eq!(granted(&**one, &[(Bucket::LoginKnown, Of::Both(account, home))], 9).await, 5, "nor the owner at home");
    other.succeeded(account, home).await;
    harness.pass(180).await;
    assert_eq!(granted(&**one, &[ACCOUNT], 9).await, 1, "one in three minutes again, and at once");
}

pub async fn being_slowed_down_gives_no_new_burst(harness: &impl ThrottleHarness) {
    let [one, _] = harness.pair();
    let Of::Text(account) = ACCOUNT.1 else { panic!("an account is a text") };
    for _ in 0..99 {
        one.failed(account).await;
    }
    assert_eq!(granted(&*one, &[ACCOUNT], 9).await, 5);
    assert!(one.failed(account).await);
    assert_eq!(granted(&*one, &[ACCOUNT], 9).await, 0);
    harness.pass(HOUR - 60).await;
    assert_eq!(granted(&*one, &[ACCOUNT], 9).await, 0);
    harness.pass(60).await;
    assert_eq!(granted(&*one, &[ACCOUNT], 9).await, 1);
}
