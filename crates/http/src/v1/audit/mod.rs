//! The audit log of the tenant; the same in every version.

mod get;
mod list;
mod path;
mod query;

pub(super) use self::query::{AuditFilterQuery, AuditListParams, bound};
use crate::route::Route;

pub(super) fn routes() -> Vec<Route> {
    vec![get::route(), list::route()]
}
