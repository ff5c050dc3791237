//! The whole app over the application's memory adapters, for tests without services and ports.
//!
//! Behind the feature `testing`; no part of a running server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod app;
mod exchange;
mod people;

pub use self::app::TestApp;
pub use self::exchange::{Received, Sent};
pub use self::people::Person;
