//! Customers; the same in every version.

mod anonymise;
mod answer;
mod create;
mod deactivate;
mod get;
mod list;
mod query;
mod reactivate;
mod update;

use crate::route::Route;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get::route(),
        list::route(),
        create::route(),
        update::route(),
        deactivate::route(),
        reactivate::route(),
        anonymise::route(),
    ]
}
