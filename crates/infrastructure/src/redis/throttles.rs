//! The throttles of what may be guessed (security.md §4), counted for all instances together. A take is one script over all its buckets. When
//! Redis is away each instance counts by itself, on half its share: stricter, never open.

mod counted;

use std::net::IpAddr;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use async_trait::async_trait;
use deadpool_redis::redis::{Script, ScriptInvocation, cmd};
use orderbase_application::ports::{Bucket, Of, ThrottleTaking, Throttles};
use orderbase_kernel::gcra::Rate;

use self::counted::Counted;
use super::link::{Away, RedisLink};
use crate::memory::throttles::{FAILURES_MAX, KNOWN_DAYS, Kind, SLOWED, refusal, slower};
use crate::memory::{LocalThrottles, ThrottleRules};
use crate::security::{KeyRing, NoKey};

/// How long a mark of a network, or a count of failures to which none is added, is kept.
const KEPT_MILLIS: i64 = KNOWN_DAYS * 86_400_000;

static TAKE: LazyLock<Script> =
    LazyLock::new(|| Script::new(concat!(include_str!("throttles/shared.lua"), include_str!("throttles/take.lua"))));
static FAILED: LazyLock<Script> =
    LazyLock::new(|| Script::new(concat!(include_str!("throttles/shared.lua"), include_str!("throttles/failed.lua"))));
static SUCCEEDED: LazyLock<Script> = LazyLock::new(|| {
    Script::new(concat!(include_str!("throttles/shared.lua"), include_str!("throttles/succeeded.lua")))
});

/// Throttles of all instances, on the clock of Redis.
pub struct RedisThrottles {
    link: RedisLink,
    rules: ThrottleRules,
    counted: RwLock<Arc<Counted>>,
    /// Decides when Redis does not.
    local: LocalThrottles,
}

/// Whether a take writes what it takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Take,
    Peek,
}

impl RedisThrottles {
    /// `instances`: how many there are at most; without Redis each grants half of what is left by as many.
    ///
    /// # Errors
    /// [`NoKey`] if the ring has no throttle key.
    pub fn new(link: RedisLink, rules: ThrottleRules, instances: u32, ring: &KeyRing) -> Result<Self, NoKey> {
        let local = LocalThrottles::new(rules.shared_by(instances.max(1).saturating_mul(2)), ring)?;
        let counted = RwLock::new(Arc::new(Counted::of_ring(ring)?));
        Ok(Self { link, rules, counted, local })
    }

    /// Takes over a ring that was loaded again. What is counted under any key that it holds counts, so that instances which turn at
    /// different times see what the others counted; what is written stands under the key that signs. As with [`LocalThrottles::turn`],
    /// what nothing was written to until a key is gone begins anew.
    ///
    /// # Errors
    /// [`NoKey`] if the ring has none; what was counted stays as it was.
    pub fn turn(&self, ring: &KeyRing) -> Result<(), NoKey> {
        let counted = Arc::new(Counted::of_ring(ring)?);
        self.local.turn(ring)?;
        *self.counted.write().unwrap_or_else(PoisonError::into_inner) = counted;
        Ok(())
    }

    fn counted(&self) -> Arc<Counted> {
        Arc::clone(&self.counted.read().unwrap_or_else(PoisonError::into_inner))
    }

    async fn run(&self, act: Act, buckets: &[(Bucket, Of<'_>)]) -> Result<ThrottleTaking, Away> {
        let Some((first, _)) = buckets.first() else { return Ok(ThrottleTaking::Granted) };
        if let Some((blocked, _)) = buckets.iter().find(|(bucket, _)| self.rules.get(*bucket).burst == 0) {
            return Ok(refusal((*blocked, i64::MAX)));
        }
        let counted = self.counted();
        let mut script = TAKE.prepare_invoke();
        script.arg(counted.keys_each()).arg(i32::from(act == Act::Take)).arg(FAILURES_MAX);
        for (bucket, of) in buckets {
            let rate = self.rules.get(*bucket);
            counted.keys(Kind::Bucket(*bucket), *of).for_each(|key| {
                script.key(key.as_str());
            });
            let slow = match of {
                Of::Text(account) if *bucket == Bucket::LoginAccount => {
                    counted.keys(Kind::Failures, Of::Text(account)).for_each(|key| {
                        script.key(key.as_str());
                    });
                    slower(rate, SLOWED)
                }
                _ => Rate { burst: 0, every_micros: 0 },
            };
            script.arg(rate.every_micros).arg(rate.burst).arg(slow.every_micros).arg(slow.burst);
        }
        let (longest, wait_micros): (usize, i64) = self.link.script(&script).await?;
        Ok(match longest.checked_sub(1) {
            None => ThrottleTaking::Granted,
            Some(at) => refusal((buckets.get(at).map_or(*first, |(bucket, _)| *bucket), wait_micros)),
        })
    }

    /// The keys of an account's failures and of its bucket, with what the scripts have to know of them.
    fn of_account<'a>(&self, script: &'a Script, counted: &Counted, account: &str) -> ScriptInvocation<'a> {
        let rate = self.rules.get(Bucket::LoginAccount);
        let mut script = script.prepare_invoke();
        let of = Of::Text(account);
        let keys = counted.keys(Kind::Failures, of).chain(counted.keys(Kind::Bucket(Bucket::LoginAccount), of));
        keys.for_each(|key| {
            script.key(key.as_str());
        });
        script.arg(counted.keys_each()).arg(FAILURES_MAX).arg(KEPT_MILLIS);
        script.arg(rate.every_micros.max(1)).arg(slower(rate, SLOWED).every_micros);
        script
    }
}

#[async_trait]
impl Throttles for RedisThrottles {
    async fn take(&self, buckets: &[(Bucket, Of<'_>)]) -> ThrottleTaking {
        match self.run(Act::Take, buckets).await {
            Ok(taking) => taking,
            Err(Away) => self.local.take(buckets).await,
        }
    }

    async fn peek(&self, buckets: &[(Bucket, Of<'_>)]) -> ThrottleTaking {
        match self.run(Act::Peek, buckets).await {
            Ok(taking) => taking,
            Err(Away) => self.local.peek(buckets).await,
        }
    }

    async fn is_known(&self, account: &str, network: IpAddr) -> bool {
        let counted = self.counted();
        let mut exists = cmd("EXISTS");
        counted.keys(Kind::Known, Of::Both(account, network)).for_each(|key| {
            exists.arg(key.as_str());
        });
        match self.link.command::<u32>(&exists).await {
            Ok(found) => found > 0,
            Err(Away) => self.local.is_known(account, network).await,
        }
    }

    async fn succeeded(&self, account: &str, network: IpAddr) {
        // Noted here too: an owner who signed in here is known here while Redis is away.
        self.local.succeeded(account, network).await;
        let counted = self.counted();
        let mut script = self.of_account(&SUCCEEDED, &counted, account);
        script.key(counted.key(Kind::Known, Of::Both(account, network)).as_str());
        // What is not noted there, the next sign-in notes.
        let _: Result<i32, Away> = self.link.script(&script).await;
    }

    async fn failed(&self, account: &str) -> bool {
        let here = self.local.failed(account).await;
        let counted = self.counted();
        let reached: Result<i32, Away> = self.link.script(&self.of_account(&FAILED, &counted, account)).await;
        reached.map_or(here, |reached| reached == 1)
    }
}
