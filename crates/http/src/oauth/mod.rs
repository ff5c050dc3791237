//! OAuth 2 outside the versions: the token endpoint and its neighbours, and the documents by which clients find them.

mod answer;
mod authorization_server;
pub mod form;
mod introspect;
mod jwks;
mod protected_resource;
mod revoke;
mod token;

pub(crate) use self::answer::Spoken;
use crate::route::Route;

pub fn routes() -> Vec<Route> {
    vec![
        token::route(),
        revoke::route(),
        introspect::route(),
        authorization_server::route(),
        protected_resource::route(),
        jwks::route(),
    ]
}
