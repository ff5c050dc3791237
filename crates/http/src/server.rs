//! The actix app and its server. Sockets are bound by the caller; signals are the caller's too.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;

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
        .shutdown_timeout(options.shutdown_timeout.as_secs())
        .disable_signals();
    server = match (listener, options.workers) {
        (Listener::Internal, _) => server.workers(1),
        (Listener::Public, Some(workers)) => server.workers(workers),
        (Listener::Public, None) => server,
    };
    Ok(server.listen(socket)?.run())
}
