//! The schema on both databases: up, down and up again; what the catalogue says of keys and indexes; the guard's four answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use orderbase_migrations::{MigrationError, STEPS, SchemaState, Up, down, plan, schema_state, status, up};
use sea_orm::ConnectionTrait;

use self::support::{Both, Scratch, texts};

/// Tables that belong to no tenant, and the one of the migrations themselves.
const WITHOUT_TENANT: [&str; 5] = ["api_key_directory", "key_ring", "operators", "seaql_migrations", "tenants"];

fn ids() -> Vec<&'static str> {
    STEPS.iter().map(|step| step.id).collect()
}

#[tokio::test]
async fn up_down_and_up_again() {
    for scratch in Both::fresh().await {
        let db = &scratch.db;
        assert_eq!(schema_state(db).await.unwrap(), SchemaState::Empty);
        assert_eq!(plan(db).await.unwrap(), STEPS);

        assert_eq!(up(db, &Up::default()).await.unwrap(), ids());
        let first = scratch.dump().await;
        assert_eq!(schema_state(db).await.unwrap(), SchemaState::Current);
        assert!(up(db, &Up::default()).await.unwrap().is_empty(), "a second run finds nothing to do");

        let all = u32::try_from(STEPS.len()).unwrap();
        let undone = down(db, all).await.unwrap();
        assert_eq!(undone.into_iter().rev().collect::<Vec<_>>(), ids());
        assert_eq!(scratch.tables().await, ["seaql_migrations"], "nothing is left behind");

        up(db, &Up::default()).await.unwrap();
        assert_eq!(scratch.dump().await, first, "the second schema is the first");
    }
}

#[tokio::test]
async fn steps_are_taken_one_by_one() {
    for scratch in Both::fresh().await {
        let db = &scratch.db;
        let third = ids()[2];
        let how_far = Up { to: Some(third.to_owned()), contract: false };
        assert_eq!(up(db, &how_far).await.unwrap(), ids()[..3]);
        assert_eq!(schema_state(db).await.unwrap(), SchemaState::Older { pending: ids()[3..].to_vec() });
        let applied: Vec<bool> = status(db).await.unwrap().iter().map(|status| status.applied.is_some()).collect();
        assert_eq!(applied.iter().filter(|applied| **applied).count(), 3);
        assert_eq!(down(db, 1).await.unwrap(), [third]);
        assert_eq!(up(db, &Up::default()).await.unwrap(), ids()[2..]);

        let nowhere = Up { to: Some("m9999_nowhere".to_owned()), contract: false };
        assert!(matches!(up(db, &nowhere).await, Err(MigrationError::UnknownStep(_))));
    }
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    for scratch in Both::fresh().await {
        let db = &scratch.db;
        up(db, &Up::default()).await.unwrap();
        let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9001_later', 1)";
        db.execute_unprepared(newer).await.unwrap();
        let unknown = vec!["m9001_later".to_owned()];
        assert_eq!(schema_state(db).await.unwrap(), SchemaState::Newer { unknown: unknown.clone() });
        for refused in [up(db, &Up::default()).await, down(db, 1).await] {
            assert!(matches!(refused, Err(MigrationError::Newer(steps)) if steps == unknown));
        }
    }
}

#[tokio::test]
async fn every_key_and_index_of_a_tenant_table_begins_with_the_tenant() {
    for scratch in Both::fresh().await {
        up(&scratch.db, &Up::default()).await.unwrap();
        let keys = scratch.keys().await;
        let tables = scratch.tables().await;
        let of_tenants = || tables.iter().filter(|table| !WITHOUT_TENANT.contains(&table.as_str()));
        assert!(of_tenants().count() >= 7);
        for table in of_tenants() {
            let own: Vec<_> = keys.iter().filter(|key| key.table == *table).collect();
            assert!(own.iter().any(|key| key.kind == "primary"), "{table} has no primary key");
            for key in own {
                assert_eq!(key.first_column, "tenant_id", "{table}: {} {}", key.kind, key.name);
            }
        }
        // So that the check above cannot pass for want of anything to check.
        assert!(keys.iter().any(|key| key.name.contains("uq_orders_number") || key.kind == "unique"));
        assert!(keys.iter().any(|key| key.kind == "foreign" && key.table == "order_items"));
    }
}

#[tokio::test]
async fn every_tenant_table_is_walled() {
    const OPEN: &str = "SELECT c.relname::text FROM pg_class c \
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' \
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy p \
        WHERE p.polrelid = c.oid AND p.polname = 'tenant' AND p.polcmd = '*' AND p.polroles = '{0}' \
        AND pg_get_expr(p.polqual, p.polrelid) = \
        $$(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)$$ \
        AND pg_get_expr(p.polwithcheck, p.polrelid) = pg_get_expr(p.polqual, p.polrelid))) ORDER BY 1";
    let scratch = Scratch::postgres().await;
    up(&scratch.db, &Up::default()).await.unwrap();
    assert_eq!(texts(&scratch.db, OPEN).await, WITHOUT_TENANT);
    // Policies are alternatives: none but the worker's may stand beside it.
    let others = "SELECT polname::text FROM pg_policy \
        WHERE polname NOT IN ('tenant', 'worker', 'found', 'founded', 'changed')";
    assert!(texts(&scratch.db, others).await.is_empty());
}

