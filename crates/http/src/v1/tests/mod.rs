//! Properties that all endpoints share.

mod bounds;
mod cursors;
mod examples;
mod schema;
mod tenants;
