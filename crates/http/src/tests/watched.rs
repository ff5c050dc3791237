//! The envelope and the watch of a connection together, over answers that no route gives today.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use actix_http::HttpService;
use actix_service::{ServiceFactory as _, map_config};
use actix_web::dev::{AppConfig, Service as _};
use actix_web::error::ErrorInternalServerError;
use actix_web::http::StatusCode;
use actix_web::{App, HttpResponse, web};
use futures_util::FutureExt as _;
use orderbase_application::testing::World;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

use crate::connection::{Guarded, Limits};
use crate::middleware::Envelope;
use crate::options::HttpOptions;
use crate::shared::Shared;

const KEEP_ALIVE: Duration = Duration::from_millis(100);
const LONGER: Duration = Duration::from_millis(400);

/// A connection to an app that fails at `/fails` without an answer and sends back what comes at `/echo` after an upgrade. The watch
/// alone ends it early: the framework's own times are long.
async fn connected() -> DuplexStream {
    let shared = Shared::serving(HttpOptions::default(), World::new().app);
    let (client, served) = duplex(1_024);
    let limits = Limits { head: LONGER / 2, keep_alive: KEEP_ALIVE };
    let stream = Guarded::new(served, limits, Arc::clone(shared.clock()));
    let echo = |sent: web::Payload| {
        ready(HttpResponse::build(StatusCode::SWITCHING_PROTOCOLS).upgrade("websocket").streaming(sent))
    };
    let app = move || {
        App::new()
            .wrap_fn(|request, inner| match request.path() {
                "/fails" => ready(Err(ErrorInternalServerError("no answer"))).boxed_local(),
                _ => inner.call(request).boxed_local(),
            })
            .wrap(Envelope { shared: Arc::clone(&shared) })
            .route("/echo", web::get().to(echo))
    };
    let http = HttpService::build()
        .keep_alive(Duration::from_secs(60))
        .client_request_timeout(Duration::ZERO)
        .on_connect_ext(|stream: &Guarded<DuplexStream>, data| {
            data.insert(stream.watch());
        })
        .h1(map_config(app(), |()| AppConfig::default()));
    let service = http.new_service(()).await.unwrap();
    actix_web::rt::spawn(async move { service.call((stream, None)).await });
    client
}

/// What comes within a while, up to the end of a head.
async fn head(stream: &mut DuplexStream) -> String {
    let mut received = Vec::new();
    let whole = async {
        while !received.windows(4).any(|four| four == b"\r\n\r\n") {
            assert_ne!(stream.read_buf(&mut received).await.unwrap(), 0, "closed");
        }
    };
    tokio::time::timeout(LONGER * 5, whole).await.unwrap();
    String::from_utf8(received).unwrap()
}

#[actix_web::test]
async fn after_a_failure_the_connection_has_its_time_too() {
    let mut stream = connected().await;
    stream.write_all(b"GET /fails HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    assert!(head(&mut stream).await.starts_with("HTTP/1.1 500 "));
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(LONGER * 5, stream.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "still open");
}

#[actix_web::test]
async fn an_upgraded_connection_has_no_deadline_here() {
    let mut stream = connected().await;
    let ask = b"GET /echo HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
    stream.write_all(ask).await.unwrap();
    assert!(head(&mut stream).await.starts_with("HTTP/1.1 101 "));
    for word in [b"ping", b"pong"] {
        tokio::time::sleep(LONGER).await;
        stream.write_all(word).await.unwrap();
        let mut back = [0; 4];
        let echoed = tokio::time::timeout(LONGER * 5, stream.read_exact(&mut back)).await;
        assert!(matches!(echoed, Ok(Ok(_))), "{echoed:?}");
        assert_eq!(&back, word);
    }
}
