//! The throttles of what may be guessed (security.md §4), in this process: of the embedded mode, and of a server that has lost Redis. A
//! bucket is one instant under a keyed digest: no address and no e-mail is kept, and who reads the memory learns of neither.

mod bounded;
mod rules;

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use aws_lc_rs::hmac;
use orderbase_application::ports::{Bucket, Of, ThrottleTaking, Throttles};
use orderbase_kernel::Network;
use orderbase_kernel::gcra::{self, Rate, Taken};
use tokio::time::Instant;

use self::bounded::{Bounded, Digest};
pub use self::rules::ThrottleRules;
use crate::security::{KeyPurpose, KeyRing, NoKey};

/// Buckets that are kept at most; some 10 MiB.
const BUCKETS_MAX: usize = 100_000;
const KNOWN_LIFE_MICROS: i64 = 30 * 86_400 * 1_000_000;
/// So many failures in a row slow an account down.
const FAILURES_MAX: i64 = 100;
/// One attempt an hour from then on.
const SLOWED: Rate = Rate::per(5, 1, 3_600);

/// Throttles of one process, on monotonic time.
pub struct LocalThrottles {
    rules: ThrottleRules,
    key: hmac::Key,
    began: Instant,
    tables: Mutex<Tables>,
}

struct Tables {
    /// When a bucket is full again.
    buckets: Bounded,
    /// Until when a network is known to an account.
    known: Bounded,
    /// Failures in a row.
    failures: Bounded,
}

