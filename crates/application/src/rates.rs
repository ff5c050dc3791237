//! What a request costs its tenant and its credential: the arithmetic that every limiter shares. Pure; who keeps the instants is an adapter.

use orderbase_kernel::gcra::{self, Rate, Taken};
use orderbase_tenancy::KeyRate;

use crate::ctx::Ctx;
use crate::ports::RateAsk;

/// The window of every rate.
pub const WINDOW_SECS: u32 = 60;

/// What is told to wait where nothing ever comes back.
const BLOCKED_SECS: u64 = 3_600;

/// `quota` units in 60 s, evenly, and at most `burst` at once; a quota of 0 blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RateRule {
    pub quota: u32,
    pub burst: u32,
}

/// A value of each policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PerPolicy<T> {
    /// The tenant's, whoever of it asks.
    pub tenant: T,
    /// The user's or API key's own.
    pub credential: T,
}

/// What a client is told of a bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Units left.
    pub remaining: u32,
    /// Whole seconds until there is one more, rounded up, at most the window; `None` when the bucket is full, and where nothing comes back.
    pub next_secs: Option<u64>,
}

/// A refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateRefused {
    /// Microseconds until the same request would pass if nobody else came. Greater than 0; `i64::MAX`: never.
    pub wait_micros: i64,
    /// Which buckets lack the cost; at least one.
    pub violated: PerPolicy<bool>,
    pub standings: PerPolicy<Standing>,
}

impl RateRule {
    #[must_use]
    pub const fn rate(self) -> Rate {
        Rate::per(self.burst, self.quota, WINDOW_SECS)
    }

    /// What a key says of its own, under its tenant's rule: the burst is the tenant's, or the quota where that is less.
    #[must_use]
    pub fn of_key(self, rate: KeyRate) -> Self {
        let quota = rate.requests_per_minute();
        Self { quota, burst: self.burst.min(quota) }
    }
}

impl<T: Copy> PerPolicy<T> {
    pub const fn both(value: T) -> Self {
        Self { tenant: value, credential: value }
    }

    pub fn map<U>(self, change: impl Fn(T) -> U) -> PerPolicy<U> {
        PerPolicy { tenant: change(self.tenant), credential: change(self.credential) }
    }

    pub fn zip<U>(self, other: PerPolicy<U>) -> PerPolicy<(T, U)> {
        PerPolicy { tenant: (self.tenant, other.tenant), credential: (self.credential, other.credential) }
    }
}

impl PerPolicy<RateRule> {
    /// The smaller of both bursts.
    #[must_use]
    pub fn least_burst(&self) -> u32 {
        self.tenant.burst.min(self.credential.burst)
    }
}

impl RateRefused {
    /// Whole seconds, at least 1 and at least what any standing says: who waits so long passes if nobody else came. 3 600 where a rate of 0 blocks.
    #[must_use]
    pub fn retry_after_secs(&self) -> u64 {
        let longest =
            [self.standings.tenant.next_secs, self.standings.credential.next_secs].into_iter().flatten().max();
        whole_secs(self.wait_micros).max(longest.unwrap_or(0)).max(1)
    }
}

impl Standing {
    /// Of a bucket that kept the instant at which it is full again, or nothing.
    #[must_use]
    pub fn of(tat_micros: Option<i64>, now_micros: i64, rule: RateRule) -> Self {
        let level = gcra::level(shallow(tat_micros, now_micros, rule), now_micros, &rule.rate());
        let next = level.next_micros.filter(|micros| *micros != i64::MAX);
        Self { remaining: level.units, next_secs: next.map(whole_secs) }
    }
}

/// What both buckets keep afterwards, or why nothing is taken.
///
/// # Errors
/// [`RateRefused`], with the standings of now.
pub fn decide(
    tats: PerPolicy<Option<i64>>,
    now_micros: i64,
    rules: PerPolicy<RateRule>,
    cost: u32,
) -> Result<PerPolicy<i64>, RateRefused> {
    let taken =
        tats.zip(rules).map(|(tat, rule)| gcra::take(shallow(tat, now_micros, rule), now_micros, &rule.rate(), cost));
    if let (Taken::Granted { tat: tenant }, Taken::Granted { tat: credential }) = (taken.tenant, taken.credential) {
        return Ok(PerPolicy { tenant, credential });
    }
    let waits = taken.map(|taken| match taken {
        Taken::Granted { .. } => None,
        Taken::Refused { wait_micros } => Some(wait_micros),
    });
    Err(RateRefused {
        wait_micros: waits.tenant.max(waits.credential).unwrap_or(i64::MAX),
        violated: waits.map(|wait| wait.is_some()),
        standings: tats.zip(rules).map(|(tat, rule)| Standing::of(tat, now_micros, rule)),
    })
}

