//! The tables as SeaORM sees them, one file per table. Rows never leave `sql`: what leaves is a domain value or a view.

pub mod api_key_directory;
pub mod api_key_usage;
pub mod api_keys;
pub mod audit_log;
pub mod audit_seals;
pub mod customers;
pub mod events;
pub mod idempotency_keys;
pub mod key_ring;
pub mod operators;
pub mod order_items;
pub mod orders;
pub mod sessions;
pub mod tenant_counters;
pub mod tenants;
pub mod tickets;
pub mod user_credentials;
pub mod users;
