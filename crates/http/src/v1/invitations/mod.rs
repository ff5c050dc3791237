//! Invitations to the tenant; the same in every version.

mod answer;
mod create;
mod get;
mod list;
mod path;
mod query;
mod revoke;

use crate::route::Route;

pub(super) fn routes() -> Vec<Route> {
    vec![get::route(), list::route(), create::route(), revoke::route()]
}
