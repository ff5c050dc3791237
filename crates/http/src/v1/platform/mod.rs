//! Operations on the platform, for operators: tenants without their data. Each write has a reason, which the tenant's audit log keeps.

mod audit;
mod plans;
mod query;
mod tenants;

use crate::route::Route;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = tenants::routes();
    routes.push(plans::route());
    routes.push(audit::route());
    routes
}