#[tokio::test]
async fn wrong_rows_are_refused_by_the_database_itself() {
    const TENANT: &str = "00000000000000000000000000000001";
    for scratch in Both::fresh().await {
        up(&scratch.db, &Up::default()).await.unwrap();
        let id = |hex: &str| scratch.id(hex);
        let tenant = id(TENANT);
        let good = [
            format!(
                "INSERT INTO tenants VALUES ({tenant}, 'acme', 'Acme', 'live', 'active', NULL, NULL, NULL, NULL, NULL, \
                 'free', NULL, 'UTC', 'USD', 'USD', '', 1001, 1, 1, 1, NULL, NULL)"
            ),
            format!(
                "INSERT INTO customers VALUES ({tenant}, {tenant}, 'Ada', NULL, NULL, 'active', '{{}}', NULL, 1, 1, 1)"
            ),
            order(&tenant, &tenant, "pending", "100", "NULL"),
        ];
        for sql in &good {
            scratch.db.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        let other = id("00000000000000000000000000000002");
        let bad = [
            order(&tenant, &other, "lost", "100", "NULL"),
            order(&tenant, &other, "pending", "0", "NULL"),
            order(&tenant, &other, "pending", "10000000000", "NULL"),
            order(&tenant, &other, "pending", "'x'", "NULL"),
            order(&tenant, &other, "completed", "100", "NULL"),
            order(&tenant, &other, "pending", "100", "5"),
            order(&tenant, &tenant, "pending", "100", "NULL"),
            order(&other, &other, "pending", "100", "NULL"),
            format!("DELETE FROM customers WHERE tenant_id = {tenant}"),
            format!("DELETE FROM tenants WHERE id = {tenant}"),
            format!("INSERT INTO tenant_counters (tenant_id, kind) VALUES ({tenant}, 'other')"),
        ];
        for sql in bad {
            assert!(scratch.db.execute_unprepared(&sql).await.is_err(), "{sql}");
        }
        assert_eq!(texts(&scratch.db, "SELECT status FROM orders").await, ["pending"]);
    }
}

fn order(tenant: &str, id: &str, status: &str, total: &str, completed_at: &str) -> String {
    format!(
        "INSERT INTO orders (tenant_id, id, number, customer_id, status, currency, total_minor, item_count, metadata, \
         completed_at, business_date, created_at, updated_at, version) VALUES ({tenant}, {id}, 1001, {tenant}, '{status}', \
         'USD', {total}, 1, '{{}}', {completed_at}, '2026-01-15', 1, 1, 1)"
    )
}

#[tokio::test]
async fn a_trail_of_before_keeps_its_rows_when_the_time_of_recording_is_added() {
    let before = ids()[ids().iter().position(|id| *id == "m0012_audit_seals").unwrap() - 1];
    for scratch in Both::fresh().await {
        let db = &scratch.db;
        up(db, &Up { to: Some(before.to_owned()), contract: false }).await.unwrap();
        let tenant = scratch.id("00000000000000000000000000000001");
        let event = format!(
            "INSERT INTO events VALUES ({tenant}, 'order', {tenant}, 1, {tenant}, 'order.created', 1, 5, \
             'user', 'u', 'r-1', '{{}}', '{{\"note\":\"hi\"}}', false)"
        );
        let entry = format!(
            "INSERT INTO audit_log VALUES ({tenant}, {tenant}, 5, NULL, NULL, 'auth.sign_in_failed', NULL, NULL, \
             'failed', 'r-1', '::1', 'x')"
        );
        for sql in [event, entry] {
            db.execute_unprepared(&sql).await.unwrap();
        }
        let trail = "SELECT event_type || data || personal || occurred_at || request_id FROM events \
             UNION ALL SELECT action || outcome || network || detail || occurred_at FROM audit_log ORDER BY 1";
        let rows = texts(db, trail).await;
        assert_eq!(rows.len(), 2);
        up(db, &Up::default()).await.unwrap();
        assert_eq!(texts(db, trail).await, rows);
        let recorded = "SELECT 'young' FROM events e, audit_log l WHERE e.recorded_at > 1768478400000 \
             AND l.recorded_at > 1768478400000";
        assert_eq!(texts(db, recorded).await, ["young"]);
        let later = ids().iter().filter(|id| **id > before).count();
        down(db, u32::try_from(later).unwrap()).await.unwrap();
        assert_eq!(texts(db, trail).await, rows);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_migrators_wait_for_each_other() {
    let scratch = Scratch::postgres().await;
    let all = Up::default();
    let (one, other) = tokio::join!(up(&scratch.db, &all), up(&scratch.db, &all));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.len() + other.len(), STEPS.len(), "each step is applied once: {one:?}, {other:?}");
    assert_eq!(schema_state(&scratch.db).await.unwrap(), SchemaState::Current);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_table_in_use_is_waited_for() {
    let scratch = Scratch::postgres().await;
    up(&scratch.db, &Up { to: Some(ids()[2].to_owned()), contract: false }).await.unwrap();
    // The foreign key of orders needs a lock that this transaction is in the way of, for longer than lock_timeout.
    let (blocker, watcher) = (scratch.connect().await, scratch.connect().await);
    blocker.execute_unprepared("BEGIN; LOCK TABLE customers IN ROW EXCLUSIVE MODE").await.unwrap();
    let db = scratch.db.clone();
    let migrating = tokio::spawn(async move { up(&db, &Up::default()).await });
    let waits = "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while texts(&watcher, waits).await.is_empty() {
        tokio::task::yield_now().await;
    }
    // It gives up waiting, so that the traffic behind it goes on, and comes back.
    while !texts(&watcher, waits).await.is_empty() {
        tokio::task::yield_now().await;
    }
    blocker.execute_unprepared("COMMIT").await.unwrap();
    assert_eq!(migrating.await.unwrap().unwrap(), ids()[3..]);
}
