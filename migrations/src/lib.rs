#![doc = include_str!("../README.md")]

mod classes;
mod error;
mod lock;
mod m0001_tenants;
mod m0002_api_keys;
mod m0003_customers;
mod m0004_orders;
mod m0005_events;
mod m0006_idempotency_keys;
mod m0007_row_level_security;
mod m0008_users;
mod m0009_audit_log;
mod m0010_key_ring;
mod m0011_api_key_limits;
mod m0012_audit_seals;
mod m0013_pepper_names;
mod m0014_purge;
mod run;
mod session;
mod sql;
mod state;
mod step;
mod wall;

pub use self::classes::{CLASSES, Class, Eraser, class_of};
pub use self::error::MigrationError;
pub use self::run::{Up, down, up};
pub use self::state::{Applied, SchemaState, StepStatus, plan, schema_state, status};
pub use self::step::{LockClass, Phase, STEPS, Step};
