#![doc = include_str!("../README.md")]

pub mod app;
pub mod audit;
pub mod auth;
mod change;
pub mod changeset;
mod client;
pub mod conditions;
pub mod ctx;
pub mod customers;
pub mod error;
pub mod events;
pub mod invitations;
pub mod json;
pub mod keys;
pub mod limits;
pub mod me;
pub mod oauth;
mod operator;
pub mod operators;
pub mod orders;
pub mod ports;
pub mod rates;
mod rules;
pub mod tenants;
#[cfg(feature = "testing")]
pub mod testing;
pub mod users;
pub mod views;
mod write;

pub use app::App;
pub use client::Client;
pub use conditions::{Conditions, Done, IdempotencyKey, IfMatch, Once};
pub use ctx::{Ctx, Scope};
pub use error::{Class, Code, Error, Fault, Missing, Place, Taken};
pub use operator::Operator;
pub use rules::AuthRules;
