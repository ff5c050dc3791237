//! Use cases over storage in memory: what they answer, refuse and leave behind.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod audit;
mod calendar;
mod customers;
mod errors;
mod forgetting;
mod history;
mod idempotency;
mod keys;
mod lists;
mod model;
mod narrowed;
mod oauth;
mod operators;
mod orders;
mod peppers;
mod quotas;
mod read_only;
mod refresh_tokens;
mod retries;
mod sign_in;
mod tenants;
mod users;
mod users_by_operator;
mod written;

use std::fmt::Debug;

use orderbase_application::testing::World;
use orderbase_application::{Code, Conditions, Ctx, Done, Error, IfMatch};

/// A new world with the tenant `acme` and a caller who may do everything.
async fn shop() -> (World, Ctx) {
    let world = World::new();
    let ctx = orderbase_application::testing::tenant_ctx(&world.app, "acme").await;
    (world, ctx)
}

fn code<V: Debug>(result: Result<V, Error>) -> Code {
    match result {
        Ok(done) => panic!("not refused: {done:?}"),
        Err(error) => error.code(),
    }
}

fn fresh<V>(result: Result<Done<V>, Error>) -> V {
    result.unwrap().into_fresh().unwrap()
}

/// Under `If-Match` with these versions.
fn if_match<V>(versions: &[u64]) -> Conditions<V> {
    Conditions { if_match: IfMatch::Versions(versions.to_vec()), ..Conditions::default() }
}

fn none<V>() -> Conditions<V> {
    Conditions::default()
}
