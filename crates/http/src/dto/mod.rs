//! Bodies as they stand on the wire (api.md §3): serde reads and writes them, validator carries the bounds of the schema, utoipa
//! describes them. Conversions destructure without `..`, so that a new field breaks the build instead of being left out.
//!
//! No rule is decided here. A value object's constructor refuses; the bounds beside it are what the API description promises,
//! and a test feeds both with the values at, below and above each bound.

pub mod api_key;
pub mod audit;
pub mod bounds;
pub mod currency_text;
pub mod customer;
pub mod event;
pub mod examples;
pub mod limits;
pub mod lines;
pub mod me;
pub mod metadata;
pub mod money;
pub mod nullable;
pub mod order;
pub mod page;
pub mod pattern;
pub mod platform;
pub mod settings;
pub mod shown;
pub mod tenant;
pub mod user;
pub mod words;
