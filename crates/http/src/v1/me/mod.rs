//! The credential itself, and what a signed-in user does with its own sessions and password.

mod body;
mod end_session;
mod end_sessions;
mod get;
mod password;
mod sessions;

use crate::route::Route;

pub fn routes() -> Vec<Route> {
    vec![get::route(), sessions::route(), end_sessions::route(), end_session::route(), password::route()]
}
