//! `import` on real orders: what is taken, what is refused and why, and that it ends the same however often it was killed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;

use support::{Place, Serving, until};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/orders.ndjson");

fn import<'a>(extra: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec!["import", "--tenant", "retail", "--rejects", "rejects.ndjson"];
    args.extend(extra);
    args
}

/// What an order is, but for what differs from run to run.
fn essence(serving: &Serving, key: &str) -> BTreeMap<String, serde_json::Value> {
    let mut names = BTreeMap::new();
    let customers = serving.get("/api/v1/customers?limit=100", key).json(200);
    for customer in customers["data"].as_array().unwrap() {
        names.insert(customer["id"].to_string(), customer["external_reference"].clone());
    }
    serving
        .all_orders(key)
        .into_iter()
        .map(|mut order| {
            let reference = order["external_reference"].as_str().unwrap().to_owned();
            order["customer_id"] = names[&order["customer_id"].to_string()].clone();
            let members = order.as_object_mut().unwrap();
            for random in ["id", "number", "display_number"] {
                members.remove(random);
            }
            for item in members["items"].as_array_mut().unwrap() {
                item.as_object_mut().unwrap().remove("id");
            }
            (reference, order)
        })
        .collect()
}

#[test]
fn real_orders_are_taken_in_once() {
    let place = Place::new();
    let key = place.tenant("retail");
    let first = place.run(&import(&[FILE]));
    assert_eq!(first.code, 1, "{}", first.err);
    let totals = first.json();
    assert_eq!((totals["orders"].as_u64(), totals["items"].as_u64()), (Some(56), Some(907)));
    assert_eq!(totals["amounts"], serde_json::json!({"GBP": "23666.80"}));
    assert_eq!((totals["customers_created"].as_u64(), totals["rejected"].as_u64()), (Some(41), Some(4)));
    assert_eq!(totals["rejected_by_pointer"], serde_json::json!({"#/items/*/quantity": 3, "#/items/*/unit_price": 1}));

    let path = place.path("rejects.ndjson");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let rejects = std::fs::read_to_string(&path).unwrap();
    assert_eq!(rejects.lines().count(), 4);
    for line in rejects.lines() {
        let reject: serde_json::Value = serde_json::from_str(line).unwrap();
        let sent = std::fs::read_to_string(FILE).unwrap();
        let sent: serde_json::Value =
            serde_json::from_str(sent.lines().nth(reject["line"].as_u64().unwrap() as usize - 1).unwrap()).unwrap();
        assert_eq!(reject["input"], sent);
        assert_eq!(reject["external_reference"], sent["external_reference"]);
        assert!(reject["errors"][0]["pointer"].as_str().unwrap().starts_with("#/items/"));
    }

    let second = place.run(&import(&[FILE]));
    assert_eq!(second.code, 1);
    assert_eq!((second.json()["orders"].as_u64(), second.json()["skipped"].as_u64()), (Some(0), Some(56)));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), rejects, "the same lines are refused again");

    let failing = place.run(&import(&["--on-existing", "fail", FILE]));
    assert_eq!(failing.json()["rejected_by_code"]["external_reference_taken"], 56);

    let serving = place.serve(&[]);
    let orders = serving.all_orders(&key);
    assert_eq!(orders.len(), 56);
    let order = orders.iter().find(|order| order["external_reference"] == "536365").unwrap();
    assert_eq!(order["created_at"], "2010-12-01T08:26:00.000Z");
    assert_eq!(
        (order["status"].as_str(), order["version"].as_u64(), order["total_amount"].as_str()),
        (Some("completed"), Some(4), Some("139.12"))
    );
    let path = format!("/api/v1/orders/{}/events", order["id"].as_str().unwrap());
    let events = serving.get(&path, &key).json(200);
    assert_eq!(events["data"].as_array().map(Vec::len), Some(4));
}