impl LocalThrottles {
    /// Counts under the throttle key that the ring has now; another one of later would only make every bucket full again.
    ///
    /// # Errors
    /// [`NoKey`] if the ring has none.
    pub fn new(rules: ThrottleRules, ring: &KeyRing) -> Result<Self, NoKey> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, ring.signing(KeyPurpose::Throttle)?.secret.expose());
        let [buckets, known, failures] = [BUCKETS_MAX; 3].map(Bounded::new);
        Ok(Self { rules, key, began: Instant::now(), tables: Mutex::new(Tables { buckets, known, failures }) })
    }

    fn now(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_micros()).unwrap_or(i64::MAX)
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What each of the buckets would be afterwards; the one to wait longest for, if one refuses.
    fn decide(
        &self,
        tables: &Tables,
        buckets: &[(Bucket, Of<'_>)],
        now: i64,
    ) -> Result<Vec<(Digest, i64)>, (Bucket, i64)> {
        let mut after: Vec<(Digest, i64)> = Vec::with_capacity(buckets.len());
        let mut refused: Option<(Bucket, i64)> = None;
        for (bucket, of) in buckets {
            let digest = self.digest(bucket.as_str(), *of);
            // The same bucket twice costs twice.
            let taken = after.iter().rev().find(|(other, _)| *other == digest).map(|(_, tat)| *tat);
            let tat = taken.or_else(|| tables.buckets.get(&digest));
            match gcra::take(tat, now, &self.rate(tables, *bucket, *of), 1) {
                Taken::Granted { tat } => after.push((digest, tat)),
                Taken::Refused { wait_micros } => {
                    if refused.is_none_or(|(_, longest)| wait_micros > longest) {
                        refused = Some((*bucket, wait_micros));
                    }
                }
            }
        }
        refused.map_or(Ok(after), Err)
    }

    /// The configured rate, or the slow one of an account with too many failures.
    fn rate(&self, tables: &Tables, bucket: Bucket, of: Of<'_>) -> Rate {
        match of {
            Of::Text(account) if bucket == Bucket::LoginAccount && self.is_slowed(tables, account) => {
                slower(self.rules.get(bucket), SLOWED)
            }
            _ => self.rules.get(bucket),
        }
    }

    fn is_slowed(&self, tables: &Tables, account: &str) -> bool {
        tables.failures.get(&self.failures_of(account)).is_some_and(|failures| failures >= FAILURES_MAX)
    }

    fn failures_of(&self, account: &str) -> Digest {
        self.digest("failures", Of::Text(account))
    }

    /// No two things have one digest: each part says how long it is.
    fn digest(&self, kind: &str, of: Of<'_>) -> Digest {
        let (text, network) = match of {
            Of::Network(address) => (None, Some(address)),
            Of::Text(text) => (Some(text), None),
            Of::Both(text, address) => (Some(text), Some(address)),
        };
        let mut context = hmac::Context::with_key(&self.key);
        let network = network.map(|address| Network::of_client(address).to_string());
        for part in [Some(kind), text, network.as_deref()] {
            let length = part.map_or(u64::MAX, |part| part.len() as u64);
            context.update(&length.to_be_bytes());
            context.update(part.unwrap_or_default().as_bytes());
        }
        let mut digest = Digest::default();
        for (to, from) in digest.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        digest
    }

    /// A bucket's debt at the pace of another rate: who slows an account down gives it no new burst, who frees it no long wait.
    fn repace(&self, tables: &mut Tables, account: &str, from: Rate, to: Rate, now: i64) {
        let digest = self.digest(Bucket::LoginAccount.as_str(), Of::Text(account));
        let Some(tat) = tables.buckets.get(&digest).filter(|tat| *tat > now) else { return };
        let units = i128::from(tat - now) * i128::from(to.every_micros) / i128::from(from.every_micros.max(1));
        let tat = now.saturating_add(i64::try_from(units).unwrap_or(i64::MAX));
        tables.buckets.insert(digest, tat, now);
    }
}

#[async_trait]
impl Throttles for LocalThrottles {
    async fn take(&self, buckets: &[(Bucket, Of<'_>)]) -> ThrottleTaking {
        let now = self.now();
        let mut tables = self.tables();
        match self.decide(&tables, buckets, now) {
            Ok(after) => {
                for (digest, tat) in after {
                    tables.buckets.insert(digest, tat, now);
                }
                ThrottleTaking::Granted
            }
            Err(refused) => refusal(refused),
        }
    }

    async fn peek(&self, buckets: &[(Bucket, Of<'_>)]) -> ThrottleTaking {
        let now = self.now();
        self.decide(&self.tables(), buckets, now).map_or_else(refusal, |_| ThrottleTaking::Granted)
    }

    async fn is_known(&self, account: &str, network: IpAddr) -> bool {
        let until = self.tables().known.get(&self.digest("known", Of::Both(account, network)));
        until.is_some_and(|until| self.now() < until)
    }

    async fn succeeded(&self, account: &str, network: IpAddr) {
        let now = self.now();
        let known = self.digest("known", Of::Both(account, network));
        let mut tables = self.tables();
        tables.known.insert(known, now.saturating_add(KNOWN_LIFE_MICROS), now);
        if self.is_slowed(&tables, account) {
            let normal = self.rules.get(Bucket::LoginAccount);
            self.repace(&mut tables, account, slower(normal, SLOWED), normal, now);
        }
        tables.failures.remove(&self.failures_of(account));
    }

    async fn failed(&self, account: &str) -> bool {
        let now = self.now();
        let digest = self.failures_of(account);
        let mut tables = self.tables();
        let failures = tables.failures.get(&digest).unwrap_or(0).saturating_add(1);
        // Nothing counted here ends by itself: below any count is the past.
        tables.failures.insert(digest, failures, i64::MIN);
        let reached = failures == FAILURES_MAX;
        if reached {
            let normal = self.rules.get(Bucket::LoginAccount);
            self.repace(&mut tables, account, normal, slower(normal, SLOWED), now);
        }
        reached
    }
}

/// Never faster than what is configured.
fn slower(one: Rate, other: Rate) -> Rate {
    Rate { burst: one.burst.min(other.burst), every_micros: one.every_micros.max(other.every_micros) }
}

/// Whole seconds, rounded up: who waits so long is granted.
fn refusal((bucket, wait_micros): (Bucket, i64)) -> ThrottleTaking {
    let retry_after_secs = u64::try_from(wait_micros).unwrap_or(0).div_ceil(1_000_000);
    ThrottleTaking::Refused { bucket, retry_after_secs }
}

#[cfg(test)]
mod tests;
