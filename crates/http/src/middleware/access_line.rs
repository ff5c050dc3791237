//! The one line that each request leaves in the log. Never a header, query, body or name of a customer: ids, sizes and codes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{RequestHead, ServiceResponse};
use actix_web::http::header::{HeaderValue, USER_AGENT};
use actix_web::http::{Method, StatusCode};

use crate::client;
use crate::options::{HttpOptions, LoggedAddress};
use crate::track::Track;

const TARGET: &str = "orderbase_http::access";

const USER_AGENT_CHARS_MAX: usize = 256;

/// A client that has gone gets no status; this one, of no standard, is how logs name it.
const CLIENT_CLOSED: u16 = 499;

/// A line that will be written whatever becomes of its request: when it is answered, or when it is dropped unanswered.
pub(super) struct AccessLine {
    track: Rc<Track>,
    method: Method,
    client: Option<IpAddr>,
    user_agent: Option<HeaderValue>,
    how: LoggedAddress,
    is_written: bool,
}

impl AccessLine {
    /// Keeps what the line needs of a request, for the request itself may have only one holder on its way to a handler.
    pub fn of(head: &RequestHead, track: &Rc<Track>, options: &HttpOptions) -> Self {
        Self {
            track: Rc::clone(track),
            method: head.method.clone(),
            client: client::address(head, options),
            user_agent: head.headers().get(USER_AGENT).cloned(),
            how: options.logged_address,
            is_written: false,
        }
    }

    /// The line of an answer.
    pub fn answered<B: MessageBody>(mut self, response: &ServiceResponse<B>) {
        let bytes = match response.response().body().size() {
            BodySize::Sized(bytes) => Some(bytes),
            BodySize::None => Some(0),
            BodySize::Stream => None,
        };
        self.write(response.status().as_u16(), self.track.code.get().map(|code| code.slug()), bytes);
    }

    /// The line of a request that the framework answers by itself.
    pub fn failed(mut self, status: StatusCode) {
        self.write(status.as_u16(), None, None);
    }

    /// At level ERROR from 500. Probes leave a line only when they fail.
    fn write(&mut self, status: u16, code: Option<&'static str>, response_bytes: Option<u64>) {
        self.is_written = true;
        let track = &self.track;
        let route = track.route.get();
        if route.is_some_and(|route| route.is_probe()) && status < 500 {
            return;
        }
        let is_wanted = match status {
            500.. => tracing::enabled!(target: TARGET, tracing::Level::ERROR),
            _ => tracing::enabled!(target: TARGET, tracing::Level::INFO),
        };
        if !is_wanted {
            return;
        }

        let caller = track.caller.get();
        let chain = track.chain.borrow();
        let line = Line {
            method: self.method.as_str(),
            route: route.map(|route| track.resolved.version().path(&route.path)),
            status,
            duration_ms: u64::try_from(track.started.elapsed().as_micros()).unwrap_or(u64::MAX) as f64 / 1000.0,
            code,
            client: self.client.and_then(|address| logged(address, self.how)),
            user_agent: self.user_agent.as_ref().and_then(shortened),
            request_bytes: track.body_bytes.get(),
            response_bytes,
            tenant: caller.and_then(|(tenant, ..)| *tenant).map(|tenant| tenant.to_string()),
            actor: caller.map(|(_, kind, id)| (*kind, id.to_string())),
            chain: chain.as_deref(),
        };
        line.write(track.request_id.as_str());
    }
}

impl Drop for AccessLine {
    fn drop(&mut self) {
        if !self.is_written {
            self.write(CLIENT_CLOSED, Some("client_closed"), None);
        }
    }
}

struct Line<'a> {
    method: &'a str,
    route: Option<String>,
    status: u16,
    duration_ms: f64,
    code: Option<&'static str>,
    client: Option<String>,
    user_agent: Option<String>,
    request_bytes: usize,
    response_bytes: Option<u64>,
    tenant: Option<String>,
    actor: Option<(&'static str, String)>,
    chain: Option<&'a str>,
}

impl Line<'_> {
    fn write(&self, request_id: &str) {
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    target: TARGET,
                    request_id,
                    http.request.method = self.method,
                    http.route = self.route.as_deref(),
                    http.response.status_code = self.status,
                    duration_ms = self.duration_ms,
                    error.code = self.code,
                    error.chain = self.chain,
                    client.address = self.client,
                    user_agent.original = self.user_agent,
                    http.request.body.size = self.request_bytes,
                    http.response.body.size = self.response_bytes,
                    tenant.id = self.tenant,
                    actor.type = self.actor.as_ref().map(|(kind, _)| *kind),
                    actor.id = self.actor.as_ref().map(|(_, id)| id.as_str()),
                    "request"
                )
            };
        }
        if self.status >= 500 { line!(error) } else { line!(info) }
    }
}

/// The address as far as the log may keep it.
fn logged(address: IpAddr, how: LoggedAddress) -> Option<String> {
    match (how, address.to_canonical()) {
        (LoggedAddress::Full, address) => Some(address.to_string()),
        (LoggedAddress::Prefix, IpAddr::V4(v4)) => {
            Some(format!("{}/24", Ipv4Addr::from_bits(v4.to_bits() & (u32::MAX << 8))))
        }
        (LoggedAddress::Prefix, IpAddr::V6(v6)) => {
            Some(format!("{}/48", Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 80))))
        }
        (LoggedAddress::Off, _) => None,
    }
}

fn shortened(user_agent: &HeaderValue) -> Option<String> {
    Some(user_agent.to_str().ok()?.chars().take(USER_AGENT_CHARS_MAX).collect())
}
