//! How the database means to run a statement, and what the run touched.

use sea_orm::sea_query::{PostgresQueryBuilder, QueryBuilder, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::Value;

use super::test_db::TestDb;

const TENANT_TABLES: [&str; 5] = ["orders", "order_items", "customers", "events", "api_keys"];

/// A step of a plan in PostgreSQL's words.
struct Node {
    kind: String,
    table: String,
    index: String,
    rows: f64,
}

/// Fails unless the statement walks the index, reads no tenant table from end to end, sorts no more than 1 000 rows, and looks
/// at no more than `rows_max` rows of orders.
pub(super) async fn assert_walks(test: &TestDb, select: &SelectStatement, index: Index, rows_max: f64) {
    let statement = test.db.backend().build(select);
    if test.db.backend() == DbBackend::Sqlite {
        return sqlite(test, &statement, index.sqlite).await;
    }
    let values = statement.values.as_ref().map_or(Vec::new(), |values| values.0.clone());
    let literals: Vec<_> = values.iter().map(|value| PostgresQueryBuilder.value_to_string(value)).collect();
    let arguments = if literals.is_empty() { String::new() } else { format!("({})", literals.join(", ")) };
    // A plan for these values, and the one that serves any.
    for mode in ["force_custom_plan", "force_generic_plan"] {
        let prepare = format!("SET plan_cache_mode = {mode}; PREPARE p AS {}", statement.sql);
        test.reader.execute_unprepared(&prepare).await.unwrap();
        let explain = format!("EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT JSON) EXECUTE p{arguments}");
        let rows =
            test.reader.query_one_raw(Statement::from_string(DbBackend::Postgres, explain)).await.unwrap().unwrap();
        test.reader.execute_unprepared("DEALLOCATE p").await.unwrap();
        let plan: Value = rows.try_get_by_index(0).unwrap();
        postgres(&plan, mode, index.postgres, rows_max);
    }
}

/// The index that each database knows by its own name.
#[derive(Clone, Copy)]
pub(super) struct Index {
    pub postgres: &'static str,
    pub sqlite: &'static str,
}

fn postgres(plan: &Value, mode: &str, index: &str, rows_max: f64) {
    let mut nodes = Vec::new();
    collect(&plan[0]["Plan"], &mut nodes);
    let text = serde_json::to_string_pretty(plan).unwrap();
    assert!(nodes.iter().any(|node| node.index == index), "{mode}: {index} is not used\n{text}");
    for node in &nodes {
        let whole = node.kind == "Seq Scan" && TENANT_TABLES.contains(&node.table.as_str());
        assert!(!whole, "{mode}: {} is read from end to end\n{text}", node.table);
        assert!(!node.kind.contains("Sort") || node.rows <= 1_000.0, "{mode}: {} rows are sorted\n{text}", node.rows);
        assert!(!node.kind.starts_with("Merge Join"), "{mode}: merges\n{text}");
        assert!(!(node.kind == "Hash" && node.rows > 1_000.0), "{mode}: hashes\n{text}");
    }
    let seen: f64 = nodes.iter().filter(|node| node.table == "orders").map(|node| node.rows).sum();
    assert!(seen <= rows_max, "{mode}: {seen} rows of orders are looked at\n{text}");
}

fn collect(plan: &Value, nodes: &mut Vec<Node>) {
    let text = |name: &str| plan[name].as_str().unwrap_or("").to_owned();
    let number = |name: &str| plan[name].as_f64().unwrap_or(0.0);
    nodes.push(Node {
        kind: text("Node Type"),
        table: text("Relation Name"),
        index: text("Index Name"),
        rows: (number("Actual Rows") + number("Rows Removed by Filter")) * number("Actual Loops"),
    });
    for inner in plan["Plans"].as_array().into_iter().flatten() {
        collect(inner, nodes);
    }
}

async fn sqlite(test: &TestDb, statement: &Statement, index: &str) {
    let mut explain = statement.clone();
    explain.sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
    let rows = test.reader.query_all_raw(explain).await.unwrap();
    let steps: Vec<String> = rows.iter().map(|row| row.try_get_by_index(3).unwrap()).collect();
    let text = steps.join("\n");
    assert!(steps.iter().any(|step| step.contains(index)), "{index} is not used\n{text}\n{}", statement.sql);
    for table in TENANT_TABLES {
        let whole = steps.iter().any(|step| step.split(" USING").next() == Some(&format!("SCAN {table}")));
        assert!(!whole, "{table} is read from end to end\n{text}\n{}", statement.sql);
    }
    // What is sorted are rows of a page or of a branch of it, never a table.
    let mut from = "";
    for step in &steps {
        if step.starts_with("SCAN") || step.starts_with("SEARCH") {
            from = step;
        }
        let small = ["SCAN branch", "SCAN page", "SCAN merged"].contains(&from);
        assert!(!step.contains("TEMP B-TREE") || small, "sorts what {from} gives\n{text}\n{}", statement.sql);
    }
}
