//! What instances share through Redis, on a real one: one server, and a cluster of three.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

#[path = "redis/hints.rs"]
mod hints;
#[path = "redis/link.rs"]
mod link;
#[path = "redis/rates.rs"]
mod rates;
#[path = "redis/server.rs"]
mod server;
#[path = "redis/throttles.rs"]
mod throttles;
