//! A limiter on the world's clock. It lets everything pass until it is told to count.

pub mod contract;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use orderbase_kernel::TenantId;
use uuid::Uuid;

use super::FixedClock;
use crate::ports::{Clock, RateAsk, RateLimiter, RateMode, RateTaking};
use crate::rates::{self, PerPolicy, Standing};

/// Buckets of tenants and of their credentials, as instants on the clock.
pub struct MemoryRates {
    clock: Arc<FixedClock>,
    counts: AtomicBool,
    local: AtomicBool,
    tats: Mutex<HashMap<(TenantId, Option<Uuid>), i64>>,
}

impl MemoryRates {
    pub fn new(clock: Arc<FixedClock>) -> Self {
        Self { clock, counts: AtomicBool::new(false), local: AtomicBool::new(false), tats: Mutex::default() }
    }

    /// Counts from now on.
    pub fn count(&self) {
        self.counts.store(true, Ordering::SeqCst);
    }

    /// Says from now on that the shared counter is lost.
    pub fn lose(&self) {
        self.local.store(true, Ordering::SeqCst);
    }

    fn tats(&self, ask: &RateAsk) -> PerPolicy<Option<i64>> {
        let tats = self.tats.lock().unwrap();
        let of = |credential| tats.get(&(ask.tenant_id, credential)).copied();
        PerPolicy { tenant: of(None), credential: of(Some(ask.principal_id)) }
    }

    fn now(&self) -> i64 {
        self.clock.now().millis() * 1_000
    }
}

#[async_trait]
impl RateLimiter for MemoryRates {
    async fn take(&self, ask: &RateAsk) -> RateTaking {
        if !self.counts.load(Ordering::SeqCst) {
            return RateTaking::Granted(self.standing(ask));
        }
        match rates::decide(self.tats(ask), self.now(), ask.rules, ask.cost) {
            Ok(after) => {
                let mut tats = self.tats.lock().unwrap();
                tats.insert((ask.tenant_id, None), after.tenant);
                tats.insert((ask.tenant_id, Some(ask.principal_id)), after.credential);
                drop(tats);
                RateTaking::Granted(self.standing(ask))
            }
            Err(refused) => RateTaking::Refused(refused),
        }
    }

    fn standing(&self, ask: &RateAsk) -> PerPolicy<Standing> {
        self.tats(ask).zip(ask.rules).map(|(tat, rule)| Standing::of(tat, self.now(), rule))
    }

    fn mode(&self) -> RateMode {
        if self.local.load(Ordering::SeqCst) { RateMode::Local } else { RateMode::Shared }
    }
}
