//! The actix app and its server. Sockets are bound by the caller; signals are the caller's too.
//!
//! The server is put together here and not by `HttpServer`, which takes no stream but its own: ours is watched (`connection`).

use std::future::ready;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_http::HttpService;
use actix_server::ServerBuilder;
use actix_service::{ServiceFactoryExt as _, fn_service, map_config};
use actix_web::body::BoxBody;
use actix_web::dev::{AppConfig, Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::rt::net::TcpStream;
use actix_web::{App, Error, web};

use crate::connection::{Guarded, LINGER, Limits};
use crate::middleware::{Envelope, not_found};
use crate::options::DocsMode;
use crate::route::{self, Route};
use crate::shared::Shared;

/// Which of the two sockets an app answers on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    Public,
    /// Probes, and the documents where they are internal.
    Internal,
}

/// Registers what the listener serves of a table.
fn configure(cfg: &mut web::ServiceConfig, shared: &Arc<Shared>, listener: Listener, table: &'static [Route]) {
    let docs = match (shared.options.docs, listener) {
        (DocsMode::Public, Listener::Public) | (DocsMode::Internal, Listener::Internal) => true,
        (DocsMode::Off, _) | (DocsMode::Public, Listener::Internal) | (DocsMode::Internal, Listener::Public) => false,
    };
    cfg.app_data(web::Data::from(Arc::clone(shared)));
    route::register(cfg, table, |route| match (route.flags.documents, listener) {
        (true, _) => docs,
        (false, Listener::Public) => true,
        (false, Listener::Internal) => route.is_probe(),
    });
    cfg.default_service(web::to(not_found));
}

/// The whole app: the routes of a table and the envelope around every answer.
pub(crate) fn app_over(
    shared: &Arc<Shared>,
    listener: Listener,
    table: &'static [Route],
) -> App<
    impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<BoxBody>, Error = Error, InitError = ()>
    + use<>,
> {
    let inner = Arc::clone(shared);
    App::new()
        .wrap(Envelope { shared: Arc::clone(shared) })
        .configure(move |cfg| configure(cfg, &inner, listener, table))
}

/// A server on a bound socket; it runs once it is awaited or spawned.
///
/// # Errors
/// Those of the socket.
pub fn server(shared: Arc<Shared>, listener: Listener, socket: TcpListener) -> io::Result<Server> {
    let options = &shared.options;
    let builder = ServerBuilder::default()
        .max_concurrent_connections(options.connections_max)
        .shutdown_timeout(whole_secs(options.shutdown_timeout))
        .disable_signals();
    let builder = match (listener, options.workers) {
        (Listener::Internal, _) => builder.workers(1),
        (Listener::Public, Some(workers)) => builder.workers(workers),
        (Listener::Public, None) => builder,
    };
    let (address, stop) = (socket.local_addr()?, builder.graceful_shutdown_signal());
    let serve = move || {
        let (limits, clock, stop) = (Limits::of(&shared.options), Arc::clone(shared.clock()), stop.clone());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stop = stop.clone();
                async move { stop.notified().await }
            })
            .keep_alive(shared.options.keep_alive)
            // The watch has the time of every head, not of the first alone.
            .client_request_timeout(Duration::ZERO)
            .client_disconnect_timeout(LINGER)
            .local_addr(address)
            .on_connect_ext(|stream: &Guarded<TcpStream>, data| {
                data.insert(stream.watch());
            })
            .h1(map_config(app_over(&shared, listener, route::routes()), |()| AppConfig::default()));
        fn_service(move |stream: TcpStream| {
            let peer = stream.peer_addr().ok();
            ready(Ok((Guarded::new(stream, limits, Arc::clone(&clock)), peer)))
        })
        .and_then(http)
    };
    Ok(builder.listen("orderbase-http", socket, serve)?.run())
}

/// Rounded up, and never 0, which would cut every connection at once.
fn whole_secs(time: Duration) -> u64 {
    let started = u64::from(time.subsec_nanos() > 0);
    time.as_secs().saturating_add(started).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_to_stop_is_never_cut() {
        for (millis, secs) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (1_500, 2), (25_000, 25)] {
            assert_eq!(whole_secs(Duration::from_millis(millis)), secs, "{millis} ms");
        }
        assert_eq!(whole_secs(Duration::MAX), u64::MAX);
    }
}
