//! One file per command. A command reads its configuration, asks a use case or a wiring part, and says what came of it.

pub mod api_key;
pub mod audit;
pub mod completions;
pub mod config;
pub mod demo;
pub mod healthcheck;
pub mod import;
pub mod keys;
pub mod migrate;
pub mod openapi;
pub mod routes;
pub mod secret;
pub mod serve;
pub mod tenant;
pub mod user;

mod context;
mod keys_retire;
mod password;
mod tenant_limits;

pub use self::context::flags;
pub use self::password::generated as generated_password;
