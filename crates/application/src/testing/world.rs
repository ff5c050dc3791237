//! An application over memory, with handles on what tests turn.

use std::sync::Arc;

use async_trait::async_trait;
use orderbase_kernel::Timestamp;

use super::contract::Harness;
use super::{
    FaultyCommits, FixedClock, MemoryRates, MemoryStore, NotedRenewals, PlainDigests, PlainPasswords, PlainTokens,
    ScriptedThrottles, SeededIds,
};
use crate::app::App;
use crate::ports::{Clock, Commits, Digests, Ids};
use crate::rules::AuthRules;

/// When a new world begins.
pub const NOON: &str = "2026-01-15T12:00:00Z";

/// One instance of the application over a memory store.
#[derive(Clone)]
pub struct World {
    pub app: App,
    pub store: Arc<MemoryStore>,
    pub clock: Arc<FixedClock>,
    pub commits: Arc<FaultyCommits>,
    pub passwords: Arc<PlainPasswords>,
    pub throttles: Arc<ScriptedThrottles>,
    pub rates: Arc<MemoryRates>,
    pub digests: Arc<PlainDigests>,
    pub renewals: Arc<NotedRenewals>,
    /// Instances accept each other's tokens.
    tokens: Arc<PlainTokens>,
}

impl World {
    /// Empty, at [`NOON`].
    pub fn new() -> Self {
        let clock = Arc::new(FixedClock::at(Timestamp::parse(NOON).unwrap()));
        let store = MemoryStore::new(Arc::clone(&clock) as Arc<dyn Clock>);
        Self::over(store, clock, Arc::default(), 1)
    }

    /// A second instance on the same data and clock. Each needs a seed of its own; the first has 1.
    pub fn sibling(&self, seed: u32) -> Self {
        Self::over(self.store.sibling(), Arc::clone(&self.clock), Arc::clone(&self.tokens), seed)
    }

    fn over(store: MemoryStore, clock: Arc<FixedClock>, tokens: Arc<PlainTokens>, seed: u32) -> Self {
        let (passwords, throttles) = (Arc::<PlainPasswords>::default(), Arc::<ScriptedThrottles>::default());
        let (digests, renewals) = (Arc::<PlainDigests>::default(), Arc::<NotedRenewals>::default());
        let rates = Arc::new(MemoryRates::new(Arc::clone(&clock)));
        let store = Arc::new(store);
        let commits = Arc::new(FaultyCommits::over(Arc::clone(&store) as Arc<dyn Commits>));
        let app = App {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: Arc::new(SeededIds::new(seed)) as Arc<dyn Ids>,
            digests: Arc::clone(&digests) as Arc<dyn Digests>,
            commits: Arc::clone(&commits) as Arc<dyn Commits>,
            aggregates: store.clone(),
            orders: store.clone(),
            customers: store.clone(),
            events: store.clone(),
            numbers: store.clone(),
            tenants: store.clone(),
            key_directory: store.clone(),
            keys: store.clone(),
            key_renewals: renewals.clone(),
            users: store.clone(),
            accounts: store.clone(),
            principals: store.clone(),
            operators: store.clone(),
            passwords: passwords.clone(),
            tokens: tokens.clone(),
            throttles: throttles.clone(),
            rates: rates.clone(),
            quotas: store.clone(),
            audit: store.clone(),
            audit_notes: store.clone(),
            health: store.clone(),
            auth_rules: AuthRules::default(),
        };
        Self { app, store, clock, commits, passwords, throttles, rates, digests, renewals, tokens }
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// The reference of the contract: a new world for each storage.
#[derive(Debug, Default)]
pub struct MemoryHarness;

#[async_trait]
impl Harness for MemoryHarness {
    async fn pair(&self) -> (App, App) {
        let world = World::new();
        let other = world.sibling(2);
        (world.app, other.app)
    }
}
