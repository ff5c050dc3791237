//! Every column that can hold text has its class, on both databases, by what their catalogues say.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use orderbase_migrations::{CLASSES, Class, Up, up};

use self::support::{Scratch, texts};

/// Whatever PostgreSQL does not hold for a number, a flag, an id or a date: a type that is new here needs a class.
const POSTGRES: &str = "SELECT table_name || '.' || column_name AS held FROM information_schema.columns \
    WHERE table_schema = 'public' AND data_type NOT IN ('bigint', 'integer', 'boolean', 'uuid', 'date')";

/// Ids and dates, which SQLite keeps as bytes and text.
const POSTGRES_IDS: &str = "SELECT table_name || '.' || column_name AS held FROM information_schema.columns \
    WHERE table_schema = 'public' AND data_type IN ('uuid', 'date')";

const SQLITE: &str = "SELECT t.name || '.' || c.name AS held FROM sqlite_schema t, pragma_table_xinfo(t.name) c \
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND c.type NOT IN ('INTEGER', 'bigint')";

fn classed() -> Vec<String> {
    CLASSES.iter().map(|(table, column, _)| format!("{table}.{column}")).collect()
}

/// Where the schema and the table of classes differ.
fn differences(schema: &[String]) -> Vec<String> {
    let classed = classed();
    let missing = schema.iter().filter(|column| !classed.contains(column)).map(|column| format!("{column}: no class"));
    let gone = classed.iter().filter(|column| !schema.contains(column)).map(|column| format!("{column}: no column"));
    missing.chain(gone).collect()
}

#[tokio::test]
async fn every_column_that_can_hold_text_has_a_class() {
    let (sqlite, postgres) = (Scratch::sqlite().await, Scratch::postgres().await);
    for scratch in [&sqlite, &postgres] {
        up(&scratch.db, &Up::default()).await.unwrap();
    }
    let on_postgres = differences(&texts(&postgres.db, POSTGRES).await);
    let ids = texts(&postgres.db, POSTGRES_IDS).await;
    let mut held = texts(&sqlite.db, SQLITE).await;
    held.retain(|column| !ids.contains(column));
    // See `Classes` in migrations/README.md.
    assert_eq!([differences(&held), on_postgres], [const { Vec::<String>::new() }; 2], "SQLite, PostgreSQL");
}

#[test]
fn no_column_has_two_classes() {
    assert!(classed().is_sorted_by(|one, next| one < next), "in the order of their names, each once");
}

#[test]
fn what_tells_of_a_person_has_an_eraser() {
    let kept: Vec<_> = CLASSES.iter().filter(|(_, _, class)| *class == Class::Personal(&[])).collect();
    assert!(kept.is_empty(), "nobody erases {kept:?}");
}
