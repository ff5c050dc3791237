//! The throttles of what may be guessed (security.md §4), in this process: of the embedded mode, and of a server that has lost Redis. A
//! bucket is one instant under a keyed digest: no address and no e-mail is kept, and who reads the memory learns of neither.

mod counts;
mod names;
mod rules;

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use orderbase_application::ports::{Bucket, Of, ThrottleTaking, Throttles};
use orderbase_kernel::gcra::{self, Rate, Taken};
use tokio::time::Instant;

use self::counts::Counts;
pub(crate) use self::names::{Kind, Names};
pub use self::rules::ThrottleRules;
use crate::security::{KeyRing, NoKey};

/// How long a network is known to an account.
pub(crate) const KNOWN_DAYS: i64 = 30;
const KNOWN_LIFE_MICROS: i64 = KNOWN_DAYS * 86_400 * 1_000_000;
/// So many failures in a row slow an account down.
pub(crate) const FAILURES_MAX: i64 = 100;
/// One attempt an hour from then on.
pub(crate) const SLOWED: Rate = Rate::per(5, 1, 3_600);

/// Throttles of one process, on monotonic time.
pub struct LocalThrottles {
    rules: ThrottleRules,
    began: Instant,
    counts: Mutex<Counts>,
}

/// A bucket, and when it is full again.
type After<'a> = (Bucket, Of<'a>, i64);

impl LocalThrottles {
    /// Counts under the throttle key that the ring has now.
    ///
    /// # Errors
    /// [`NoKey`] if the ring has none.
    pub fn new(rules: ThrottleRules, ring: &KeyRing) -> Result<Self, NoKey> {
        Ok(Self { rules, began: Instant::now(), counts: Mutex::new(Counts::of_ring(ring)?) })
    }

    /// Takes over a ring that was loaded again. While it holds the key of before (1 minute), what was counted under that still counts, and
    /// is counted on under the new one whenever something is written to it. What nothing was written to until then begins anew: a bucket is
    /// full, failures are none, a network is known after its next sign-in. A key that was replaced at once leaves nothing behind. So who
    /// guesses gets at most one more burst by a rotation, and none before the rotation is over unless the key went at once.
    ///
    /// # Errors
    /// [`NoKey`] if the ring has none; what was counted stays as it was.
    pub fn turn(&self, ring: &KeyRing) -> Result<(), NoKey> {
        self.counts().turn(ring)
    }

    fn now(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_micros()).unwrap_or(i64::MAX)
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What each of the buckets would be afterwards; the one to wait longest for, if one refuses.
    fn decide<'a>(
        &self,
        counts: &Counts,
        buckets: &[(Bucket, Of<'a>)],
        now: i64,
    ) -> Result<Vec<After<'a>>, (Bucket, i64)> {
        let mut after: Vec<After<'a>> = Vec::with_capacity(buckets.len());
        let mut refused: Option<(Bucket, i64)> = None;
        for (bucket, of) in buckets {
            let kind = Kind::Bucket(*bucket);
            // The same bucket twice costs twice.
            let mut taken = after.iter().rev().filter(|(other, ..)| other == bucket);
            let taken = taken.find(|(_, other, _)| counts.is_one(kind, *other, *of)).map(|(.., tat)| *tat);
            let tat = taken.or_else(|| counts.get(kind, *of));
            match gcra::take(tat, now, &self.rate(counts, *bucket, *of), 1) {
                Taken::Granted { tat } => after.push((*bucket, *of, tat)),
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
    fn rate(&self, counts: &Counts, bucket: Bucket, of: Of<'_>) -> Rate {
        match of {
            Of::Text(account) if bucket == Bucket::LoginAccount && is_slowed(counts, account) => {
                slower(self.rules.get(bucket), SLOWED)
            }
            _ => self.rules.get(bucket),
        }
    }
}

#[async_trait]
impl Throttles for LocalThrottles {
    async fn take(&self, buckets: &[(Bucket, Of<'_>)]) -> ThrottleTaking {
        let now = self.now();
        let mut counts = self.counts();
        match self.decide(&counts, buckets, now) {
            Ok(after) => {
                for (bucket, of, tat) in after {
                    counts.set(Kind::Bucket(bucket), of, tat, now);
                }
                ThrottleTaking::Granted
            }
            Err(refused) => refusal(refused),
        }
    }

    async fn peek(&self, buckets: &[(Bucket, Of<'_>)]) -> ThrottleTaking {
        let now = self.now();
        self.decide(&self.counts(), buckets, now).map_or_else(refusal, |_| ThrottleTaking::Granted)
    }

    async fn is_known(&self, account: &str, network: IpAddr) -> bool {
        let until = self.counts().get(Kind::Known, Of::Both(account, network));
        until.is_some_and(|until| self.now() < until)
    }

    async fn succeeded(&self, account: &str, network: IpAddr) {
        let now = self.now();
        let mut counts = self.counts();
        counts.set(Kind::Known, Of::Both(account, network), now.saturating_add(KNOWN_LIFE_MICROS), now);
        if is_slowed(&counts, account) {
            let normal = self.rules.get(Bucket::LoginAccount);
            repace(&mut counts, account, slower(normal, SLOWED), normal, now);
        }
        counts.remove(Kind::Failures, Of::Text(account));
    }

    async fn failed(&self, account: &str) -> bool {
        let now = self.now();
        let mut counts = self.counts();
        let failures = counts.get(Kind::Failures, Of::Text(account)).unwrap_or(0).saturating_add(1);
        // Nothing counted here ends by itself: below any count is the past.
        counts.set(Kind::Failures, Of::Text(account), failures, i64::MIN);
        let reached = failures == FAILURES_MAX;
        if reached {
            let normal = self.rules.get(Bucket::LoginAccount);
            repace(&mut counts, account, normal, slower(normal, SLOWED), now);
        }
        reached
    }
}

fn is_slowed(counts: &Counts, account: &str) -> bool {
    counts.get(Kind::Failures, Of::Text(account)).is_some_and(|failures| failures >= FAILURES_MAX)
}

/// A bucket's debt at the pace of another rate: who slows an account down gives it no new burst, who frees it no long wait.
fn repace(counts: &mut Counts, account: &str, from: Rate, to: Rate, now: i64) {
    let (kind, of) = (Kind::Bucket(Bucket::LoginAccount), Of::Text(account));
    let Some(tat) = counts.get(kind, of).filter(|tat| *tat > now) else { return };
    let units = i128::from(tat - now) * i128::from(to.every_micros) / i128::from(from.every_micros.max(1));
    let tat = now.saturating_add(i64::try_from(units).unwrap_or(i64::MAX));
    counts.set(kind, of, tat, now);
}

/// Never faster than what is configured.
pub(crate) fn slower(one: Rate, other: Rate) -> Rate {
    Rate { burst: one.burst.min(other.burst), every_micros: one.every_micros.max(other.every_micros) }
}

/// Whole seconds, rounded up: who waits so long is granted.
pub(crate) fn refusal((bucket, wait_micros): (Bucket, i64)) -> ThrottleTaking {
    let retry_after_secs = u64::try_from(wait_micros).unwrap_or(0).div_ceil(1_000_000);
    ThrottleTaking::Refused { bucket, retry_after_secs }
}

#[cfg(test)]
mod tests;
