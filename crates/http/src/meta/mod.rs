//! What the service says of itself: description, error pages, probes, documents. Public; nothing of any tenant.

mod cached;
pub mod docs;
pub mod errors;
pub mod health;
pub mod home;
mod markdown;
pub mod openapi;
mod page;
mod texts;

pub(crate) use self::cached::{cached, document};
use crate::route::Route;

/// All operations outside the versions.
pub fn routes() -> Vec<Route> {
    vec![
        health::live_route(),
        health::ready_route(),
        home::root_route(),
        home::api_route(),
        errors::list_route(),
        errors::get_route(),
        openapi::route(),
        docs::page_route(),
        docs::asset_route(),
    ]
}
