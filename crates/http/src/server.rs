//! The actix app and its server. Sockets are bound by the caller; signals are the caller's too.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::{App, Error, HttpServer, web};

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
    let options = shared.options.clone();
    let mut server = HttpServer::new(move || app_over(&shared, listener, route::routes()))
        .keep_alive(options.keep_alive)
        .client_request_timeout(options.head_timeout)
        .max_connections(options.connections_max)
        .shutdown_timeout(whole_secs(options.shutdown_timeout))
        .disable_signals();
    server = match (listener, options.workers) {
        (Listener::Internal, _) => server.workers(1),
        (Listener::Public, Some(workers)) => server.workers(workers),
        (Listener::Public, None) => server,
    };
    Ok(server.listen(socket)?.run())
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
