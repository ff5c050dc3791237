//! Properties that all endpoints share.

mod bounds;
mod cursors;
mod examples;
mod identity_bounds;
mod identity_examples;
mod matrix;
mod rates;
mod refusals;
mod schema;
mod tenants;
mod totals;
mod versions;
