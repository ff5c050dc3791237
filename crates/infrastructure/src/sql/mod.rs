//! PostgreSQL and SQLite behind SeaORM. Rows never leave this folder.
//!
//! Read-write transactions begin in `commit` alone (SQLite's in `writer`, on its behalf); what else writes is a single statement.

mod aggregates;
mod commit;
mod connect;
mod customers;
pub mod entity;
mod errors;
mod events;
mod health;
mod held;
mod id_range;
mod keys;
mod numbers;
mod options;
mod orders;
mod padded;
#[cfg(test)]
mod query_tests;
mod reads;
mod rows;
mod session;
pub mod sweep;
mod tenants;
mod writer;

pub use self::aggregates::SqlAggregates;
pub use self::commit::SqlCommits;
pub use self::connect::{ConnectError, SqlDb};
pub use self::customers::SqlCustomers;
pub use self::events::SqlEvents;
pub use self::health::SqlHealth;
pub use self::keys::SqlKeys;
pub use self::numbers::SqlNumbers;
pub use self::options::DatabaseOptions;
pub use self::orders::SqlOrders;
pub use self::tenants::SqlTenants;
