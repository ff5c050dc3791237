//! Orders, in the forms of both versions.

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

use orderbase_tenancy::Permission;

use crate::dto::examples;
use crate::dto::order::v2;
use crate::route::{Otherwise, Route};

/// How version 2 shows orders.
const IN_V2: Otherwise = Otherwise {
    schemas: v2::schemas,
    example: examples::in_v2,
    needs: Permission::CustomersRead,
    description: "The order shows its customer, so `customers:read` is needed too.",
};

pub(super) fn routes() -> Vec<Route> {
    let of_orders = [
        get::route(),
        list::route(),
        place::route(),
        update::route(),
        replace_items::route(),
        confirm::route(),
        process::route(),
        complete::route(),
        cancel::route(),
    ];
    let of_events = [notes::route(), events::route(), event::route()];
    of_orders.into_iter().map(|route| route.otherwise(&IN_V2)).chain(of_events).collect()
}
