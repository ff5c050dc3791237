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

mod clock;
mod digests;
mod faulty;
mod ids;
mod store;

pub use self::clock::FixedClock;
pub use self::digests::PlainDigests;
pub use self::faulty::{FaultyCommits, Upset};
pub use self::ids::SeededIds;
pub use self::store::MemoryStore;
