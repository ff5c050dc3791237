use std::time::Duration;

use orderbase_kernel::Timestamp;

use super::counts::NUMBERS_MAX;
use super::*;
use crate::security::{KeyPurpose, KeyState, RingEntry};

const HOUR: u64 = 3_600;

fn throttles() -> LocalThrottles {
    with(ThrottleRules::default())
}

fn with(rules: ThrottleRules) -> LocalThrottles {
    LocalThrottles::new(rules, &KeyRing::generate(Timestamp::from_millis(0).unwrap())).unwrap()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

async fn after(secs: u64) {
    tokio::time::advance(Duration::from_secs(secs)).await;
}

/// How many of `attempts` in a row are granted.
async fn granted(throttles: &LocalThrottles, buckets: &[(Bucket, Of<'_>)], attempts: u32) -> u32 {
    let mut granted = 0;
    for _ in 0..attempts {
        granted += u32::from(throttles.take(buckets).await == ThrottleTaking::Granted);
    }
    granted
}

#[tokio::test(start_paused = true)]
async fn every_bucket_has_its_burst_and_its_refill() {
    let table = [
        (Bucket::LoginIp, 10, 10, 60),
        (Bucket::LoginAccount, 5, 20, HOUR),
        (Bucket::LoginKnown, 5, 20, HOUR),
        (Bucket::RefreshFamily, 5, 10, 60),
        (Bucket::RefreshIp, 60, 60, 60),
        (Bucket::TokenClient, 20, 20, 60),
        (Bucket::TokenIp, 60, 60, 60),
        (Bucket::CredentialIp, 60, 60, 60),
        (Bucket::TicketIp, 5, 10, HOUR),
        (Bucket::PasswordUser, 5, 10, HOUR),
        (Bucket::IntrospectClient, 100, 600, 60),
    ];
    assert_eq!(table.map(|(bucket, ..)| bucket), Bucket::ALL);
    for (bucket, burst, quota, secs) in table {
        let throttles = throttles();
        let of = [(bucket, Of::Text("x"))];
        assert_eq!(granted(&throttles, &of, burst + 50).await, burst, "{bucket:?}");
        let every = secs.div_ceil(quota);
        let ThrottleTaking::Refused { bucket: refused, retry_after_secs } = throttles.take(&of).await else {
            panic!("{bucket:?} is empty");
        };
        assert_eq!((refused, retry_after_secs), (bucket, every));
        after(retry_after_secs).await;
        assert!(granted(&throttles, &of, 50).await >= 1, "{bucket:?}");
        after(secs * 10).await;
        assert_eq!(granted(&throttles, &of, burst + 50).await, burst, "{bucket:?} saves no more than its burst");
    }
}

#[tokio::test(start_paused = true)]
async fn rules_may_be_replaced() {
    let rules =
        ThrottleRules::default().with(Bucket::LoginIp, Rate::per(2, 1, 60)).with(Bucket::LoginIp, Rate::per(3, 1, 60));
    let throttles = with(rules);
    assert_eq!(granted(&throttles, &[(Bucket::LoginIp, Of::Text("x"))], 20).await, 3);
    assert_eq!(granted(&throttles, &[(Bucket::TokenIp, Of::Text("x"))], 100).await, 60);
}

#[tokio::test(start_paused = true)]
async fn a_network_is_an_address_of_ipv4_or_half_of_one_of_ipv6() {
    let same = [
        ("203.0.113.9", "::ffff:203.0.113.9", true),
        ("203.0.113.9", "203.0.113.10", false),
        ("2001:db8::1", "2001:db8::ffff:0:1", true),
        ("2001:db8::1", "2001:db8:0:1::1", false),
    ];
    for (one, other, same) in same {
        let throttles = throttles();
        assert_eq!(granted(&throttles, &[(Bucket::LoginIp, Of::Network(ip(one)))], 20).await, 10);
        let left = granted(&throttles, &[(Bucket::LoginIp, Of::Network(ip(other)))], 20).await;
        assert_eq!(left, if same { 0 } else { 10 }, "{one} {other}");
    }
}

#[tokio::test(start_paused = true)]
async fn several_buckets_are_taken_from_or_none() {
    let throttles = throttles();
    let network = (Bucket::LoginIp, Of::Network(ip("203.0.113.9")));
    let account = |name| (Bucket::LoginAccount, Of::Text(name));
    assert_eq!(granted(&throttles, &[network, account("a")], 50).await, 5, "the account's bucket is empty first");
    let refused = throttles.take(&[network, account("a")]).await;
    assert_eq!(refused, ThrottleTaking::Refused { bucket: Bucket::LoginAccount, retry_after_secs: 180 });
    assert_eq!(granted(&throttles, &[network, account("b")], 50).await, 5, "refusals took nothing of the network's");
    let refused = throttles.take(&[network, account("a")]).await;
    let longest = ThrottleTaking::Refused { bucket: Bucket::LoginAccount, retry_after_secs: 180 };
    assert_eq!(refused, longest, "of two that refuse, the one to wait longest for");
    assert_eq!(throttles.take(&[]).await, ThrottleTaking::Granted);
    let twice = [account("c"), account("c")];
    assert_eq!(granted(&throttles, &twice, 50).await, 2, "five tokens, two each time");
}

#[tokio::test(start_paused = true)]
async fn peeking_takes_nothing() {
    let throttles = throttles();
    let of = [(Bucket::LoginIp, Of::Text("x"))];
    for _ in 0..100 {
        assert_eq!(throttles.peek(&of).await, ThrottleTaking::Granted);
    }
    assert_eq!(granted(&throttles, &of, 50).await, 10);
    assert_eq!(throttles.peek(&of).await, throttles.take(&of).await);
    assert_eq!(throttles.peek(&of).await, ThrottleTaking::Refused { bucket: Bucket::LoginIp, retry_after_secs: 6 });
}

#[tokio::test(start_paused = true)]
async fn a_network_is_known_for_thirty_days_after_a_sign_in() {
    let throttles = throttles();
    let (home, elsewhere) = (ip("2001:db8::1"), ip("198.51.100.1"));
    assert!(!throttles.is_known("a", home).await);
    throttles.succeeded("a", home).await;
    assert!(throttles.is_known("a", ip("2001:db8::2")).await, "of the same /64");
    assert!(!throttles.is_known("a", elsewhere).await && !throttles.is_known("b", home).await);
    after(30 * 24 * HOUR - 1).await;
    assert!(throttles.is_known("a", home).await);
    after(1).await;
    assert!(!throttles.is_known("a", home).await);
}

#[tokio::test(start_paused = true)]
async fn a_hundred_failures_in_a_row_slow_an_account_down_until_a_success() {
    let throttles = throttles();
    let (account, home) = ([(Bucket::LoginAccount, Of::Text("a"))], ip("203.0.113.9"));
    for _ in 0..99 {
        assert!(!throttles.failed("a").await);
    }
    throttles.succeeded("a", home).await;
    for n in 1..=250 {
        assert_eq!(throttles.failed("a").await, n == 100, "{n}");
    }
    assert_eq!(granted(&throttles, &account, 50).await, 5);
    assert!(matches!(throttles.take(&account).await, ThrottleTaking::Refused { retry_after_secs: 3_600, .. }));
    after(10 * 24 * HOUR).await;
    assert_eq!(granted(&throttles, &account, 50).await, 5);
    for hour in 1..=24 {
        after(HOUR).await;
        assert_eq!(granted(&throttles, &account, 5).await, 1, "hour {hour}");
    }
    assert_eq!(granted(&throttles, &[(Bucket::LoginAccount, Of::Text("b"))], 50).await, 5, "nobody else is slowed");
    assert_eq!(granted(&throttles, &[(Bucket::LoginKnown, Of::Both("a", home))], 50).await, 5, "nor the owner at home");

    throttles.succeeded("a", home).await;
    after(180).await;
    assert_eq!(granted(&throttles, &account, 5).await, 1, "one in three minutes again, and at once");
}

#[tokio::test(start_paused = true)]
async fn being_slowed_down_gives_no_new_burst() {
    let throttles = throttles();
    let account = [(Bucket::LoginAccount, Of::Text("a"))];
    for _ in 0..99 {
        throttles.failed("a").await;
    }
    assert_eq!(granted(&throttles, &account, 50).await, 5);
    assert!(throttles.failed("a").await);
    assert_eq!(granted(&throttles, &account, 50).await, 0);
    after(HOUR - 1).await;
    assert_eq!(granted(&throttles, &account, 50).await, 0);
    after(1).await;
    assert_eq!(granted(&throttles, &account, 50).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_guesses_from_everywhere_reach_twenty_five_hashes_and_lock_nobody_out() {
    let throttles = throttles();
    let home = ip("203.0.113.9");
    throttles.succeeded("acme/ann@x.example", home).await;
    let mut hashed = 0;
    for guess in 0..1_000_u32 {
        let from = IpAddr::from([10, 0, u8::try_from(guess % 500 / 250).unwrap(), u8::try_from(guess % 250).unwrap()]);
        assert!(!throttles.is_known("acme/ann@x.example", from).await);
        let buckets = [(Bucket::LoginIp, Of::Network(from)), (Bucket::LoginAccount, Of::Text("acme/ann@x.example"))];
        if throttles.take(&buckets).await == ThrottleTaking::Granted {
            hashed += 1;
            throttles.failed("acme/ann@x.example").await;
        }
        tokio::time::advance(Duration::from_millis(3_600)).await;
    }
    assert!((20..=25).contains(&hashed), "{hashed}");
    assert!(throttles.is_known("acme/ann@x.example", home).await);
    let owner = [(Bucket::LoginIp, Of::Network(home)), (Bucket::LoginKnown, Of::Both("acme/ann@x.example", home))];
    assert_eq!(throttles.take(&owner).await, ThrottleTaking::Granted);
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_names_does_not_free_the_one_that_is_guessed() {
    let throttles = throttles();
    let victim = [(Bucket::LoginAccount, Of::Text("victim"))];
    assert_eq!(granted(&throttles, &victim, 50).await, 5);
    for n in 0..NUMBERS_MAX + 10 {
        throttles.take(&[(Bucket::LoginAccount, Of::Text(&n.to_string()))]).await;
    }
    assert!(throttles.counts().buckets() <= NUMBERS_MAX);
    assert_eq!(granted(&throttles, &victim, 50).await, 0);
}

/// The rings of a rotation, in the order in which an instance reads them.
struct Rotation {
    published: KeyRing,
    signing: KeyRing,
    over: KeyRing,
}

fn rotation() -> Rotation {
    let entry = |state| RingEntry::generate(KeyPurpose::Throttle, state, Timestamp::from_millis(0).unwrap());
    let (old, new) = (entry(KeyState::Signing), entry(KeyState::Published));
    let published = KeyRing::new(vec![old.clone(), new.clone()]);
    let (old, new) = (RingEntry { state: KeyState::Retired, ..old }, RingEntry { state: KeyState::Signing, ..new });
    let over = KeyRing::new(vec![new.clone()]);
    Rotation { published, signing: KeyRing::new(vec![old, new]), over }
}

#[tokio::test(start_paused = true)]
async fn while_a_key_is_retired_what_was_counted_under_it_counts() {
    let rotation = rotation();
    let throttles = LocalThrottles::new(ThrottleRules::default(), &rotation.published).unwrap();
    let [guessed, idle] = ["guessed", "idle"].map(|name| [(Bucket::LoginAccount, Of::Text(name))]);
    let (home, hotel) = (ip("203.0.113.9"), ip("198.51.100.1"));
    throttles.succeeded("ann", home).await;
    assert_eq!((granted(&throttles, &guessed, 9).await, granted(&throttles, &idle, 9).await), (5, 5));

    throttles.turn(&rotation.signing).unwrap();
    assert_eq!((granted(&throttles, &guessed, 9).await, granted(&throttles, &idle, 9).await), (0, 0));
    assert!(throttles.is_known("ann", home).await);
    throttles.succeeded("ann", hotel).await;
    after(180).await;
    assert_eq!(granted(&throttles, &guessed, 9).await, 1);
    throttles.turn(&rotation.signing).unwrap();
    assert_eq!(granted(&throttles, &guessed, 9).await, 0);

    throttles.turn(&rotation.over).unwrap();
    assert_eq!(granted(&throttles, &guessed, 9).await, 0, "it was counted under the new key");
    assert!(throttles.is_known("ann", hotel).await && !throttles.is_known("ann", home).await);
    assert_eq!(granted(&throttles, &idle, 9).await, 5, "once");
    throttles.turn(&rotation.over).unwrap();
    assert_eq!(granted(&throttles, &idle, 9).await, 0);
}

#[tokio::test(start_paused = true)]
async fn failures_go_on_under_the_next_key_and_a_success_ends_them_under_both() {
    let rotation = rotation();
    let throttles = LocalThrottles::new(ThrottleRules::default(), &rotation.published).unwrap();
    for _ in 0..99 {
        assert!(!throttles.failed("guessed").await && !throttles.failed("freed").await);
    }
    throttles.turn(&rotation.signing).unwrap();
    throttles.succeeded("freed", ip("203.0.113.9")).await;
    assert!(!throttles.failed("freed").await, "the first again");
    assert!(throttles.failed("guessed").await, "the hundredth");
    throttles.turn(&rotation.over).unwrap();
    assert!(!throttles.failed("guessed").await, "it was reached before");
    assert_eq!(granted(&throttles, &[(Bucket::LoginAccount, Of::Text("guessed"))], 9).await, 5);
    after(180).await;
    assert_eq!(granted(&throttles, &[(Bucket::LoginAccount, Of::Text("guessed"))], 9).await, 0, "slowed down still");
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_replaced_at_once_leaves_nothing_and_a_ring_without_one_changes_nothing() {
    let throttles = throttles();
    let of = [(Bucket::LoginIp, Of::Text("x"))];
    assert_eq!(granted(&throttles, &of, 50).await, 10);
    assert_eq!(throttles.turn(&KeyRing::default()), Err(NoKey(KeyPurpose::Throttle)));
    assert_eq!(granted(&throttles, &of, 50).await, 0);
    let ring = rotation().over;
    throttles.turn(&ring).unwrap();
    assert_eq!(granted(&throttles, &of, 50).await, 10);
    throttles.turn(&ring).unwrap();
    assert_eq!(granted(&throttles, &of, 50).await, 0);
}
