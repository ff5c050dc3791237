//! What `tests/run` hands to the tests. The one place of this crate that reads the environment.

use std::path::PathBuf;

use crate::workspace;

/// URL of a superuser's connection to database `postgres` of the cluster that the tests may fill.
pub fn database_url() -> String {
    required(
        "ORDERBASE_TEST_DATABASE_URL",
        "a superuser's connection to database `postgres` of a PostgreSQL 15 or newer with the roles of deploy/postgres/roles.sql",
    )
}

/// URL of the Redis that the tests may fill.
pub fn redis_url() -> String {
    required("ORDERBASE_TEST_REDIS_URL", "a Redis 7 or newer")
}

/// The binary that `tests/run` has just built, if it is `tests/run` that started this test.
pub fn built_binary() -> Option<PathBuf> {
    read("ORDERBASE_TEST_BINARY").map(PathBuf::from)
}

/// The program that drives Chromium: the one that `tests/run` has found, else the one on the path.
pub fn chromedriver() -> String {
    read("ORDERBASE_TEST_CHROMEDRIVER").unwrap_or_else(|| "chromedriver".to_owned())
}

/// A tool of those that judge the contract, by its path in their folder, where `tests/run` has put them.
pub fn contract_tool(path: &str) -> PathBuf {
    let tool = workspace::root().join("target/tools/contract").join(path);
    assert!(tool.exists(), "{} is missing. Run this test through `tests/run`, which installs it.", tool.display());
    tool
}

fn required(variable: &str, what: &str) -> String {
    read(variable).unwrap_or_else(|| {
        panic!(
            "{variable} is not set. Run this test through `tests/run`, which starts the servers, or set it to {what}."
        )
    })
}

#[expect(clippy::disallowed_methods, reason = "the harness is told by tests/run where the servers and the binary are")]
fn read(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|value| !value.is_empty())
}
