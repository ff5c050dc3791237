//! The harness of the tests that see Orderbase from outside: a database of their own, the real binary, a client with verbs as methods,
//! and the workspace as a thing to look at. Must never skip a test: what is missing makes it fail with a message that says how to mend it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "tests fail by panicking"
)]

pub mod binary;
pub mod browser;
pub mod client;
pub mod conformance;
pub mod environment;
pub mod house;
pub mod journeys;
pub mod redis;
pub mod throwaway;
// One reader of schemas judges examples and bounds beside the endpoints, and every answer here.
#[path = "../../crates/http/src/v1/tests/schema.rs"]
mod schema;
pub mod workspace;
