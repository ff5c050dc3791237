//! The one line that each request leaves in the log. Never a header, query, body or name of a customer: ids, sizes and codes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::HttpRequest;
use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::USER_AGENT;

use crate::client;
use crate::options::{HttpOptions, LoggedAddress};
use crate::track::Track;

const TARGET: &str = "orderbase_http::access";

const USER_AGENT_CHARS_MAX: usize = 256;

/// Writes the line, at level ERROR from 500. Probes leave one only when they fail.
pub(super) fn write<B: MessageBody>(response: &ServiceResponse<B>, track: &Track, options: &HttpOptions) {
    let status = response.status().as_u16();
    let route = track.route.get();
    if route.is_some_and(|route| route.is_probe()) && status < 500 {
        return;
    }

    let is_written = match status {
        500.. => tracing::enabled!(target: TARGET, tracing::Level::ERROR),
        _ => tracing::enabled!(target: TARGET, tracing::Level::INFO),
    };
    if !is_written {
        return;
    }

    let request = response.request();
    let caller = track.caller.get();
    let chain = track.chain.borrow();
    let line = Line {
        method: request.method().as_str(),
        route: route.map(|route| route.path.as_str()),
        status,
        duration_ms: u64::try_from(track.started.elapsed().as_micros()).unwrap_or(u64::MAX) as f64 / 1000.0,
        code: track.code.get().map(|code| code.slug()),
        client: client::address(request.head(), options).and_then(|address| logged(address, options.logged_address)),
        user_agent: user_agent(request),
        request_bytes: track.body_bytes.get(),
        response_bytes: match response.response().body().size() {
            BodySize::Sized(bytes) => Some(bytes),
            BodySize::None => Some(0),
            BodySize::Stream => None,
        },
        tenant: caller.map(|(tenant, _)| tenant.to_string()),
        actor: caller.map(|(_, actor)| (actor.kind(), actor.id())),
        chain: chain.as_deref(),
    };
    line.write(track.request_id.as_str());
}

struct Line<'a> {
    method: &'a str,
    route: Option<&'a str>,
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
                    http.route = self.route,
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

fn user_agent(request: &HttpRequest) -> Option<String> {
    let text = request.headers().get(USER_AGENT)?.to_str().ok()?;
    Some(text.chars().take(USER_AGENT_CHARS_MAX).collect())
}