#[test]
fn killed_in_the_middle_and_run_again_it_ends_the_same() {
    let clean = Place::new();
    let key = clean.tenant("retail");
    clean.run(&import(&[FILE]));
    let wanted = essence(&clean.serve(&[]), &key);
    assert_eq!(wanted.len(), 56);

    let place = Place::new();
    let key = place.tenant("retail");
    // Through a pipe that stays open, so that the kill meets it in the middle of the file.
    let pipe = place.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let text = std::fs::read_to_string(FILE).unwrap();
    for lines in [9, 31] {
        let _ = std::fs::remove_file(place.path("rejects.ndjson.unfinished"));
        let mut child = place.command(&import(&["pipe"])).spawn().unwrap();
        let mut writer = std::fs::File::options().write(true).open(&pipe).unwrap();
        let part: String = text.split_inclusive('\n').take(lines).collect();
        // More lines than a changeset holds, so that what was read so far is committed; the refused one tells when.
        let many = format!("refused\n{}", part.repeat(120 / lines + 1));
        std::io::Write::write_all(&mut writer, many.as_bytes()).unwrap();
        until("a changeset was committed", || {
            std::fs::metadata(place.path("rejects.ndjson.unfinished")).is_ok_and(|file| file.len() > 0)
        });
        child.kill().unwrap();
        child.wait().unwrap();
        drop(writer);
    }
    let last = place.run(&import(&[FILE]));
    assert_eq!(last.code, 1, "{}", last.err);
    let totals = last.json();
    let (orders, skipped) = (totals["orders"].as_u64().unwrap(), totals["skipped"].as_u64().unwrap());
    assert_eq!(orders + skipped, 56);
    assert!(skipped > 20, "too little had been committed: the test proves nothing");
    assert_eq!(essence(&place.serve(&[]), &key), wanted);
}

#[test]
fn a_dry_run_writes_nothing() {
    let place = Place::new();
    let key = place.tenant("retail");
    let dry = place.run(&import(&["--dry-run", FILE])).json();
    assert_eq!(
        (dry["orders"].as_u64(), dry["customers_created"].as_u64(), dry["dry_run"].as_bool()),
        (Some(56), Some(41), Some(true))
    );
    assert!(place.serve(&[]).all_orders(&key).is_empty());
}

#[test]
fn the_input_and_the_last_rejects_are_safe() {
    let place = Place::new();
    place.tenant("retail");
    let text = std::fs::read(FILE).unwrap();
    std::fs::write(place.path("orders.ndjson"), &text).unwrap();
    let onto_itself = place.run(&["import", "--tenant", "retail", "--rejects", "./orders.ndjson", "orders.ndjson"]);
    assert_eq!((onto_itself.code, onto_itself.err.contains("input file")), (77, true), "{}", onto_itself.err);
    assert_eq!(std::fs::read(place.path("orders.ndjson")).unwrap(), text);

    assert_eq!(place.run(&import(&["orders.ndjson"])).code, 1);
    let rejects = std::fs::read(place.path("rejects.ndjson")).unwrap();
    std::fs::write(place.path("good.ndjson"), text.split_inclusive(|byte| *byte == b'\n').next().unwrap()).unwrap();
    let mut typo = import(&["good.ndjson"]);
    typo[2] = "retial";
    assert_eq!(place.run(&typo).code, 2);
    assert_eq!(place.run(&import(&["--dry-run", "good.ndjson"])).code, 0);
    assert_eq!(std::fs::read(place.path("rejects.ndjson")).unwrap(), rejects);
    assert_eq!(place.run(&import(&["good.ndjson"])).code, 0);
    assert!(!place.path("rejects.ndjson").exists() && !place.path("rejects.ndjson.unfinished").exists());
}

