//! The operations of version 1, one file per endpoint.

mod api_keys;
mod audit;
pub mod auth;
mod customers;
#[cfg(test)]
mod fixtures;
mod invitations;
mod limits;
mod me;
mod orders;
mod paging;
mod platform;
mod tenant;
#[cfg(test)]
mod tests;
mod users;

use crate::route::Route;

/// All operations of version 1; what is asked for most comes first.
pub fn routes() -> Vec<Route> {
    let mut routes = orders::routes();
    routes.extend(customers::routes());
    routes.extend(auth::routes());
    routes.extend(me::routes());
    routes.extend(tenant::routes());
    routes.extend(users::routes());
    routes.extend(invitations::routes());
    routes.extend(api_keys::routes());
    routes.extend(limits::routes());
    routes.extend(audit::routes());
    routes.extend(platform::routes());
    routes
}
