//! PostgreSQL and SQLite behind SeaORM. Rows never leave this folder.
//!
//! Read-write transactions begin in `commit` alone (SQLite's in `writer`, on its behalf), read-only ones in `scope`, through which
//! every read goes; what else writes is a single statement.

mod accounts;
mod aggregates;
mod app;
mod audit;
mod audit_notes;
mod commit;
mod connect;
mod customers;
pub mod entity;
mod errors;
mod events;
mod health;
mod held;
mod id_range;
mod key_ring;
mod key_usage;
mod keys;
mod noted_use;
mod numbers;
mod operators;
mod options;
mod orders;
mod padded;
pub mod pepper_needs;
pub mod purge;
#[cfg(test)]
mod query_tests;
mod quotas;
mod reads;
mod rows;
mod scope;
mod seals;
pub mod sweep;
mod tenants;
mod transaction;
mod users;
mod wall;
mod writer;

pub use self::accounts::SqlAccounts;
pub use self::aggregates::SqlAggregates;
pub use self::app::{Beside, app};
pub use self::audit::SqlAudit;
pub use self::commit::SqlCommits;
pub use self::connect::{ConnectError, SqlDb};
pub use self::customers::SqlCustomers;
pub use self::events::SqlEvents;
pub use self::health::SqlHealth;
pub use self::key_ring::SqlKeyRing;
pub use self::key_usage::SqlKeyUsage;
pub use self::keys::SqlKeys;
pub use self::noted_use::NotedUse;
pub use self::numbers::SqlNumbers;
pub use self::operators::SqlOperators;
pub use self::options::DatabaseOptions;
pub use self::orders::SqlOrders;
pub use self::quotas::SqlQuotas;
pub use self::seals::SqlAuditSeals;
pub use self::tenants::SqlTenants;
pub use self::users::SqlUsers;
pub use self::wall::{WallBreach, wall_breaches};
