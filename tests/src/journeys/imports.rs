//! History comes in by the command line: once, whatever happens on the way.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use super::steps::{all_orders, text, walk};
use crate::house::House;

/// Good lines come in, bad ones are written to the rejects with line and pointer, and a second run changes nothing.
pub async fn an_import_counts_refuses_and_repeats(house: &House) {
    let file = history(house, 120, true);
    let rejects = house.folder().join("rejects.ndjson");
    let run = || {
        let output = house
            .command(["import", "--tenant", "acme"])
            .args([&file])
            .args(["--rejects".as_ref(), rejects.as_os_str()])
            .run();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };

    let (code, words) = run();
    assert_eq!(code, Some(1), "some lines are rejected: {words}");
    let refused: Vec<Value> = std::fs::read_to_string(&rejects)
        .expect("the rejects are written")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a reject is JSON"))
        .collect();
    let seen: Vec<_> =
        refused.iter().map(|line| (line["line"].clone(), line["errors"][0]["pointer"].clone())).collect();
    assert_eq!(
        seen,
        [
            (json!(121), json!("#/items/0/quantity")),
            (json!(122), json!("#/items/0/unit_price")),
            (json!(123), Value::Null),
        ]
    );
    assert_eq!(refused[2]["errors"][0]["code"], json!("malformed_request"));

    let (code, words) = run();
    assert_eq!(code, Some(1), "{words}");
    let served = house.serve();
    let orders = all_orders(&served.acme).await;
    assert_eq!(orders.len(), 120);
    let one = orders.iter().find(|order| order["external_reference"] == json!("h-7")).expect("h-7 came in");
    assert_eq!((&one["status"], &one["total_amount"]), (&json!("completed"), &json!("25.50")));
    assert_eq!(one["created_at"], json!("2010-12-01T08:07:00.000Z"));
    assert_eq!(walk(&served.acme, "/api/v1/customers?limit=100").await.len(), 10);
}

/// kill -9 in the middle, run again: the same as one clean run.
pub async fn an_import_that_was_killed_ends_the_same(house: &House) {
    let file = history(house, 1_500, false);
    let command = || house.command(["import", "--tenant", "acme"]).args([&file]);
    let mut first = command().start();
    std::thread::sleep(Duration::from_millis(700));
    // It may be over already on a fast machine; then the second run finds all of it.
    let _ = std::process::Command::new("kill").args(["-KILL", &first.pid().to_string()]).status();
    first.ended(Duration::from_secs(10));
    drop(first);

    let second = command().run();
    assert_eq!(second.status.code(), Some(0), "{}", String::from_utf8_lossy(&second.stderr));
    let served = house.serve();
    let orders = all_orders(&served.acme).await;
    let mut references: Vec<_> = orders.iter().map(|order| text(&order["external_reference"])).collect();
    references.sort();
    references.dedup();
    assert_eq!((orders.len(), references.len()), (1_500, 1_500));
    assert!(orders.iter().all(|order| order["version"] == json!(4)), "each with its whole history");
    assert_eq!(walk(&served.acme, "/api/v1/customers?limit=100").await.len(), 10);
}

/// Writes a file of orders by ten customers; with three lines behind them that cannot come in.
fn history(house: &House, orders: usize, with_faults: bool) -> PathBuf {
    let mut text = String::new();
    for at in 0..orders {
        writeln!(text, "{}", line(at, 10, "2.55")).expect("a string takes all");
    }
    if with_faults {
        let (quantity, price) = (line(orders, 0, "2.55"), line(orders + 1, 1, "0.00"));
        writeln!(text, "{quantity}\n{price}\n{{\"external_reference\": ").expect("a string takes all");
    }
    let path = house.folder().join("history.ndjson");
    std::fs::write(&path, text).expect("a file of the test can be written");
    path
}

fn line(at: usize, quantity: u32, price: &str) -> Value {
    json!({
        "external_reference": format!("h-{at}"),
        "customer": {"external_reference": format!("c-{}", at % 10), "name": format!("Customer {}", at % 10)},
        "currency": "GBP",
        "status": "completed",
        "created_at": format!("2010-12-{:02}T{:02}:{:02}:00Z", 1 + at / 600, 8 + at % 600 / 60, at % 60),
        "items": [{"product_id": "85123A", "quantity": quantity, "unit_price": price}],
    })
}
