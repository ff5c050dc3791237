//! Orders, version 1.

mod cancel;
mod complete;
mod confirm;
mod event;
mod events;
mod form;
mod get;
mod list;
mod notes;
mod params;
mod place;
mod process;
mod query;
mod replace_items;
mod update;

use crate::route::Route;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get::route(),
        list::route(),
        place::route(),
        update::route(),
        replace_items::route(),
        confirm::route(),
        process::route(),
        complete::route(),
        cancel::route(),
        notes::route(),
        events::route(),
        event::route(),
    ]
}
