//! The page of the documents as a person uses it: opened, one operation executed, nothing typed, no server but ours.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panicking")]

use std::time::Duration;

use orderbase_tests::binary::Binary;
use orderbase_tests::browser::Browser;
use serde_json::Value;

const ORDERS_LIST: &str = "#operations-Orders-orders_list";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_are_listed_by_pressing_execute() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let binary = Binary::in_folder(folder.path()).env("TMPDIR", folder.path());
    let demo = binary.args(["demo", "--port", "0"]).start();
    let ready = demo.line(Duration::from_secs(60), |line| line.contains("demo.ready"));
    let ready: Value = serde_json::from_str(&ready).expect("the line is JSON");
    let (base, docs) = (text(&ready["base_url"]), text(&ready["docs_url"]));

    let browser = Browser::open().await;
    browser.visit(docs).await;
    browser.press(&format!("{ORDERS_LIST} .opblock-summary-control")).await;
    browser.press(&format!("{ORDERS_LIST} button.execute")).await;
    let status = browser.text(&format!("{ORDERS_LIST} .live-responses-table tbody .response-col_status")).await;
    let body = browser.text(&format!("{ORDERS_LIST} .live-responses-table .highlight-code code")).await;
    assert!(status.starts_with("200"), "{status}: {body}");
    let page: Value = serde_json::from_str(&body).unwrap_or_else(|fault| panic!("{fault}: {body}"));
    assert_eq!(page["data"].as_array().map(Vec::len), Some(20), "{body}");
    assert!(text(&page["data"][0]["display_number"]).starts_with("AC-"), "{body}");

    let requests = browser.requests().await;
    let asked =
        |path: &str| requests.iter().any(|url| url.strip_prefix(base).is_some_and(|rest| rest.starts_with(path)));
    assert!(asked("/docs") && asked("/openapi/v1.json") && asked("/api/v1/orders"), "{requests:?}");
    let elsewhere: Vec<_> = requests.iter().filter(|url| !is_ours(url, base)).collect();
    assert!(elsewhere.is_empty(), "the page works without any other server: {elsewhere:?}");
    let complaints = browser.complaints().await;
    assert!(complaints.is_empty(), "{complaints:?}");
}

/// Of this origin, or no request at all but a picture written out in the style sheet.
fn is_ours(url: &str, base: &str) -> bool {
    url == base || url.starts_with(&format!("{base}/")) || url.starts_with("data:")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}
