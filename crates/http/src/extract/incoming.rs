//! A request on its way in, and the trait of what is read from one as a whole.

use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use orderbase_application::{App, Client, Code};

use super::permission::Needs;
use crate::client;
use crate::middleware::Permit;
use crate::problem::Problem;
use crate::route::Route;
use crate::shared::Shared;
use crate::track::Track;
use crate::version::ApiVersion;

/// A request on its way in.
pub struct Incoming<'r> {
    pub(crate) route: &'static Route,
    pub(crate) request: &'r HttpRequest,
    pub(crate) shared: &'r Arc<Shared>,
    pub(crate) track: &'r Rc<Track>,
    pub(crate) permit: &'r mut Permit,
    /// What is left of the request's time. Waiting for the body has a time of its own.
    pub(crate) left: &'r mut Duration,
}

/// A handler's parameter: read from a request as a whole, so that its checks have one order.
pub trait FromCall: Sized {
    const NEEDS: Needs;

    /// Whether a body has to be sent.
    const NEEDS_BODY: bool;

    /// What is said where nothing is found under the path's arguments.
    const MISSING: &'static [Code] = &[];

    /// # Errors
    /// The first check that fails.
    fn from_call(incoming: Incoming<'_>, payload: Payload) -> impl Future<Output = Result<Self, Problem>>;
}

impl<'r> Incoming<'r> {
    /// # Errors
    /// `dependency_unavailable` while the process starts.
    pub(crate) fn app(&self) -> Result<&'r Arc<App>, Problem> {
        self.shared.started_app()
    }

    /// The operation's query: without the version, which is no parameter of its own.
    pub(crate) fn query(&self) -> &'r str {
        self.track.resolved.query(self.request.query_string())
    }

    pub(crate) fn version(&self) -> ApiVersion {
        self.track.resolved.version()
    }

    /// Who is at the other end.
    pub(crate) fn client(&self) -> Client {
        let head = self.request.head();
        let user_agent = head.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
        Client {
            // Without a socket there is no peer: then all share the buckets of one address, and no list admits it.
            network: client::address(head, &self.shared.options).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            user_agent: user_agent.map(str::to_owned),
            request_id: self.track.request_id.clone(),
        }
    }
}
