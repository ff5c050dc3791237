//! Who begins a transaction, and that nothing drops a future that holds a connection (the rules stand in docs/adr/0001-changeset.md).

use crate::Finding;
use crate::blank::Source;
use crate::promises::starts_word;

const SQL: &str = "crates/infrastructure/src/sql/";
/// The one writer of each database, and the connection through which both speak.
const WRITERS: [&str; 3] = ["commit", "writer", "transaction"];
/// Where a read opens its scope.
const SCOPE: &str = "scope.rs";
/// The ways to begin a transaction with SeaORM and sqlx. `begin` alone is a word of many; on a connection it is awaited.
const CALLS: [&str; 5] =
    ["Manager::begin(", ".begin_with", ".transaction(", ".transaction_with_config(", ".transaction_async("];

/// A write is a changeset, so that it is atomic, idempotent and detached; a transaction begun elsewhere is none of these.
pub fn begun(source: &Source<'_>) -> Vec<Finding> {
    let place = source.path.strip_prefix(SQL).unwrap_or("");
    // The whole name of the file or folder: `commitment.rs` is not `commit`.
    let part = place.split('/').next().unwrap_or("");
    let home = part.strip_suffix(".rs").unwrap_or(part);
    let at_home = WRITERS.contains(&home) || source.path.starts_with("migrations/");
    if at_home || is_test(source.path) {
        return Vec::new();
    }
    let advice = if place != SCOPE {
        "hand a Changeset to `commit`; a read takes `sql/scope.rs`. Only these two begin transactions"
    } else if ["READ ONLY", "ReadOnly"].iter().any(|words| source.text.contains(words)) {
        return Vec::new();
    } else {
        "a scope is for reading: begin it READ ONLY"
    };
    let lines: Vec<_> = source.code.lines().collect();
    let begins = |at: usize, text: &str| {
        CALLS.iter().any(|call| lines[at].contains(call)) || awaited_begin(&lines[at..]) || text.contains("\"BEGIN")
    };
    let found = source.text.lines().enumerate().filter(|(at, text)| begins(*at, text));
    found.map(|(at, _)| (at + 1, advice.to_owned())).collect()
}

/// Whether the first of these lines calls `begin` on something, and the statement goes on to await it.
fn awaited_begin(lines: &[&str]) -> bool {
    let Some((_, rest)) = lines.first().and_then(|line| line.split_once(".begin(")) else { return false };
    let statement = std::iter::once(rest).chain(lines[1..].iter().copied()).take(6).collect::<Vec<_>>().join(" ");
    statement.split(';').next().is_some_and(|end| end.contains(".await"))
}

/// sqlx leaves the server in a transaction when its future is dropped, and the pool lends that connection on.
pub fn dropped(source: &Source<'_>) -> Vec<Finding> {
    if !source.path.starts_with(SQL) {
        return Vec::new();
    }
    let calls = ["timeout(", "timeout_at(", "select!", "select_biased!", "abort(", "abort_all("];
    let found = source.code_lines().filter(|(_, line)| {
        let uses = |call| line.match_indices(call).any(|(at, _)| starts_word(line, at) && !line[..at].ends_with("fn "));
        calls.into_iter().any(uses)
    });
    let advice =
        "let the database's own time-outs do the limiting; the task runs to its end and the caller stops waiting";
    found.map(|(line, _)| (line, advice.to_owned())).collect()
}

fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/")
}

#[test]
fn a_stray_transaction_is_seen() {
    for bad in [
        "let t = db.begin().await?;",
        "let t = pool\n.begin()\n.await?;",
        "pool.begin_with(\"BEGIN\").await",
        "db.transaction(|t| x)",
        "TransactionManager::begin(c, None)",
        "c.execute_unprepared(\"BEGIN IMMEDIATE\")",
    ] {
        for path in [
            "crates/infrastructure/src/sql/orders/page.rs",
            "crates/http/src/lib.rs",
            "crates/infrastructure/src/sql/scope.rs",
            "crates/infrastructure/src/sql/commitment.rs",
            "crates/infrastructure/src/sql/writers/one.rs",
        ] {
            assert_eq!(begun(&Source::new(path, bad)).len(), 1, "{path} {bad}");
        }
        for home in ["sql/commit.rs", "sql/commit/claim.rs", "sql/writer.rs", "sql/transaction.rs"] {
            assert!(begun(&Source::new(&format!("crates/infrastructure/src/{home}"), bad)).is_empty(), "{home} {bad}");
        }
        assert!(begun(&Source::new("migrations/src/run.rs", bad)).is_empty());
    }
    let scope = "pool.begin_with(\"BEGIN READ ONLY\").await";
    assert!(begun(&Source::new("crates/infrastructure/src/sql/scope.rs", scope)).is_empty());
    assert_eq!(begun(&Source::new("crates/infrastructure/src/sql/scopes/a.rs", scope)).len(), 1);
    for good in ["let begin = a.beginning(); // .begin()", "blocks.begin(period); x.await", "Batch::begin(app).await"] {
        assert!(begun(&Source::new("crates/http/src/lib.rs", good)).is_empty(), "{good}");
    }
}

#[test]
fn a_dropped_future_is_seen() {
    for bad in ["tokio::time::timeout(limit, query).await", "tokio::select! {", "handle.abort();", "tasks.abort_all();"]
    {
        assert_eq!(dropped(&Source::new("crates/infrastructure/src/sql/a.rs", bad)).len(), 1, "{bad}");
        assert!(dropped(&Source::new("crates/http/src/a.rs", bad)).is_empty(), "{bad}");
    }
    assert!(
        dropped(&Source::new("crates/infrastructure/src/sql/a.rs", "options.acquire_timeout(limit); // timeout("))
            .is_empty()
    );
}
