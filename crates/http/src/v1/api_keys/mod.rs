//! API keys of the tenant; the same in every version.

mod answer;
mod create;
mod get;
mod list;
mod query;
mod revoke;
mod rotate;
mod update;

use crate::route::Route;

pub(super) fn routes() -> Vec<Route> {
    vec![get::route(), list::route(), create::route(), update::route(), rotate::route(), revoke::route()]
}
