//! The four floors of the house, read from the manifests: who may depend on whom, and who may name a technology.
//! Fails closed: a crate that no table knows is a failure. Must never be mended by widening a row without an ADR.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panicking")]

use std::collections::BTreeMap;

use orderbase_tests::workspace;
use serde_json::{Value, json};

const DOMAIN: [&str; 3] = ["orderbase-kernel", "orderbase-orders", "orderbase-tenancy"];

/// What a crate may use of the workspace: in the product, and besides in its own tests.
const EDGES: [(&str, &[&str], &[&str]); 9] = [
    ("orderbase-kernel", &[], &[]),
    ("orderbase-orders", &["orderbase-kernel"], &[]),
    ("orderbase-tenancy", &["orderbase-kernel"], &[]),
    ("orderbase-application", &DOMAIN, &[]),
    ("orderbase-migrations", &[], &[]),
    (
        "orderbase-infrastructure",
        &["orderbase-application", "orderbase-kernel", "orderbase-orders", "orderbase-tenancy"],
        &["orderbase-migrations"],
    ),
    ("orderbase-http", &["orderbase-application", "orderbase-kernel", "orderbase-orders", "orderbase-tenancy"], &[]),
    (
        "orderbase",
        &[
            "orderbase-application",
            "orderbase-http",
            "orderbase-infrastructure",
            "orderbase-kernel",
            "orderbase-migrations",
            "orderbase-orders",
            "orderbase-tenancy",
        ],
        &[],
    ),
    (
        "orderbase-tests",
        &[
            "orderbase",
            "orderbase-application",
            "orderbase-http",
            "orderbase-infrastructure",
            "orderbase-kernel",
            "orderbase-migrations",
        ],
        &[],
    ),
];

/// All that a domain crate may use from outside, and the features that would let a clock or chance in.
const DOMAIN_OUTSIDE: [(&str, &[&str]); 3] = [
    ("thiserror", &[]),
    ("uuid", &["v1", "v4", "v6", "v7", "fast-rng", "serde"]),
    ("chrono", &["clock", "now", "serde"]),
];

/// Crates that stand for a technology, and who may name it, tests included.
const TECHNOLOGIES: [(&[&str], &[&str]); 3] = [
    (
        &["sea-orm", "sea-orm-migration", "sea-query", "sqlx", "sqlx-core", "rusqlite", "tokio-postgres"],
        &["orderbase-infrastructure", "orderbase-migrations"],
    ),
    (&["redis", "deadpool-redis"], &["orderbase-infrastructure", "orderbase-migrations"]),
    (&["actix-web", "actix-http", "actix-ws", "actix-cors"], &["orderbase-http", "orderbase", "orderbase-tests"]),
];

/// Every breach of the tables in what `cargo metadata` says, each with the way to mend it.
fn breaches(metadata: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for package in list(&metadata["packages"]) {
        let name = text(&package["name"]);
        let Some((_, product, tests)) = EDGES.iter().find(|(known, ..)| *known == name) else {
            found.push(format!("{name}: unknown crate. Give it a floor in docs/ARCHITECTURE.md and a row in EDGES of tests/tests/layers.rs."));
            continue;
        };
        for dependency in list(&package["dependencies"]) {
            let (used, kind) = (text(&dependency["name"]), dependency["kind"].as_str().unwrap_or("normal"));
            if used.starts_with("orderbase") {
                let allowed = product.contains(&used) || (kind == "dev" && (used == name || tests.contains(&used)));
                if !allowed {
                    found.push(format!(
                        "{name} → {used} ({kind}): against the direction server → {{http, infrastructure}} → application → domain. \
                         Move what is needed down a floor, or ask for it through a port of the application."
                    ));
                }
            } else {
                found.extend(outside(name, used, kind, dependency));
            }
        }
    }
    found
}

/// Breaches of one dependency on a crate that is not ours.
fn outside(name: &str, used: &str, kind: &str, dependency: &Value) -> Vec<String> {
    let mut found = Vec::new();
    if DOMAIN.contains(&name) && kind != "dev" {
        match DOMAIN_OUTSIDE.iter().find(|(allowed, _)| *allowed == used) {
            None => found.push(format!(
                "{name} → {used}: the domain is pure and uses thiserror, uuid and chrono alone. Move the need to application or infrastructure."
            )),
            Some((_, refused)) => {
                let features = list(&dependency["features"]).iter().map(text);
                let wrong: Vec<_> = features.filter(|feature| refused.contains(feature)).collect();
                let defaults = used == "chrono" && dependency["uses_default_features"] != json!(false);
                if !wrong.is_empty() || defaults {
                    found.push(format!(
                        "{name} → {used} with {wrong:?} or default features: the domain has no clock, no chance and no wire. \
                         Time and ids come in as arguments; the floors above add the feature."
                    ));
                }
            }
        }
    }
    for (crates, homes) in TECHNOLOGIES {
        if crates.contains(&used) && !homes.contains(&name) {
            found.push(format!(
                "{name} → {used} ({kind}): only {homes:?} may name it. Ask for what is needed through a port."
            ));
        }
    }
    found
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().expect("cargo metadata names things by text")
}

