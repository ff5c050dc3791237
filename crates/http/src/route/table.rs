//! All operations of the process, put together once.

use std::sync::OnceLock;

use super::Route;
use crate::version::{DEPRECATIONS, Deprecated, Deprecation};
use crate::{meta, oauth, v1};

/// Every operation, in the order in which the router looks: what is asked for most comes first.
pub fn routes() -> &'static [Route] {
    static ROUTES: OnceLock<Vec<Route>> = OnceLock::new();
    ROUTES.get_or_init(|| {
        let mut routes = v1::routes();
        routes.extend(oauth::routes());
        routes.extend(meta::routes());
        deprecate(&mut routes, DEPRECATIONS);
        routes
    })
}

/// Marks what the table of deprecations names.
pub(crate) fn deprecate(routes: &mut [Route], table: &'static [Deprecation]) {
    for route in routes {
        route.deprecated = Deprecated::of(route, table);
    }
}
