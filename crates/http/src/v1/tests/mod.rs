//! Properties that all endpoints share.

mod bounds;
mod cursors;
mod examples;
mod refusals;
mod schema;
mod tenants;
mod totals;