#[test]
fn every_crate_keeps_to_its_floor() {
    let found = breaches(&workspace::metadata());
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn every_crate_has_a_suite() {
    let script = workspace::text("tests/run");
    let metadata = workspace::metadata();
    let missing: Vec<_> = list(&metadata["packages"])
        .iter()
        .map(|package| text(&package["name"]))
        .filter(|name| !script.contains(&format!("package({name})")))
        .collect();
    assert!(missing.is_empty(), "no suite of tests/run runs the tests of {missing:?}; add a line to SUITES there");
}

#[test]
fn the_tables_know_no_crate_that_is_gone() {
    let metadata = workspace::metadata();
    let members: Vec<_> = list(&metadata["packages"]).iter().map(|package| text(&package["name"])).collect();
    let gone: Vec<_> = EDGES.iter().map(|(name, ..)| *name).filter(|name| !members.contains(name)).collect();
    assert!(gone.is_empty(), "{gone:?}: no such crate; take the row out of EDGES");
}

#[test]
fn no_edge_of_the_tables_makes_a_ring() {
    let edges: BTreeMap<_, _> = EDGES.iter().map(|(name, product, _)| (*name, *product)).collect();
    let mut done: Vec<&str> = Vec::new();
    for _ in 0..edges.len() {
        let ready = edges.iter().filter(|(_, needs)| needs.iter().all(|need| done.contains(need)));
        let next: Vec<_> = ready.map(|(name, _)| *name).collect();
        done = next;
    }
    assert_eq!(done.len(), edges.len(), "only {done:?} can be built");
}

mod seen_to_fail {
    use super::*;

    fn metadata(name: &str, dependencies: &Value) -> Value {
        json!({"packages": [{"name": name, "dependencies": dependencies}]})
    }

    fn one(name: &str, dependency: Value) -> Vec<String> {
        breaches(&metadata(name, &json!([dependency])))
    }

    fn assert_one(found: &[String], words: &str) {
        assert!(found.len() == 1 && found[0].contains(words), "{found:?}");
    }

    #[test]
    fn an_unknown_crate() {
        assert_one(&breaches(&metadata("orderbase-extra", &json!([]))), "unknown crate");
    }

    #[test]
    fn an_edge_upwards_or_sideways() {
        let edge = |to: &str| json!({"name": to, "kind": null, "features": [], "uses_default_features": true});
        assert_one(&one("orderbase-application", edge("orderbase-infrastructure")), "against the direction");
        assert_one(&one("orderbase-http", edge("orderbase-infrastructure")), "against the direction");
        assert_one(&one("orderbase-orders", edge("orderbase-tenancy")), "against the direction");
        assert!(one("orderbase-orders", edge("orderbase-kernel")).is_empty());
    }

    #[test]
    fn an_edge_that_only_tests_may_have() {
        let edge = |kind: Value| json!({"name": "orderbase-migrations", "kind": kind, "features": []});
        assert_one(&one("orderbase-infrastructure", edge(Value::Null)), "against the direction");
        assert!(one("orderbase-infrastructure", edge(json!("dev"))).is_empty());
        assert_one(&one("orderbase-http", edge(json!("dev"))), "against the direction");
    }

    #[test]
    fn a_domain_crate_that_reaches_out() {
        let serde = json!({"name": "serde", "kind": null, "features": [], "uses_default_features": true});
        assert_one(&one("orderbase-orders", serde), "the domain is pure");
        let dev = json!({"name": "proptest", "kind": "dev", "features": [], "uses_default_features": true});
        assert!(one("orderbase-orders", dev).is_empty());
    }

    #[test]
    fn a_domain_crate_with_a_clock_or_chance() {
        let chrono = |features: Value, defaults: bool| json!({"name": "chrono", "kind": null, "features": features, "uses_default_features": defaults});
        assert_one(&one("orderbase-kernel", chrono(json!(["std"]), true)), "no clock");
        assert_one(&one("orderbase-kernel", chrono(json!(["std", "clock"]), false)), "no clock");
        assert!(one("orderbase-kernel", chrono(json!(["std"]), false)).is_empty());
        let uuid = json!({"name": "uuid", "kind": null, "features": ["v7"], "uses_default_features": true});
        assert_one(&one("orderbase-kernel", uuid), "no chance");
    }

    #[test]
    fn a_technology_outside_its_home() {
        let named = |name: &str, kind: Value| json!({"name": name, "kind": kind, "features": [], "uses_default_features": true});
        assert_one(&one("orderbase-application", named("sea-orm", Value::Null)), "only");
        assert_one(&one("orderbase", named("sqlx", json!("dev"))), "only");
        assert_one(&one("orderbase-http", named("redis", Value::Null)), "only");
        assert_one(&one("orderbase-infrastructure", named("actix-web", Value::Null)), "only");
        assert!(one("orderbase-infrastructure", named("sea-orm", Value::Null)).is_empty());
        assert!(one("orderbase-http", named("actix-web", Value::Null)).is_empty());
    }
}
