//! Requests read into values. Three extractors run all checks in one order: [`Call`] for a tenant's operations, [`OperatorCall`] for
//! the platform's, [`Visit`] for public ones. The modules beside them each do one of the checks.

mod accept;
mod authorized;
mod body;
mod call;
mod credential;
mod denied;
mod faults;
mod fingerprint;
mod form;
mod incoming;
pub mod json;
mod known;
mod media;
mod nearest;
mod path;
mod payload;
pub mod permission;
mod query;
mod rate;
mod read;
mod visit;

pub use self::accept::{Offer, prefers_html};
pub use self::authorized::{Authorized, AuthorizedOperator};
pub use self::body::{ByVersion, FromBody, FromJson, NoBody};
pub use self::call::{Call, OperatorCall, Parts};
pub use self::faults::Faults;
pub use self::form::{Form, FormParts, Parameters};
pub use self::incoming::{FromCall, Incoming};
pub(crate) use self::known::Known;
pub use self::path::FromPath;
pub(crate) use self::query::decode;
pub use self::query::{FromQuery, NoQuery, Query, sends};
pub use self::visit::Visit;
