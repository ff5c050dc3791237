//! Tenants as operators see and change them.

mod activate;
mod answer;
mod close;
mod create;
mod get;
mod limits;
mod list;
mod owner_invitation;
mod purge;
mod set_limits;
mod suspend;
mod update;

use crate::route::Route;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get::route(),
        list::route(),
        create::route(),
        owner_invitation::route(),
        update::route(),
        activate::route(),
        suspend::route(),
        close::route(),
        purge::route(),
        limits::route(),
        set_limits::route(),
    ]
}
