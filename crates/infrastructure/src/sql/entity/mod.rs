//! The tables as SeaORM sees them, one file per table. Rows never leave `sql`: what leaves is a domain value or a view.

pub mod api_key_directory;
pub mod api_keys;
pub mod customers;
pub mod events;
pub mod idempotency_keys;
pub mod order_items;
pub mod orders;
pub mod tenant_counters;
pub mod tenants;
