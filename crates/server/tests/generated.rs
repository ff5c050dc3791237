//! The committed files that are made from the tables of this crate are what the tables say.
//! To renew them: `ORDERBASE_TEST_RENEW=1 cargo test -p orderbase --test generated`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use orderbase::config::generate;
use support::root;

fn holds(path: &str, generated: &str) {
    let path = root().join(path);
    #[allow(clippy::disallowed_methods, reason = "a test that writes only when it is told to")]
    if std::env::var_os("ORDERBASE_TEST_RENEW").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = committed.lines().zip(generated.lines()).position(|(old, new)| old != new);
    assert!(
        committed == generated,
        "{} is not what the table says (first difference: line {}); renew it: ORDERBASE_TEST_RENEW=1 cargo test -p orderbase --test generated",
        path.display(),
        differs.map_or(committed.lines().count().min(generated.lines().count()) + 1, |line| line + 1)
    );
}

#[test]
fn the_example_of_the_environment() {
    holds(".env.example", &generate::env_example());
}

#[test]
fn the_reference_of_the_configuration() {
    holds("docs/reference/config.md", &generate::reference());
}

#[test]
fn the_reference_of_the_command_line() {
    holds("docs/reference/cli.md", &orderbase::cli::reference());
}
