//! The real binary against its document: a property-based tester plays every operation in all its phases, with a key and with tokens.
//! What it does and what it expects is in `tests/contract/fuzz`.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use std::fs;
use std::path::Path;
use std::process::Command;

use orderbase_tests::house::{House, Mode};
use orderbase_tests::{environment, workspace};
use serde_json::{Value, json};

/// How many people may be signed out.
const VICTIMS: usize = 6;

/// Where the list of operations takes its part of them: those that a key may call.
const FOR_KEYS: &str = "/security/0/ApiKeyAuth == []";

/// The tag of what versions show differently.
const ORDERS: &str = "Orders";

/// Which operations of a document are played.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    /// Those that a key may call.
    ForKeys,
    /// What versions show differently; all else is the same under another path.
    Orders,
}

#[test]
fn every_operation_that_a_key_may_call_keeps_the_document() {
    // A key is nobody, so no user is its own.
    judge("key", "v1.json", Part::ForKeys, &["users_get", "users_update"]);
}

#[test]
fn every_operation_keeps_the_document_for_people_and_operators() {
    // A tenant is purged 30 days after it was closed.
    judge("token", "v1.json", Part::All, &["platform_tenants_purge"]);
}

#[test]
fn the_orders_of_version_2_keep_its_document() {
    judge("token", "v2.json", Part::Orders, &[]);
}

/// Judges by a document, in a house of its own. All operations but the named ones have to be answered with a success at least once: a run in
/// which all is refused judges nothing.
fn judge(credential: &str, document: &str, part: Part, never_answered: &[&str]) {
    let document = workspace::root().join("docs/openapi").join(document);
    let answered = play(credential, &document, part);
    let mut missed = operations(&document, part);
    missed.retain(|name| !answered.contains(name));
    assert_eq!(missed, never_answered, "{}: what was never answered with a success", document.display());
}

/// Serves a house, lets the tester judge it, and answers the names of the operations that were answered with a success.
fn play(credential: &str, document: &Path, part: Part) -> Vec<String> {
    let house = House::build(Mode::Embedded)
        .with("ORDERBASE_HTTP_TRUSTED_PROXIES", "127.0.0.1/32")
        .with("ORDERBASE_AUTH_OPERATOR_CIDRS", "0.0.0.0/0")
        .with("ORDERBASE_AUTH_ACCESS_TOKEN_SECS", "3600");
    // What is judged here are answers, not how many of them there are.
    for tenant in ["acme", "borealis"] {
        house.grant(tenant, &["requests_per_minute=600000", "burst=100000", "concurrency=12800"]);
    }
    let mut told = people(&house);
    let served = house.serve();
    let url = format!("http://{}", served.address);
    told["url"] = url.as_str().into();
    told["credential"] = credential.into();
    let file = house.folder().join("house.json");
    fs::write(&file, told.to_string()).expect("the house can be described");

    let config = workspace::root().join("tests/contract/fuzz");
    let mut tester = Command::new(environment::contract_tool("python/bin/st"));
    tester.arg("--config-file").arg(config.join("schemathesis.toml")).args(["run", "--url", &url]);
    match part {
        Part::All => {}
        Part::ForKeys => drop(tester.args(["--include-by", FOR_KEYS])),
        Part::Orders => drop(tester.args(["--include-tag", ORDERS])),
    }
    tester.arg(document).current_dir(house.folder()).env("ORDERBASE_CONTRACT_HOUSE", &file);
    tester.env("PYTHONPATH", &config).env("PYTHONDONTWRITEBYTECODE", "1");
    let judged = tester.status().expect("the tester can be started");
    assert!(judged.success(), "{} is not kept", document.display());

    let answered = fs::read_to_string(file.with_extension("answered")).expect("the tester tells what was answered");
    answered.lines().map(str::to_owned).collect()
}

/// Two tenants with their keys and owners, an operator, and those who may be signed out.
fn people(house: &House) -> Value {
    let person = |tenant, email: String, role| {
        let password = house.person(tenant, &email, role);
        json!({"email": email, "password": password})
    };
    let owner = |tenant: &'static str| person(Some(tenant), format!("owner@{tenant}.example"), "owner");
    let victims: Vec<Value> =
        (0..VICTIMS).map(|number| person(Some("acme"), format!("victim-{number}@acme.example"), "member")).collect();
    json!({
        "acme": {"key": house.acme, "owner": owner("acme")},
        "borealis": {"key": house.borealis, "owner": owner("borealis")},
        "operator": person(None, "operator@example.com".to_owned(), ""),
        "guest": person(Some("acme"), "guest@acme.example".to_owned(), "viewer"),
        "victims": victims,
    })
}

/// The names of the operations of a part of a document, in order.
fn operations(document: &Path, part: Part) -> Vec<String> {
    let text = fs::read_to_string(document).expect("a document can be read");
    let document: Value = serde_json::from_str(&text).expect("a document is JSON");
    let items = document["paths"].as_object().expect("a document has paths").values();
    let operations = items.filter_map(Value::as_object).flat_map(|item| item.values());
    let meant = operations.filter(|operation| match part {
        Part::All => true,
        Part::ForKeys => operation["security"][0].get("ApiKeyAuth").is_some(),
        Part::Orders => operation["tags"][0] == ORDERS,
    });
    let mut names: Vec<String> =
        meant.filter_map(|operation| operation["operationId"].as_str().map(str::to_owned)).collect();
    names.sort();
    names
}
