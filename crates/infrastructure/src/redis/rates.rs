//! The rates of tenants and credentials, counted for all instances together in one script call, on the clock of Redis (reliability.md §5). Not
//! every request asks: units are leased, and a refusal holds until it is over. When Redis is away each instance grants its share.

mod leases;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use deadpool_redis::redis::Script;
use orderbase_application::ports::{RateAsk, RateLimiter, RateMode, RateTaking};
use orderbase_application::rates::{self, PerPolicy, RateRefused, RateRule, Standing};
use tokio::time::Instant;
use uuid::Uuid;

use self::leases::{Leases, units_max};
use super::key::Key;
use super::link::{Away, RedisLink};
use crate::memory::bounded::Bounded;

/// Buckets, and refusals, that are remembered at most; some 10 MiB each.
const REMEMBERED_MAX: usize = 100_000;
/// No refusal holds longer without asking.
const DENIED_MICROS_MAX: i64 = 5_000_000;

static TAKE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("rates/take.lua")));

/// How many instances share a limit at this moment.
pub type Instances = Arc<dyn Fn() -> u32 + Send + Sync>;

/// Tenant and principal; the tenant's own bucket has the nil principal.
type BucketKey = (Uuid, Uuid);

/// A wish that was refused: bucket, quotas and bursts, cost.
type DeniedKey = (BucketKey, [u32; 4], u32);

/// Rates of all instances.
pub struct RedisRateLimiter {
    link: RedisLink,
    instances: Instances,
    /// Whether units are taken ahead of their use.
    leasing: bool,
    began: Instant,
    here: Mutex<Here>,
    away: AtomicBool,
}

/// What is known here. Instants are microseconds since the beginning.
struct Here {
    /// When each bucket is full again, as last heard, or as counted here while Redis was away.
    tats: Bounded<BucketKey>,
    /// Until when a refusal holds.
    denied: Bounded<DeniedKey>,
    leases: Leases,
}

/// What limits mean among so many instances.
#[derive(Clone, Copy)]
struct Terms {
    /// Of the shared buckets: what may lie at all instances is not in them.
    shared: PerPolicy<RateRule>,
    /// How many units may lie here of a tenant.
    units_max: u32,
    instances: u32,
}

/// What the script says: units beside the cost, or -1; then wait and debt of the tenant's bucket, and of the credential's.
type Answer = (i64, i64, i64, i64, i64);

/// Units that were promised, given back when the asker goes away.
struct Promise<'a> {
    limiter: &'a RedisRateLimiter,
    ask: &'a RateAsk,
    units: u32,
}

impl RedisRateLimiter {
    #[must_use]
    pub fn new(link: RedisLink, leasing: bool, instances: Instances) -> Self {
        let here = Here {
            tats: Bounded::new(REMEMBERED_MAX),
            denied: Bounded::new(REMEMBERED_MAX),
            leases: Leases::default(),
        };
        Self { link, instances, leasing, began: Instant::now(), here: Mutex::new(here), away: AtomicBool::new(false) }
    }

    fn now(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_micros()).unwrap_or(i64::MAX)
    }

    fn here(&self) -> MutexGuard<'_, Here> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn terms(&self, rules: PerPolicy<RateRule>) -> Terms {
        let instances = (self.instances)().max(1);
        let most = |burst| if self.leasing { units_max(burst, instances) } else { 0 };
        // What may lie outside of the tenant's bucket is the same whoever asks, or one credential's question would find what another's left.
        let outside = PerPolicy { tenant: most(rules.tenant.burst), credential: most(rules.least_burst()) };
        let shared = rules.zip(outside).map(|(rule, units)| RateRule {
            burst: rule.burst.saturating_sub(units.saturating_mul(instances)),
            ..rule
        });
        Terms { shared, units_max: outside.credential, instances }
    }

    /// The answer that needs nobody else: a limit of nothing, a refusal that still holds, units that lie here.
    fn at_once(&self, ask: &RateAsk, shared: PerPolicy<RateRule>, now: i64) -> Option<RateTaking> {
        let mut here = self.here();
        let blocks = [ask.rules.tenant, ask.rules.credential].iter().any(|rule| rule.quota == 0 || rule.burst == 0);
        if blocks || here.denied.get(&denied_key(ask)).is_some_and(|until| now < until) {
            // Where it does not hold any more by what is known here, somebody has to be asked.
            if let Err(refused) = rates::decide(here.tats_of(ask), now, shared, ask.cost) {
                return Some(RateTaking::Refused(refused));
            }
        }
        here.leases.use_up(ask, now).then(|| RateTaking::Granted(here.standing(ask, shared, now)))
    }

    async fn ask_redis(&self, ask: &RateAsk, shared: PerPolicy<RateRule>, extra: u32) -> Result<Answer, Away> {
        let tats = self.here().tats_of(ask);
        let now = self.now();
        let mut script = TAKE.prepare_invoke();
        script.key(Key::rate_of_tenant(ask.tenant_id).as_str());
        script.key(Key::rate_of_credential(ask.tenant_id, ask.principal_id).as_str());
        script.arg(ask.cost).arg(extra);
        for (rule, tat) in [(shared.tenant, tats.tenant), (shared.credential, tats.credential)] {
            let debt = tat.map_or(0, |tat| tat.saturating_sub(now).max(0));
            script.arg(rule.rate().every_micros).arg(rule.burst).arg(debt);
        }
        self.link.script(&script).await
    }

    /// What follows from the answer of Redis.
    fn learn(
        &self,
        ask: &RateAsk,
        shared: PerPolicy<RateRule>,
        promise: &mut Promise<'_>,
        answer: Answer,
    ) -> RateTaking {
        let (extra, wait_tenant, debt_tenant, wait_credential, debt_credential) = answer;
        let (waits, debts) = (
            PerPolicy { tenant: wait_tenant, credential: wait_credential },
            PerPolicy { tenant: debt_tenant, credential: debt_credential },
        );
        let now = self.now();
        let mut here = self.here();
        here.hear(ask, debts.map(|debt| now.saturating_add(debt)), now);
        if let Ok(extra) = u32::try_from(extra) {
            here.leases.settle(ask, promise.take(), Some(extra), now);
            return RateTaking::Granted(here.standing(ask, shared, now));
        }
        let wait_micros = waits.tenant.max(waits.credential).max(1);
        here.denied.insert(denied_key(ask), now.saturating_add(wait_micros.min(DENIED_MICROS_MAX)), now);
        RateTaking::Refused(RateRefused {
            wait_micros,
            violated: waits.map(|wait| wait > 0),
            standings: debts.zip(shared).map(|(debt, rule)| Standing::of(Some(debt), 0, rule)),
        })
    }

    /// By itself: the share of one instance, from the last level that was heard of, else from half a bucket.
    fn by_itself(&self, ask: &RateAsk, instances: u32) -> RateTaking {
        let now = self.now();
        let share = ask
            .rules
            .map(|rule| RateRule { quota: (rule.quota / instances).max(1), burst: (rule.burst / instances).max(1) });
        let mut here = self.here();
        let tats = here.tats_of(ask).zip(share).map(|(tat, share)| Some(tat.unwrap_or_else(|| half_full(share, now))));
        match rates::decide(tats, now, share, ask.cost) {
            Ok(after) => {
                here.hear(ask, after, now);
                RateTaking::Granted(after.zip(share).map(|(tat, rule)| Standing::of(Some(tat), now, rule)))
            }
            Err(refused) => RateTaking::Refused(refused),
        }
    }
}

