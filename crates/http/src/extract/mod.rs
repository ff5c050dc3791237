//! Requests read into values. One extractor, [`Call`], runs all checks in one order; the modules beside it each do one of them.

mod accept;
mod authorized;
mod body;
mod call;
mod credential;
mod faults;
mod fingerprint;
pub mod json;
mod media;
mod nearest;
mod path;
mod payload;
pub mod permission;
mod query;
mod visit;

pub use self::accept::{Offer, prefers_html};
pub use self::authorized::Authorized;
pub use self::body::{FromJson, NoBody};
pub use self::call::{Call, FromCall, Incoming, Parts};
pub use self::faults::Faults;
pub use self::path::FromPath;
pub use self::query::{FromQuery, NoQuery, Query};
pub use self::visit::Visit;
