//! A server from start to stop: probes, log, keys, signals.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use support::{Place, ask, until};

#[test]
fn it_starts_answers_and_stops_in_order() {
    let place = Place::new();
    let key = place.tenant("acme");
    let serving = place.serve(&[]);
    assert_eq!(serving.get("/health/ready", "").status, 200);
    assert_eq!(ask(&serving.address, "GET", "/health/live", &[], "").status, 200);
    assert_eq!(serving.get("/api/v1/orders", "ob_live_nonsense").status, 401);
    let customer = serving.post("/api/v1/customers", &key, r#"{"name":"Ada"}"#).json(201);
    let body = format!(
        r#"{{"customer_id":{},"currency":"USD","items":[{{"product_id":"a","quantity":3,"unit_price":"19.99"}}]}}"#,
        customer["id"]
    );
    let order = serving.post("/api/v1/orders", &key, &body).json(201);
    assert_eq!((order["number"].as_u64(), order["total_amount"].as_str()), (Some(1001), Some("59.97")));
    serving.signal("TERM");
    let (code, log) = serving.ended();
    assert_eq!(code, 0, "{log:#?}");

    let lines: Vec<serde_json::Value> = log.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let messages: Vec<&str> = lines.iter().filter_map(|line| line["message"].as_str()).collect();
    for message in ["config.loaded", "start.ready", "request", "shutdown.begin", "shutdown.end"] {
        assert!(messages.contains(&message), "{message}: {messages:?}");
    }
    assert!(!log.concat().contains(&key), "no key in the log");
    let request = lines
        .iter()
        .find(|line| line["http.route"] == "/api/v1/orders" && line["http.response.status_code"] == 201)
        .unwrap();
    assert_eq!(request["client.address"], "127.0.0.1");
    assert!(request["request_id"].is_string() && request["tenant.id"].is_string());

    let again = place.serve(&[]);
    let all = again.all_orders(&key);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["id"], order["id"]);
    let next = again.post("/api/v1/orders", &key, &body).json(201);
    assert!(next["number"].as_u64() > Some(1001), "a number is never used twice");
}

#[test]
fn the_first_start_makes_the_schema_and_a_key_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let serving = place.serve(&[]);
    let log = serving.log.join("\n");
    assert!(
        log.contains("migration.applied") && log.contains("master_key.made") && log.contains("master.key"),
        "{log}"
    );
    let mode = |name: &str| std::fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("data"), mode("data/master.key")), (0o700, 0o600));
    let key = std::fs::read_to_string(place.path("data/master.key")).unwrap();
    assert!(!log.contains(key.trim().split_once(':').unwrap().1));
}

#[test]
fn probes_on_the_internal_listener_and_the_health_check() {
    let place = Place::new();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let internal = format!("http.internal_listen={free}");
    let serving = place.serve(&["--set", &internal]);
    assert_eq!(ask(&free, "GET", "/health/ready", &[], "").status, 200);
    assert_eq!(ask(&free, "GET", "/api/v1/orders", &[], "").status, 404);
    place.done(&["healthcheck", "--set", &internal]);
    place.done(&["healthcheck", "--live", "--set", &internal]);
    drop(serving);
    let ended = place.run(&["healthcheck", "--set", &internal]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("does not answer"), "{}", ended.err);
}

#[test]
fn a_stopping_server_is_not_ready_but_still_serves() {
    let place = Place::new();
    let key = place.tenant("acme");
    let serving = place.serve(&["--set", "http.drain_delay_ms=1500"]);
    serving.signal("TERM");
    until("not ready", || serving.get("/health/ready", "").status == 503);
    assert_eq!(ask(&serving.address, "GET", "/health/live", &[], "").status, 200);
    let answer = serving.get("/api/v1/orders", &key);
    assert_eq!(answer.status, 200);
    assert_eq!(serving.ended().0, 0);
}

#[test]
fn an_idle_connection_does_not_hold_a_stop() {
    let place = Place::new();
    let serving = place.serve(&[]);
    let mut idle = TcpStream::connect(&serving.address).unwrap();
    idle.write_all(format!("GET /health/live HTTP/1.1\r\nHost: {}\r\n\r\n", serving.address).as_bytes()).unwrap();
    let mut some = [0; 64];
    assert!(idle.read(&mut some).unwrap() > 0);
    let begun = Instant::now();
    serving.signal("INT");
    assert_eq!(serving.ended().0, 0);
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
}

#[test]
fn a_second_signal_or_the_maximum_ends_it_at_once() {
    let place = Place::new();
    let serving = place.serve(&["--set", "http.drain_delay_ms=20000", "--set", "http.shutdown_ms_max=60000"]);
    serving.signal("TERM");
    until("draining", || serving.get("/health/ready", "").status == 503);
    serving.signal("TERM");
    assert_eq!(serving.ended().0, 75);

    let serving = place.serve(&["--set", "http.drain_delay_ms=300", "--set", "http.shutdown_ms_max=301"]);
    let mut slow = TcpStream::connect(&serving.address).unwrap();
    slow.write_all(b"POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let begun = Instant::now();
    serving.signal("TERM");
    let (code, _) = serving.ended();
    assert!(matches!(code, 0 | 75), "{code}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn the_address_in_the_log_is_as_long_as_asked() {
    let place = Place::new();
    for (setting, expected) in [("prefix", Some("127.0.0.0/24")), ("off", None)] {
        let serving = place.serve(&["--set", &format!("log.client_address={setting}")]);
        assert_eq!(serving.get("/api/v1/orders", "").status, 401);
        serving.signal("TERM");
        let (_, log) = serving.ended();
        let lines: Vec<serde_json::Value> = log.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let request = lines.iter().find(|line| line["message"] == "request").unwrap();
        assert_eq!(request["client.address"].as_str(), expected);
    }
}

#[test]
fn while_it_waits_for_its_database_it_lives_and_refuses() {
    let place = Place::new();
    let ring = place.done(&["secret", "generate", "--kind", "master"]).out;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut child = place
        .command(&[
            "serve",
            "--wait-for",
            "3",
            "--set",
            &format!("http.listen={free}"),
            "--set",
            "http.internal_listen=off",
        ])
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
        .env("ORDERBASE_MASTER_KEYS", ring.trim())
        .env("ORDERBASE_PUBLIC_URL", "https://api.example.com")
        .env("REDIS_URL", "redis://127.0.0.1:1")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    until("it listens", || TcpStream::connect(&free).is_ok());
    assert_eq!(ask(&free, "GET", "/health/live", &[], "").status, 200);
    let ready = ask(&free, "GET", "/health/ready", &[], "").json(503);
    assert_eq!(ready["phase"]["name"], "connecting");
    assert_eq!(ask(&free, "GET", "/api/v1/orders", &[], "").status, 503);
    assert_eq!(child.wait().unwrap().code(), Some(69));
}
