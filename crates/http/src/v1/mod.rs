//! The operations of version 1, one file per endpoint.

mod customers;
#[cfg(test)]
mod fixtures;
mod me;
mod orders;
mod paging;
mod tenant;
#[cfg(test)]
mod tests;

use crate::route::Route;

/// All operations of version 1; what is asked for most comes first.
pub fn routes() -> Vec<Route> {
    let mut routes = orders::routes();
    routes.extend(customers::routes());
    routes.push(me::route());
    routes.push(tenant::route());
    routes
}
