//! What tests stand on: a fixed clock, seeded ids, storage in memory, builders, and the contract that every adapter has to pass.
//!
//! Behind the feature `testing`; no part of a running server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod auth;
mod builders;
mod clock;
pub mod contract;
mod digests;
mod faulty;
mod ids;
pub mod rates;
mod renewals;
mod store;
mod world;

pub use self::auth::{PlainPasswords, PlainTokens, ScriptedThrottles};
pub use self::builders::{
    PASSWORD, client, ctx, ctx_with, customer, customer_as, invited, key_as, line, once, operator, order, order_as,
    signed_in, tenant, tenant_as, tenant_ctx, user, wish_customer, wish_key, wish_order, wish_tenant,
};
pub use self::clock::FixedClock;
pub use self::digests::PlainDigests;
pub use self::faulty::{FaultyCommits, Upset};
pub use self::ids::SeededIds;
pub use self::rates::MemoryRates;
pub use self::renewals::NotedRenewals;
pub use self::store::MemoryStore;
pub use self::world::{MemoryHarness, NOON, World};
