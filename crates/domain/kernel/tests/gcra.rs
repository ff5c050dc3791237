//! The promises of a rate: never more than burst and rate allow in any span, never less than they allow, and an honest wait.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use orderbase_kernel::gcra::{Rate, Taken, take};
use proptest::prelude::*;

fn rule() -> impl Strategy<Value = Rate> {
    (1_u32..=20, 1_i64..=1_000).prop_map(|(burst, every_micros)| Rate { burst, every_micros })
}

/// Pauses between wishes and what each costs.
fn wishes() -> impl Strategy<Value = Vec<(i64, u32)>> {
    proptest::collection::vec((prop_oneof![Just(0), 0_i64..50, 0_i64..3_000], 0_u32..=6), 1..80)
}

proptest! {
    /// In the span between any two grants, ends included, at most `burst + T / every` units pass.
    #[test]
    fn no_span_admits_more_than_burst_and_rate(rule in rule(), wishes in wishes(), start in -5_000_i64..5_000) {
        let (mut tat, mut now, mut granted) = (None, start, Vec::new());
        for (pause, cost) in wishes {
            now += pause;
            if let Taken::Granted { tat: kept } = take(tat, now, &rule, cost) {
                tat = Some(kept);
                granted.push((now, i64::from(cost.min(rule.burst))));
            }
        }
        for (first, (from, _)) in granted.iter().enumerate() {
            let mut units = 0;
            for (to, cost) in &granted[first..] {
                units += cost;
                prop_assert!(units <= i64::from(rule.burst) + (to - from) / rule.every_micros, "{from} {to}");
            }
        }
    }

    /// A bucket that counts units the plain way, with what has come back so far, grants exactly the same wishes.
    #[test]
    fn it_grants_what_a_counting_bucket_grants(rule in rule(), wishes in wishes()) {
        let every = rule.every_micros;
        let full = i64::from(rule.burst) * every;
        // In microseconds' worth of units, so that nothing is rounded.
        let (mut tat, mut level) = (None, full);
        let mut now = 0;
        for (pause, cost) in wishes {
            now += pause;
            level = full.min(level + pause);
            let price = i64::from(cost.min(rule.burst)) * every;
            match take(tat, now, &rule, cost) {
                Taken::Granted { tat: kept } => {
                    prop_assert!(price <= level);
                    level -= price;
                    tat = Some(kept);
                }
                Taken::Refused { wait_micros } => prop_assert_eq!(wait_micros, price - level),
            }
        }
    }

    /// One microsecond sooner it is refused, then it is granted.
    #[test]
    fn a_wait_is_exact(rule in rule(), behind in 1_i64..50_000, now in -5_000_i64..5_000, cost in 0_u32..40) {
        let tat = Some(now + behind);
        if let Taken::Refused { wait_micros } = take(tat, now, &rule, cost) {
            prop_assert_eq!(take(tat, now + wait_micros - 1, &rule, cost), Taken::Refused { wait_micros: 1 });
            let granted = matches!(take(tat, now + wait_micros, &rule, cost), Taken::Granted { .. });
            prop_assert!(granted);
        }
    }

    /// What comes back in the window of a quota is at most the quota.
    #[test]
    fn a_quota_is_never_exceeded(quota in 1_u32..10_000, secs in 1_u32..100_000) {
        let rate = Rate::per(1, quota, secs);
        let back = i64::from(secs) * 1_000_000 / rate.every_micros;
        prop_assert!(back <= i64::from(quota) && back * 1_000 >= i64::from(quota) * 990 - 1_000);
    }
}
