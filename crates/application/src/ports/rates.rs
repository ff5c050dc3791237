//! The rates of tenants and of their credentials (api.md §8). A request takes its cost from both buckets or from neither.

use async_trait::async_trait;
use orderbase_kernel::TenantId;
use uuid::Uuid;

use crate::rates::{PerPolicy, RateRefused, RateRule, Standing};

/// A request that wants to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RateAsk {
    pub tenant_id: TenantId,
    /// The user or API key.
    pub principal_id: Uuid,
    pub rules: PerPolicy<RateRule>,
    /// Units; above a burst it counts as the burst.
    pub cost: u32,
}

/// Whether it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateTaking {
    /// The cost is taken from both buckets; what is left in each.
    Granted(PerPolicy<Standing>),
    /// Nothing is taken.
    Refused(RateRefused),
}

/// Where the buckets are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateMode {
    /// By all instances together.
    Shared,
    /// By this instance alone, because the shared counter is lost: each gets its part.
    Local,
}

/// Counts requests. In any T seconds at most burst + T × quota / 60 units of a bucket pass, all instances together. Never an error: an adapter that
/// has lost its counter counts by itself, and lets no more than its part pass.
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Takes the cost from both buckets, or from neither.
    async fn take(&self, ask: &RateAsk) -> RateTaking;

    /// What is left in each bucket as far as this instance knows, taking nothing and asking nobody.
    fn standing(&self, ask: &RateAsk) -> PerPolicy<Standing>;

    fn mode(&self) -> RateMode;
}
