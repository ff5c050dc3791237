#![doc = include_str!("../README.md")]

pub mod client;
mod connection;
pub mod cursor;
pub mod dto;
pub mod etag;
pub mod extract;
pub mod lifecycle;
pub mod meta;
pub mod middleware;
pub mod oauth;
pub mod openapi;
pub mod options;
pub mod problem;
pub mod respond;
pub mod route;
pub mod server;
pub mod shared;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod track;
pub mod v1;
pub mod version;

#[cfg(test)]
mod tests;

pub use lifecycle::{Lifecycle, Phase};
pub use options::{DocsMode, HttpOptions, LoggedAddress};
pub use route::routes;
pub use server::{Listener, server};
pub use shared::Shared;
