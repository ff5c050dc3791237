//! What only a socket shows: bodies that come slowly or not at all, HEAD, answers before a body was read.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use orderbase_application::testing::World;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::options::HttpOptions;
use crate::server::{Listener, server};
use crate::shared::Shared;

/// A server on a free port of this machine; stopped with the runtime of the test.
fn served(options: HttpOptions) -> SocketAddr {
    served_with(options).0
}

fn served_with(options: HttpOptions) -> (SocketAddr, Arc<Shared>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let shared = Shared::serving(HttpOptions { workers: Some(1), ..options }, World::new().app);
    actix_web::rt::spawn(server(Arc::clone(&shared), Listener::Public, socket).unwrap());
    (address, shared)
}

/// Sends bytes, then reads until the server closes or `wait` is over.
async fn exchange(address: SocketAddr, sent: &[u8], wait: Duration) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server that has refused already may close before all is sent.
    let _ = stream.write_all(sent).await;
    read(&mut stream, wait).await
}

async fn read(stream: &mut TcpStream, wait: Duration) -> String {
    let mut received = Vec::new();
    let _ = tokio::time::timeout(wait, stream.read_to_end(&mut received)).await;
    String::from_utf8(received).unwrap()
}

const SOON: Duration = Duration::from_millis(500);

#[actix_web::test]
async fn head_has_the_length_and_no_body() {
    let address = served(HttpOptions::default());
    let get = exchange(address, b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", SOON * 4).await;
    let head = exchange(address, b"HEAD /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", SOON * 4).await;
    assert!(get.contains("content-length: 15") && get.ends_with("{\"status\":\"ok\"}"), "{get}");
    assert!(head.contains("content-length: 15") && head.ends_with("\r\n\r\n"), "{head}");
}

#[actix_web::test]
async fn a_body_that_does_not_come_is_408() {
    let address = served(HttpOptions { body_timeout: Duration::from_millis(50), ..HttpOptions::default() });
    let head = b"GET /api HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{";
    let answer = exchange(address, head, SOON * 4).await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("\"code\":\"request_timeout\""), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
}

#[actix_web::test]
async fn a_body_that_breaks_off_is_no_5xx() {
    let address = served(HttpOptions::default());
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = b"GET /api HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"x\"\r\nzz";
    stream.write_all(head).await.unwrap();
    let answer = read(&mut stream, SOON * 4).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

#[actix_web::test]
async fn ten_megabytes_are_refused_with_an_answer() {
    let address = served(HttpOptions::default());
    for framing in ["Content-Length: 10485760", "Transfer-Encoding: chunked"] {
        let head = format!("GET /api HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{framing}\r\n\r\n");
        let mut sent = head.into_bytes();
        if framing.starts_with('T') {
            sent.extend_from_slice(b"A00000\r\n");
        }
        sent.resize(sent.len() + 10 * 1024 * 1024, b' ');
        let answer = exchange(address, &sent, SOON * 10).await;
        assert!(
            answer.starts_with("HTTP/1.1 413 ") && answer.contains("\"code\":\"body_too_large\""),
            "{framing}: {answer}"
        );
    }
}

#[actix_web::test]
async fn who_is_refused_before_the_body_is_read_gets_an_answer_too() {
    let address = served(HttpOptions::default());
    let refused =
        [("/api/v1/orders", "unauthenticated"), ("/nothing", "route_not_found"), ("/health", "method_not_allowed")];
    for (path, code) in refused {
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10485760\r\n\r\n");
        let mut sent = head.into_bytes();
        sent.resize(sent.len() + 10 * 1024 * 1024, b' ');
        let answer = exchange(address, &sent, SOON * 10).await;
        assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{path}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{path}: {answer}");
    }
}

#[actix_web::test]
async fn a_request_names_one_host_and_one_length() {
    let address = served(HttpOptions::default());
    // The framework refuses most of these before there is a request; then the answer has no body.
    for head in [
        "GET /health HTTP/1.1\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /health HTTP/1.0\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a, b\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: <a>\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost:\r\n\r\n",
        "GET /api HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "GET /api HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /api HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "NO HTTP AT ALL\r\n\r\n",
    ] {
        let answer = exchange(address, head.as_bytes(), SOON).await;
        assert!(answer.starts_with("HTTP/1.") && answer.contains(" 400 "), "{head}: {answer}");
    }
}

#[actix_web::test]
async fn two_requests_share_a_connection() {
    let address = served(HttpOptions::default());
    let one = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    let two = "GET /api HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answers = exchange(address, format!("{one}{two}").as_bytes(), SOON * 4).await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
}

#[actix_web::test]
async fn a_stopping_server_closes_after_each_answer() {
    let (address, shared) = served_with(HttpOptions::default());
    let request = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    assert!(!exchange(address, request, SOON).await.contains("connection: close"));
    shared.lifecycle.drain();
    assert!(exchange(address, request, SOON).await.contains("connection: close"));
}

/// Reads until the answer's end is known from its length, or `wait` is over.
async fn first_answer(stream: &mut TcpStream) -> String {
    let mut received = Vec::new();
    let whole = async {
        while !received.ends_with(b"{\"status\":\"ok\"}") {
            assert_ne!(stream.read_buf(&mut received).await.unwrap(), 0, "closed before the answer");
        }
    };
    tokio::time::timeout(SOON * 4, whole).await.unwrap();
    String::from_utf8(received).unwrap()
}

/// What comes until the server closes; `None` if it does not.
async fn rest(stream: &mut TcpStream, wait: Duration) -> Option<String> {
    let mut received = Vec::new();
    let ended = tokio::time::timeout(wait, stream.read_to_end(&mut received)).await;
    ended.ok().map(|_| String::from_utf8(received).unwrap())
}

fn hasty_heads() -> HttpOptions {
    HttpOptions { head_timeout: Duration::from_millis(200), ..HttpOptions::default() }
}

const HEALTH: &[u8] = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n";

#[actix_web::test]
async fn every_head_of_a_connection_has_its_time() {
    let address = served(hasty_heads());
    for earlier in 0..3 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        for _ in 0..earlier {
            stream.write_all(HEALTH).await.unwrap();
            first_answer(&mut stream).await;
        }
        stream.write_all(b"GET /health HTTP/1.1\r\nHos").await.unwrap();
        let end = rest(&mut stream, SOON * 4).await.unwrap_or_else(|| panic!("open after {earlier} requests"));
        assert!(end.starts_with("HTTP/1.1 408 ") && end.contains("connection: close"), "{earlier}: {end}");
    }
}

#[actix_web::test]
async fn a_head_that_drips_is_ended_too() {
    let address = served(hasty_heads());
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(HEALTH).await.unwrap();
    first_answer(&mut stream).await;
    let (mut reader, mut writer) = stream.into_split();
    let dripping = actix_web::rt::spawn(async move {
        for byte in b"GET /health HTTP/1.1\r\nX-Long: ".iter().chain(&[b'x'; 400]) {
            if writer.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let mut received = Vec::new();
    let ended = tokio::time::timeout(SOON * 4, reader.read_to_end(&mut received)).await;
    dripping.abort();
    assert!(ended.is_ok(), "still open");
    assert!(received.starts_with(b"HTTP/1.1 408 "), "{received:?}");
}

#[actix_web::test]
async fn a_head_that_began_with_an_earlier_request_has_its_time() {
    let address = served(hasty_heads());
    let post = "GET /health HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    for first in [HEALTH, post.as_bytes()] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&[first, b"GET /hea"].concat()).await.unwrap();
        first_answer(&mut stream).await;
        let end = rest(&mut stream, SOON * 4).await.expect("still open");
        assert!(end.starts_with("HTTP/1.1 408 "), "{end}");
    }
}

#[actix_web::test]
async fn an_idle_connection_outlives_the_time_of_a_head_and_not_its_own() {
    let address = served(HttpOptions { keep_alive: Duration::from_secs(1), ..hasty_heads() });
    let chunked = "GET /health HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                   Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    let sized = "GET /health HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    let mut stream = TcpStream::connect(address).await.unwrap();
    for request in [HEALTH, chunked.as_bytes(), sized.as_bytes(), HEALTH] {
        stream.write_all(request).await.unwrap();
        assert!(first_answer(&mut stream).await.starts_with("HTTP/1.1 200 "));
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    assert_eq!(rest(&mut stream, SOON * 6).await.as_deref(), Some(""));
}

#[actix_web::test]
async fn a_connection_is_idle_after_bodies_that_were_sent_together() {
    let address = served(HttpOptions { keep_alive: Duration::from_secs(1), ..hasty_heads() });
    let sized = "GET /health HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(sized.repeat(3).as_bytes()).await.unwrap();
    let begin = std::time::Instant::now();
    let end = rest(&mut stream, SOON * 6).await.expect("still open");
    assert_eq!(end.matches("HTTP/1.1 ").count(), 3, "{end}");
    assert_eq!(end.matches("HTTP/1.1 200 ").count(), 3, "{end}");
    assert!(begin.elapsed() > Duration::from_millis(800), "closed after {:?}", begin.elapsed());
}

#[actix_web::test]
async fn after_the_last_answer_the_socket_is_closed_whatever_still_comes() {
    let options = HttpOptions { body_timeout: Duration::from_millis(50), ..hasty_heads() };
    let address = served(options);
    let head = "HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n";
    // Late, and refused before the body was looked at.
    for (line, code) in [("GET /api", "request_timeout"), ("POST /api/v1/orders", "unauthenticated")] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("{line} {head}").as_bytes()).await.unwrap();
        let end = rest(&mut stream, SOON * 6).await.unwrap_or_else(|| panic!("{line} leaves the socket open"));
        assert!(
            end.contains(&format!("\"code\":\"{code}\""))
                && !end.contains("HTTP/1.1 408 Request Timeout\r\ncontent-length: 0"),
            "{end}"
        );
    }
}

#[actix_web::test]
async fn a_slow_body_holds_no_place() {
    let options = HttpOptions { in_flight_max: 1, admission_wait: Duration::from_millis(10), ..HttpOptions::default() };
    let address = served(options);
    let head = b"GET /api HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{";
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(head).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let other = exchange(address, b"GET /api HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", SOON * 4).await;
    assert!(other.starts_with("HTTP/1.1 200 "), "{other}");
    slow.write_all(b"}").await.unwrap();
    let answer = read(&mut slow, SOON * 4).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[actix_web::test]
async fn a_target_is_too_long_however_long_it_is() {
    let address = served(HttpOptions::default());
    for kilobytes in [9, 60, 64, 66, 100, 140, 1_000] {
        for is_second in [false, true] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            if is_second {
                stream.write_all(HEALTH).await.unwrap();
                first_answer(&mut stream).await;
            }
            let target = "x".repeat(kilobytes * 1_024);
            let head = format!("GET /{target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            let answer = read(&mut stream, SOON * 6).await;
            assert!(answer.starts_with("HTTP/1.1 414 "), "{kilobytes} KiB: {answer}");
            assert_eq!(answer.contains("uri_too_long"), kilobytes < 64, "{kilobytes} KiB: {answer}");
        }
    }
}
