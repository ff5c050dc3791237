//! Users of the tenant; the same in every version.

mod answer;
mod disable;
mod enable;
mod end_sessions;
mod get;
mod list;
mod password_reset;
mod query;
mod update;

use crate::route::Route;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get::route(),
        list::route(),
        update::route(),
        enable::route(),
        disable::route(),
        password_reset::route(),
        end_sessions::route(),
    ]
}
