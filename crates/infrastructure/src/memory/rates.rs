//! The rates of tenants and credentials, counted in this process: of the embedded mode.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use orderbase_application::ports::{RateAsk, RateLimiter, RateMode, RateTaking};
use orderbase_application::rates::{self, PerPolicy, Standing};
use tokio::time::Instant;
use uuid::Uuid;

use super::bounded::Bounded;

/// Buckets that are kept at most; some 10 MiB. A full one need not be kept.
const BUCKETS_MAX: usize = 100_000;

/// Tenant and principal; the tenant's own bucket has the nil principal.
type Key = (Uuid, Uuid);

/// Buckets of one process, on monotonic time.
pub struct LocalRates {
    began: Instant,
    tats: Mutex<Bounded<Key>>,
}

impl Default for LocalRates {
    fn default() -> Self {
        Self { began: Instant::now(), tats: Mutex::new(Bounded::new(BUCKETS_MAX)) }
    }
}

impl LocalRates {
    fn now(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_micros()).unwrap_or(i64::MAX)
    }

    fn tats(&self) -> MutexGuard<'_, Bounded<Key>> {
        self.tats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl RateLimiter for LocalRates {
    async fn take(&self, ask: &RateAsk) -> RateTaking {
        let (now, keys) = (self.now(), keys(ask));
        let mut tats = self.tats();
        match rates::decide(keys.map(|key| tats.get(&key)), now, ask.rules, ask.cost) {
            Ok(after) => {
                tats.insert(keys.tenant, after.tenant, now);
                tats.insert(keys.credential, after.credential, now);
                drop(tats);
                RateTaking::Granted(after.zip(ask.rules).map(|(tat, rule)| Standing::of(Some(tat), now, rule)))
            }
            Err(refused) => RateTaking::Refused(refused),
        }
    }

    fn standing(&self, ask: &RateAsk) -> PerPolicy<Standing> {
        let (now, tats) = (self.now(), self.tats());
        keys(ask).map(|key| tats.get(&key)).zip(ask.rules).map(|(tat, rule)| Standing::of(tat, now, rule))
    }

    /// All that is counted is counted here.
    fn mode(&self) -> RateMode {
        RateMode::Shared
    }
}

fn keys(ask: &RateAsk) -> PerPolicy<Key> {
    let tenant = ask.tenant_id.uuid();
    PerPolicy { tenant: (tenant, Uuid::nil()), credential: (tenant, ask.principal_id) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use orderbase_application::rates::RateRule;
    use orderbase_application::testing::rates::contract;
    use orderbase_kernel::TenantId;

    use super::*;

    #[tokio::test]
    async fn it_keeps_the_contract() {
        let mut next = 0_u128;
        contract::all(&LocalRates::default(), || {
            next += 1 << 32;
            Uuid::from_u128(next)
        })
        .await;
    }

    /// Ten times the load for a minute: the bound of api.md §8, and all of it is used.
    #[tokio::test(start_paused = true)]
    async fn what_passes_is_the_burst_and_the_rate() {
        let limiter = LocalRates::default();
        let rule = RateRule { quota: 600, burst: 100 };
        let ask = RateAsk {
            tenant_id: TenantId::from_uuid(Uuid::from_u128(1)),
            principal_id: Uuid::from_u128(2),
            rules: PerPolicy::both(rule),
            cost: 1,
        };
        let (mut granted, mut refused) = (0, 0);
        for _ in 0..6_000 {
            match limiter.take(&ask).await {
                RateTaking::Granted(_) => granted += 1,
                RateTaking::Refused(_) => refused += 1,
            }
            tokio::time::advance(Duration::from_millis(10)).await;
        }
        // The last one came at 59.99 s.
        assert_eq!((granted, refused), (100 + 599, 5_301));
    }

    #[tokio::test(start_paused = true)]
    async fn who_obeys_passes() {
        let limiter = LocalRates::default();
        let rules = PerPolicy { tenant: RateRule { quota: 30, burst: 5 }, credential: RateRule { quota: 7, burst: 3 } };
        let tenant_id = TenantId::from_uuid(Uuid::from_u128(1));
        for cost in [1, 2, 3, 1, 3, 99] {
            let ask = RateAsk { tenant_id, principal_id: Uuid::from_u128(2), rules, cost };
            while let RateTaking::Granted(_) = limiter.take(&ask).await {}
            let RateTaking::Refused(refused) = limiter.take(&ask).await else { panic!("it was empty") };
            tokio::time::advance(Duration::from_secs(refused.retry_after_secs())).await;
            assert!(matches!(limiter.take(&ask).await, RateTaking::Granted(_)), "{refused:?}");
        }
    }
}
