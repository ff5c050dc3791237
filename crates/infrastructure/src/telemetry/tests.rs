//! What a log reader relies on: every line parses, carries the common names once, and nothing that was logged can start a line.

use std::io::Write;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;

use super::*;

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Page {
    fn lines(&self) -> Vec<String> {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap().lines().map(str::to_owned).collect()
    }
}

fn settings(format: LogFormat) -> LogSettings {
    LogSettings {
        format,
        filter: "info".to_owned(),
        service: Service { name: "orderbase".into(), version: "1.2.3".into(), instance_id: "a\"b".into() },
        queue_lines: 1_000,
    }
}

fn logged(format: LogFormat, act: impl FnOnce()) -> Vec<String> {
    let page = Page::default();
    let (layer, guard) = log_to(&settings(format), Box::new(page.clone())).unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), act);
    assert!(guard.flush());
    assert_eq!(guard.dropped(), 0);
    page.lines()
}

#[derive(Debug, thiserror::Error)]
#[error("outer")]
struct Outer(#[source] std::io::Error);

#[test]
fn a_line_is_one_flat_object() {
    let lines = logged(LogFormat::Json, || {
        let request = tracing::info_span!("request", request_id = "r-1", tenant.id = tracing::field::Empty, depth = 1);
        request.record("tenant.id", "t-1");
        let _in_request = request.enter();
        let _deeper = tracing::info_span!("orders.place", depth = 2).entered();
        let failure = Outer(std::io::Error::other("inner"));
        let error: &(dyn std::error::Error + 'static) = &failure;
        tracing::warn!(
            target: "orderbase_test",
            {
                http.response.status_code = 503_u16, duration_ms = 1.5, cached = false, depth = 3, level = "mine",
                error = error, nothing = f64::NAN
            },
            "request"
        );
    });
    let line: Value = serde_json::from_str(&lines[0]).unwrap();
    let object = line.as_object().unwrap();
    assert!(object.values().all(|value| !value.is_object() && !value.is_array()));
    for (name, expected) in [
        ("level", Value::from("WARN")),
        ("message", "request".into()),
        ("target", "orderbase_test".into()),
        ("service.name", "orderbase".into()),
        ("service.version", "1.2.3".into()),
        ("service.instance.id", "a\"b".into()),
        ("request_id", "r-1".into()),
        ("tenant.id", "t-1".into()),
        ("http.response.status_code", 503.into()),
        ("duration_ms", 1.5.into()),
        ("cached", false.into()),
        ("depth", 3.into()),
        ("field.level", "mine".into()),
        ("error", "outer: inner".into()),
        ("nothing", Value::Null),
    ] {
        assert_eq!(object.get(name), Some(&expected), "{name} in {line}");
        let quoted = format!("\"{name}\":");
        assert_eq!(lines[0].matches(&quoted).count(), 1, "{name} stands once");
    }
    let at = object["timestamp"].as_str().unwrap();
    assert!(at.ends_with('Z') && orderbase_kernel::Timestamp::parse(at).unwrap().to_string() == at);
}

#[test]
fn nothing_that_is_logged_can_start_a_line() {
    let evil = "a\r\n{\"level\":\"ERROR\"}\u{1b}[31m\u{9b}2J\u{2028}\u{0}\u{7f}\"\\";
    for format in [LogFormat::Json, LogFormat::Pretty] {
        let lines = logged(format, || {
            let _span = tracing::info_span!("request", path = evil, debug = ?evil).entered();
            tracing::info!(value = evil, shown = %evil, "{evil}");
            tracing::info!("second");
        });
        assert_eq!(lines.len(), 2, "{lines:?}");
        for line in &lines {
            assert!(!line.chars().any(|character| character.is_control() || character == '\u{2028}'), "{line:?}");
        }
        if format == LogFormat::Json {
            let line: Value = serde_json::from_str(&lines[0]).unwrap();
            for name in ["message", "path", "value", "shown"] {
                assert_eq!(line[name], evil, "{name}");
            }
            assert_eq!(serde_json::from_str::<Value>(&lines[1]).unwrap()["message"], "second");
        }
    }
}

#[test]
fn pretty_lines_are_for_eyes() {
    let lines =
        logged(LogFormat::Pretty, || tracing::info!(target: "orderbase", address = "127.0.0.1:8080", "start.ready"));
    assert!(lines[0].ends_with(r#"  INFO orderbase: start.ready address="127.0.0.1:8080""#), "{}", lines[0]);
}

#[test]
fn a_bad_filter_is_an_error() {
    let settings = LogSettings { filter: "info,=nonsense=".to_owned(), ..settings(LogFormat::Json) };
    assert!(matches!(start_log(&settings), Err(LogFault::Filter(_))));
}

/// Takes nothing until it is told to.
struct Stuck {
    go: Receiver<()>,
    page: Page,
    free: bool,
}

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if !self.free {
            self.go.recv().unwrap();
            self.free = true;
        }
        self.page.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_stuck_reader_costs_lines_and_no_time() {
    let (go, wait): (Sender<()>, _) = channel();
    let page = Page::default();
    let stuck = Stuck { go: wait, page: page.clone(), free: false };
    let settings = LogSettings { queue_lines: 8, ..settings(LogFormat::Json) };
    let (layer, guard) = log_to(&settings, Box::new(stuck)).unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        // More than the writer's own buffer holds, so that it gets stuck.
        for n in 0..1_000 {
            tracing::info!(n, text = "x".repeat(200), "line");
        }
    });
    let dropped = guard.dropped();
    assert!(dropped > 0 && dropped < 1_000, "{dropped}");
    go.send(()).unwrap();
    // The log tells of its drops after the lines that were in the queue: the second flush is behind that.
    assert!(guard.flush() && guard.flush());
    let lines = page.lines();
    assert!(lines.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    assert!(lines.iter().any(|line| line.contains("telemetry.dropped")), "the log tells of its drops");
    assert_eq!(lines.iter().filter(|line| line.contains("\"line\"")).count() as u64, 1_000 - dropped);
}
