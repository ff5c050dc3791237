//! Signing in and out. Public but for the last: what the body holds is the proof, and a throttle stands before it (security.md §4).

mod accept_invitation;
pub mod body;
mod login;
mod logout;
mod password_reset;
mod refresh;

use crate::route::Route;

pub fn routes() -> Vec<Route> {
    vec![refresh::route(), login::route(), logout::route(), password_reset::route(), accept_invitation::route()]
}
