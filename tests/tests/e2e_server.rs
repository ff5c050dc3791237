//! The real binary, from outside, on PostgreSQL.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use orderbase_tests::binary::Binary;
use orderbase_tests::environment::redis_url;
use orderbase_tests::house::{House, Mode, said};
use orderbase_tests::throwaway::Database;

orderbase_tests::every_journey!(Mode::Server);

/// A role that could read every tenant's rows does not get as far as a listener, and is told which one to take.
#[test]
fn a_role_that_no_policy_holds_does_not_serve() {
    let house = House::build(Mode::Server);
    let owner = house.database().expect("server mode has a database").owner_url();
    for arguments in [["serve", "--set=http.listen=127.0.0.1:0"], ["tenant", "list"]] {
        let output = house.command(arguments).env("ORDERBASE_DATABASE_URL", owner.as_str()).run();
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(78), "{words}");
        assert!(words.contains("orderbase_app") && words.contains("ORDERBASE_DATABASE_URL"), "{words}");
        assert!(!words.contains(&owner), "{words}");
    }
}

/// Of several instances that are the first on a database one makes the keys, and all of them use those.
#[test]
fn instances_agree_on_the_keys_that_they_make() {
    let (database, folder) = (Database::create(), tempfile::TempDir::new().expect("a temporary folder can be made"));
    let secret = said(&Binary::in_folder(folder.path()).args(["secret", "generate", "--kind", "master"]));
    let command = |arguments: [&str; 2]| {
        Binary::in_folder(folder.path())
            .args(arguments)
            .env("ORDERBASE_DATABASE_URL", database.url())
            .env("ORDERBASE_DATABASE_MIGRATION_URL", database.owner_url())
            .env("ORDERBASE_MASTER_KEYS", secret.as_str())
            .env("ORDERBASE_PUBLIC_URL", "http://127.0.0.1:8080")
            .env("ORDERBASE_REDIS_URL", redis_url())
    };
    said(&command(["migrate", "up"]));
    let lists: Vec<String> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| said(&command(["keys", "list"])))).collect();
        starts.into_iter().map(|start| start.join().expect("a start does not panic")).collect()
    });
    assert_eq!(lists[0].matches("\"signing\"").count(), 6, "{}", lists[0]);
    assert!(lists.iter().all(|list| *list == lists[0]), "{lists:#?}");
}