impl Ctx {
    /// The tenant's rate, and the credential's: a key's own where that is lower, else the tenant's again.
    pub fn rate_rules(&self) -> PerPolicy<RateRule> {
        let limits = self.limits();
        let tenant = RateRule { quota: limits.requests_per_minute, burst: limits.burst };
        let of_key = self.key_rate.map(|rate| tenant.of_key(rate));
        let credential = of_key.filter(|own| own.quota < tenant.quota).unwrap_or(tenant);
        PerPolicy { tenant, credential }
    }

    /// What the limiter is asked for a request of so many units.
    pub fn rate_ask(&self, cost: u32) -> RateAsk {
        RateAsk { tenant_id: self.tenant.id(), principal_id: self.principal_id, rules: self.rate_rules(), cost }
    }
}

/// A bucket is empty at most: what was taken under a deeper one is forgiven when the limit changes.
fn shallow(tat_micros: Option<i64>, now_micros: i64, rule: RateRule) -> Option<i64> {
    let rate = rule.rate();
    let empty = now_micros.saturating_add(rate.every_micros.saturating_mul(i64::from(rate.burst)));
    tat_micros.map(|tat| tat.min(empty))
}

fn whole_secs(micros: i64) -> u64 {
    match u64::try_from(micros) {
        Ok(never) if micros == i64::MAX => BLOCKED_SECS.min(never),
        Ok(micros) => micros.div_ceil(1_000_000),
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOW: RateRule = RateRule { quota: 6, burst: 2 };
    const WIDE: RateRule = RateRule { quota: 60, burst: 10 };

    #[test]
    fn both_or_neither() {
        let rules = PerPolicy { tenant: WIDE, credential: SLOW };
        let tats = decide(PerPolicy::default(), 0, rules, 2).unwrap();
        assert_eq!(tats, PerPolicy { tenant: 2_000_000, credential: 20_000_000 });
        let refused = decide(tats.map(Some), 0, rules, 1).unwrap_err();
        assert_eq!((refused.violated.tenant, refused.violated.credential), (false, true));
        assert_eq!((refused.wait_micros, refused.retry_after_secs()), (10_000_000, 10));
        assert_eq!(refused.standings.tenant, Standing { remaining: 8, next_secs: Some(1) });
        assert_eq!(refused.standings.credential, Standing { remaining: 0, next_secs: Some(10) });
        assert!(decide(tats.map(Some), 10_000_000, rules, 1).is_ok(), "obeying it succeeds");
    }

    #[test]
    fn who_obeys_waits_for_the_slowest_and_for_the_whole_cost() {
        let rules = PerPolicy { tenant: RateRule { quota: 1, burst: 1 }, credential: WIDE };
        let tats = PerPolicy { tenant: Some(59_000_001), credential: Some(10_000_000) };
        let refused = decide(tats, 0, rules, 5).unwrap_err();
        assert_eq!(refused.violated, PerPolicy::both(true));
        assert_eq!(refused.retry_after_secs(), 60);
        // The tenant's bucket has what is asked, but its next unit comes later than the credential's.
        let rules = PerPolicy { tenant: RateRule { quota: 1, burst: 2 }, credential: WIDE };
        let tats = PerPolicy { tenant: Some(30_000_000), credential: Some(10_000_000) };
        let refused = decide(tats, 0, rules, 1).unwrap_err();
        assert_eq!((refused.violated.tenant, refused.retry_after_secs()), (false, 30));
    }

    #[test]
    fn a_smaller_bucket_is_empty_at_most() {
        let tats = PerPolicy::both(Some(600_000_000));
        let refused = decide(tats, 0, PerPolicy::both(SLOW), 1).unwrap_err();
        assert_eq!(refused.retry_after_secs(), 10);
        assert_eq!(refused.standings, PerPolicy::both(Standing { remaining: 0, next_secs: Some(10) }));
    }

    #[test]
    fn a_rate_of_nothing_blocks_for_an_hour() {
        let rules = PerPolicy { tenant: RateRule { quota: 0, burst: 5 }, credential: WIDE };
        let refused = decide(PerPolicy::default(), 0, rules, 1).unwrap_err();
        assert_eq!((refused.wait_micros, refused.retry_after_secs()), (i64::MAX, 3_600));
        assert_eq!(refused.standings.tenant, Standing { remaining: 0, next_secs: None });
    }
}