#[test]
fn bad_lines_stop_nothing_and_bad_files_are_65() {
    let place = Place::new();
    place.tenant("retail");
    let good = std::fs::read_to_string(FILE).unwrap().lines().next().unwrap().to_owned();
    let long = format!("{{\"external_reference\":\"{}\"}}", "x".repeat(600_000));
    let invalid = good
        .replace("\"quantity\": 6, \"unit_price\": \"2.55\"", "\"quantity\": 0, \"unit_price\": \"2.555\"")
        .replace("GBP", "gbp ");
    let text = [
        &b"{broken"[..],
        b"\n\n",
        long.as_bytes(),
        b"\n",
        b"{\"external_reference\": \"\xff\"}\n",
        invalid.as_bytes(),
        b"\n",
        good.as_bytes(),
        b"\n",
    ]
    .concat();
    std::fs::write(place.path("mixed.ndjson"), text).unwrap();
    let ended = place.run(&["import", "--tenant", "retail", "mixed.ndjson"]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    let totals = ended.json();
    assert_eq!((totals["orders"].as_u64(), totals["rejected"].as_u64()), (Some(1), Some(4)));
    let rejects = std::fs::read_to_string(place.path("mixed.rejects.ndjson")).unwrap();
    let codes: Vec<(u64, Vec<String>)> = rejects
        .lines()
        .map(|line| {
            let reject: serde_json::Value = serde_json::from_str(line).unwrap();
            let errors = reject["errors"].as_array().unwrap();
            (
                reject["line"].as_u64().unwrap(),
                errors.iter().map(|error| error["code"].as_str().unwrap().to_owned()).collect(),
            )
        })
        .collect();
    assert_eq!(codes[0], (1, vec!["malformed_request".to_owned()]));
    assert_eq!(codes[1], (3, vec!["body_too_large".to_owned()]));
    assert_eq!(codes[2], (4, vec!["malformed_request".to_owned()]));
    assert_eq!(codes[3].0, 5);
    assert!(codes[3].1.len() >= 3, "all faults of a line at once: {:?}", codes[3]);

    assert_eq!(place.run(&["import", "--tenant", "retail", "missing.ndjson"]).code, 65);
    assert_eq!(place.run(&["import", "--tenant", "retail", "."]).code, 65);
    let typo = place.run(&["import", "--tenant", "retial", "mixed.ndjson"]);
    assert_eq!((typo.code, typo.err.contains("did you mean retail?")), (2, true), "{}", typo.err);
}

/// Where nothing more can be written, what was taken in before stands, is told, and is found by the next run.
#[test]
fn a_run_that_breaks_off_tells_what_stands() {
    const LINES: u64 = 1_500;
    let place = Place::new();
    place.tenant("retail");
    let line = |at: u64| {
        serde_json::json!({
            "external_reference": format!("h-{at}"),
            "customer": {"external_reference": "c-1", "name": "Ada"},
            "currency": "GBP",
            "status": "completed",
            "created_at": "2010-12-01T08:26:00Z",
            "items": [{"product_id": "85123A", "quantity": 1, "unit_price": "2.55"}],
        })
    };
    let text: String = (0..LINES).map(|at| format!("{}\n", line(at))).collect();
    std::fs::write(place.path("many.ndjson"), text).unwrap();

    // No file may grow past 4 MiB (8 MiB where the shell counts in KiB), and to try is an error, not the end of the process.
    let limited = r#"trap '' XFSZ; ulimit -f 8192; exec "$0" "$@""#;
    let binary = env!("CARGO_BIN_EXE_orderbase");
    let mut command = std::process::Command::new("/bin/sh");
    command.args(["-c", limited, binary]).args(import(&["many.ndjson"])).env_clear().current_dir(place.path("."));
    let broken: support::Ended = command.output().unwrap().into();
    assert!(matches!(broken.code, 69 | 70 | 75), "{}: {}", broken.code, broken.err);
    let stands = broken.json()["orders"].as_u64().unwrap();
    assert!((1..LINES).contains(&stands), "{stands} of {LINES}: the test proves nothing");
    assert_eq!(broken.json()["amounts"]["GBP"], format!("{}.{:02}", stands * 255 / 100, stands * 255 % 100));

    let whole = place.done(&import(&["many.ndjson"])).json();
    assert_eq!((whole["skipped"].as_u64(), whole["orders"].as_u64()), (Some(stands), Some(LINES - stands)));
}