#[async_trait]
impl RateLimiter for RedisRateLimiter {
    async fn take(&self, ask: &RateAsk) -> RateTaking {
        let (now, Terms { shared, units_max, instances }) = (self.now(), self.terms(ask.rules));
        if let Some(taking) = self.at_once(ask, shared, now) {
            return taking;
        }
        let units = self.here().leases.promise(ask, units_max, now);
        let mut promise = Promise { limiter: self, ask, units };
        let answer = self.ask_redis(ask, shared, units).await;
        self.away.store(answer.is_err(), Ordering::Relaxed);
        match answer {
            Ok(answer) => self.learn(ask, shared, &mut promise, answer),
            Err(Away) => self.by_itself(ask, instances),
        }
    }

    fn standing(&self, ask: &RateAsk) -> PerPolicy<Standing> {
        let (now, Terms { shared, .. }) = (self.now(), self.terms(ask.rules));
        self.here().standing(ask, shared, now)
    }

    fn mode(&self) -> RateMode {
        if self.away.load(Ordering::Relaxed) { RateMode::Local } else { RateMode::Shared }
    }
}

impl Here {
    fn tats_of(&self, ask: &RateAsk) -> PerPolicy<Option<i64>> {
        bucket_keys(ask).map(|key| self.tats.get(&key))
    }

    fn hear(&mut self, ask: &RateAsk, tats: PerPolicy<i64>, now: i64) {
        let keys = bucket_keys(ask);
        self.tats.insert(keys.tenant, tats.tenant, now);
        self.tats.insert(keys.credential, tats.credential, now);
    }

    /// What is left in the shared buckets as last heard, and what lies here.
    fn standing(&self, ask: &RateAsk, shared: PerPolicy<RateRule>, now: i64) -> PerPolicy<Standing> {
        let left = self.leases.left(ask, now);
        self.tats_of(ask).zip(shared).map(|(tat, rule)| {
            let standing = Standing::of(tat, now, rule);
            Standing { remaining: standing.remaining.saturating_add(left), ..standing }
        })
    }
}

impl Promise<'_> {
    /// Whoever takes them settles them.
    fn take(&mut self) -> u32 {
        std::mem::take(&mut self.units)
    }
}

impl Drop for Promise<'_> {
    fn drop(&mut self) {
        if self.units > 0 {
            let now = self.limiter.now();
            self.limiter.here().leases.settle(self.ask, self.units, None, now);
        }
    }
}

fn bucket_keys(ask: &RateAsk) -> PerPolicy<BucketKey> {
    let tenant = ask.tenant_id.uuid();
    PerPolicy { tenant: (tenant, Uuid::nil()), credential: (tenant, ask.principal_id) }
}

fn denied_key(ask: &RateAsk) -> DeniedKey {
    let PerPolicy { tenant, credential } = ask.rules;
    let limits = [tenant.quota, tenant.burst, credential.quota, credential.burst];
    ((ask.tenant_id.uuid(), ask.principal_id), limits, ask.cost)
}

/// The instant at which a bucket of which nothing is known is full again.
fn half_full(rule: RateRule, now: i64) -> i64 {
    let rate = rule.rate();
    now.saturating_add(rate.every_micros.saturating_mul(i64::from(rate.burst)) / 2)
}
