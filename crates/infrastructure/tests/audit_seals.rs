//! Seals over the audit trail, on both databases: what is sealed and when, and that whatever is changed behind the server's back is
//! found and named.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use orderbase_application::changeset::{AuditEntry, AuditOutcome, Changeset, Outcome};
use orderbase_application::testing::tenant_ctx;
use orderbase_application::{Conditions, Ctx, Scope, customers};
use orderbase_infrastructure::security::{
    ChainReport, KeyPurpose, KeyRing, MasterKeys, RingKeeper, SealFault, SealKeys,
};
use orderbase_infrastructure::sql::{SqlAuditSeals, SqlDb, SqlKeyRing};
use orderbase_kernel::{RequestId, Timestamp};
use sea_orm::{ConnectionTrait, Database, TransactionTrait};

use self::support::stock::Shop;
use self::support::{Postgres, Sqlite, app, as_role, is_postgres, number, rows};

const HALF_AN_HOUR: Duration = Duration::from_secs(1_800);

fn keys() -> Arc<SealKeys> {
    Arc::new(SealKeys::of_ring(&KeyRing::generate(Timestamp::from_millis(0).unwrap())).unwrap())
}

fn hours(hours: u64) -> Duration {
    Duration::from_secs(3_600 * hours)
}

/// The database's clock in milliseconds.
fn now(db: &SqlDb) -> &'static str {
    if is_postgres(db) {
        "(extract(epoch FROM now()) * 1000)::bigint"
    } else {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    }
}

fn some_id(db: &SqlDb) -> &'static str {
    if is_postgres(db) { "gen_random_uuid()" } else { "randomblob(16)" }
}

fn entry(shop: &Shop, action: &'static str) -> AuditEntry {
    let occurred_at = shop.app.clock.now();
    AuditEntry {
        id: shop.app.ids.next(occurred_at),
        tenant_id: shop.ctx.tenant.id(),
        occurred_at,
        actor: Some(shop.ctx.actor.clone()),
        action: Cow::Borrowed(action),
        target: None,
        outcome: AuditOutcome::Failed,
        request_id: RequestId::parse("r-1").unwrap(),
        network: Some("198.51.100.7".parse().unwrap()),
        detail: Some("as it was".to_owned()),
    }
}

/// One row of the log and one event.
async fn write(shop: &Shop, action: &'static str) {
    let (_, changeset) = shop.order(1, None).await;
    assert_eq!(shop.commit(changeset.audit(entry(shop, action))).await.unwrap(), Outcome::Committed);
}

/// A trail whose rows were recorded three, two and one hours ago, each hour under a seal of its own.
struct Trail<F> {
    db: SqlDb,
    shop: Shop,
    seals: SqlAuditSeals,
    outside: F,
}

impl<F: AsyncFn(String)> Trail<F> {
    async fn sealed(db: &SqlDb, outside: F) -> Self {
        let shop = Shop::open(app(db)).await;
        let seals = SqlAuditSeals::new(db.clone(), keys());
        let trail = Self { db: db.clone(), shop, seals, outside };
        for (ago, action) in [(3, "test.1"), (2, "test.2"), (1, "test.3")] {
            write(&trail.shop, action).await;
            trail.recorded_ago(ago).await;
            assert_eq!(trail.seals.seal(hours(ago) - HALF_AN_HOUR).await.unwrap(), 1);
        }
        assert_eq!(trail.faults().await, []);
        trail
    }

    /// Says of what was recorded just now that it was recorded before.
    async fn recorded_ago(&self, hours: u64) {
        let (now, millis) = (now(&self.db), hours * 3_600_000);
        for table in ["events", "audit_log"] {
            let of_now = format!("recorded_at > {now} - 1200000");
            (self.outside)(format!("UPDATE {table} SET recorded_at = {now} - {millis} WHERE {of_now}")).await;
        }
    }

    fn scope(&self) -> Scope {
        self.shop.ctx.scope()
    }

    async fn report(&self) -> ChainReport {
        self.seals.verify(self.scope()).await.unwrap()
    }

    async fn faults(&self) -> Vec<(u64, SealFault)> {
        self.report().await.differences.into_iter().map(|difference| (difference.seq, difference.fault)).collect()
    }

    /// Does something behind the server's back, looks, and takes it back.
    async fn meddle(&self, act: &str, expected: &[(u64, SealFault)], back: &str) {
        for statement in act.split(';') {
            (self.outside)(statement.to_owned()).await;
        }
        assert_eq!(self.faults().await, expected, "{act}");
        for statement in back.split(';') {
            (self.outside)(statement.to_owned()).await;
        }
        assert_eq!(self.faults().await, [], "{back}");
    }
}

/// Runs a case on both databases, with what writes past the server.
macro_rules! on_both {
    ($($name:ident: $on_sqlite:ident, $on_postgres:ident;)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $on_sqlite() {
                let sqlite = Sqlite::fresh().await;
                $name(&sqlite.db, &sqlite.db, async |sql| sqlite.outside(&sql).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $on_postgres() {
                let postgres = Postgres::fresh().await;
                $name(&postgres.db, &postgres.other, async |sql| postgres.root(&sql).await).await;
            }
        )*
    };
}

on_both! {
    old_rows_are_sealed: old_rows_are_sealed_on_sqlite, old_rows_are_sealed_on_postgres;
    changed_rows_are_named: changed_rows_are_named_on_sqlite, changed_rows_are_named_on_postgres;
    changed_seals_are_named: changed_seals_are_named_on_sqlite, changed_seals_are_named_on_postgres;
    erasure_leaves_it_whole: erasure_leaves_it_whole_on_sqlite, erasure_leaves_it_whole_on_postgres;
    two_make_one_chain: two_make_one_chain_on_sqlite, two_make_one_chain_on_postgres;
    twenty_tenants_have_a_chain_each: twenty_tenants_have_a_chain_each_on_sqlite, twenty_tenants_have_a_chain_each_on_postgres;
    a_rotation_leaves_it_whole: a_rotation_leaves_it_whole_on_sqlite, a_rotation_leaves_it_whole_on_postgres;
    closing_ends_the_sealing: closing_ends_the_sealing_on_sqlite, closing_ends_the_sealing_on_postgres;
}

async fn old_rows_are_sealed(db: &SqlDb, _: &SqlDb, outside: impl AsyncFn(String)) {
    let trail = Trail::sealed(db, outside).await;
    let before = trail.report().await;
    let all = "SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM audit_log)";
    assert_eq!((before.seals, before.unsealed), (3, 0));
    assert_eq!(i64::try_from(before.rows).unwrap(), number(db, all).await);

    write(&trail.shop, "test.4").await;
    let wrong = format!(
        "SELECT (SELECT count(*) FROM events WHERE recorded_at > {now}) \
         + (SELECT count(*) FROM audit_log WHERE action = 'test.4' AND recorded_at NOT BETWEEN {now} - 600000 AND {now})",
        now = now(db)
    );
    assert_eq!(number(db, &wrong).await, 0, "rows bear the database's time");
    assert_eq!(trail.seals.seal(Duration::from_secs(600)).await.unwrap(), 0, "they are too young");
    let young = trail.report().await;
    assert_eq!((young.seals, young.unsealed, young.head), (3, 2, before.head));
    assert_eq!(trail.seals.seal(Duration::ZERO).await.unwrap(), 1);
    assert_eq!(trail.seals.seal(Duration::ZERO).await.unwrap(), 0, "nothing to seal, no seal");
    let sealed = trail.report().await;
    assert_eq!((sealed.seals, sealed.unsealed, sealed.rows), (4, 0, before.rows + 2));
    assert!(sealed.is_whole() && sealed.head != before.head);
}

const KEPT: &str = "INSERT INTO audit_log SELECT * FROM kept; DROP TABLE kept";
const SEALS_KEPT: &str = "DELETE FROM audit_seals; INSERT INTO audit_seals SELECT * FROM kept; DROP TABLE kept";

async fn changed_rows_are_named(db: &SqlDb, _: &SqlDb, outside: impl AsyncFn(String)) {
    let trail = Trail::sealed(db, outside).await;
    let content = [(2, SealFault::Content)];
    let count = |seq, sealed, found| (seq, SealFault::Count { sealed, found });
    for (column, value, back) in [
        ("detail", "'as it never was'", "'as it was'"),
        ("detail", "NULL", "'as it was'"),
        ("outcome", "'succeeded'", "'failed'"),
        ("occurred_at", "occurred_at + 1", "occurred_at - 1"),
        ("action", "'test.two'", "'test.2'"),
        ("recorded_at", "recorded_at + 1", "recorded_at - 1"),
    ] {
        let set = |value| format!("UPDATE audit_log SET {column} = {value} WHERE action IN ('test.2', 'test.two')");
        trail.meddle(&set(value), &content, &set(back)).await;
    }
    let second =
        "WHERE id = (SELECT id FROM events WHERE aggregate_type = 'order' ORDER BY recorded_at LIMIT 1 OFFSET 1)";
    let event = |set: &str| format!("UPDATE events SET {set} {second}");
    trail.meddle(&event("data = data || ' '"), &content, &event("data = rtrim(data)")).await;
    trail.meddle(&event("sequence = 2"), &content, &event("sequence = 1")).await;

    let moved =
        |by: &str| format!("UPDATE audit_log SET recorded_at = recorded_at {by} 3600000 WHERE action = 'test.2'");
    trail.meddle(&moved("+"), &[count(2, 2, 1), count(3, 2, 3)], &moved("-")).await;
    let deleted = "CREATE TABLE kept AS SELECT * FROM audit_log WHERE action = 'test.2'; \
                   DELETE FROM audit_log WHERE action = 'test.2'";
    trail.meddle(deleted, &[count(2, 2, 1)], KEPT).await;
    let back_dated = format!(
        "INSERT INTO audit_log (tenant_id, id, occurred_at, action, outcome, request_id, recorded_at) \
         SELECT tenant_id, {}, occurred_at, 'test.late', outcome, request_id, recorded_at FROM audit_log \
         WHERE action = 'test.2'",
        some_id(db)
    );
    trail.meddle(&back_dated, &[count(2, 2, 3)], "DELETE FROM audit_log WHERE action = 'test.late'").await;

    let report = trail.report().await;
    (trail.outside)("UPDATE audit_log SET detail = 'x' WHERE action = 'test.2'".to_owned()).await;
    let difference = trail.report().await.differences.remove(0);
    let seals = rows(db, "SELECT upto FROM audit_seals ORDER BY seq").await;
    let upto = |at: usize| seals[at].try_get_by_index::<i64>(0).unwrap();
    assert_eq!((difference.span.after, difference.span.upto), (Some(upto(0)), upto(1)));
    assert!(report.is_whole());
}

async fn changed_seals_are_named(db: &SqlDb, _: &SqlDb, outside: impl AsyncFn(String)) {
    let trail = Trail::sealed(db, outside).await;
    let signature = |seq| (seq, SealFault::Signature);
    let previous = |seq| (seq, SealFault::Previous);
    let count = |seq, sealed, found| (seq, SealFault::Count { sealed, found });
    let keeping = |act: &str| format!("CREATE TABLE kept AS SELECT * FROM audit_seals; {act}");
    let unknown = SealFault::UnknownKey { kid: "zzzzzzzz".to_owned() };
    for (act, expected) in [
        ("DELETE FROM audit_seals WHERE seq = 2", vec![(2, SealFault::Missing { last: 2 })]),
        ("DELETE FROM audit_seals WHERE seq < 3", vec![(1, SealFault::Missing { last: 2 })]),
        ("UPDATE audit_seals SET count = 3 WHERE seq = 2", vec![signature(2), count(2, 3, 2)]),
        ("UPDATE audit_seals SET sha256 = previous WHERE seq = 2", vec![signature(2), (2, SealFault::Content)]),
        ("UPDATE audit_seals SET upto = upto + 1 WHERE seq = 2", vec![signature(2)]),
        ("UPDATE audit_seals SET signature = sha256 WHERE seq = 2", vec![signature(2), previous(3)]),
        ("UPDATE audit_seals SET previous = sha256 WHERE seq = 2", vec![signature(2), previous(2)]),
        ("UPDATE audit_seals SET kid = 'zzzzzzzz' WHERE seq = 2", vec![(2, unknown)]),
        (
            "UPDATE audit_seals SET seq = 9 WHERE seq = 2; UPDATE audit_seals SET seq = 2 WHERE seq = 3; \
             UPDATE audit_seals SET seq = 3 WHERE seq = 9",
            vec![signature(2), previous(2), count(2, 2, 4), signature(3), previous(3), count(3, 2, 0)],
        ),
    ] {
        trail.meddle(&keeping(act), &expected, SEALS_KEPT).await;
    }

    // The newest one is not missed where it was, but its rows are behind the last seal again; who kept the head elsewhere knows.
    let head = trail.report().await.head;
    (trail.outside)("DELETE FROM audit_seals WHERE seq = 3".to_owned()).await;
    let report = trail.report().await;
    assert_eq!((report.is_whole(), report.unsealed), (true, 2));
    assert_ne!(report.head, head);
}

async fn erasure_leaves_it_whole(db: &SqlDb, _: &SqlDb, outside: impl AsyncFn(String)) {
    let trail = Trail::sealed(db, outside).await;
    let personal = "SELECT count(*) FROM events WHERE personal IS NOT NULL";
    assert!(number(db, personal).await > 0);
    let shop = &trail.shop;
    customers::anonymise(&shop.app, &shop.ctx, shop.customer_id, Conditions::default()).await.unwrap();
    assert_eq!(number(db, personal).await, 0);
    assert_eq!(trail.faults().await, []);
    (trail.outside)("UPDATE audit_log SET network = NULL".to_owned()).await;
    assert_eq!(trail.faults().await, []);
    assert_eq!(trail.seals.seal(Duration::ZERO).await.unwrap(), 1, "that a customer was erased is sealed");
    assert_eq!(trail.faults().await, []);
}

/// Ten rows of each millisecond, and of one of them two thousand.
async fn two_make_one_chain(db: &SqlDb, other: &SqlDb, outside: impl AsyncFn(String)) {
    let shop = Shop::open(app(db)).await;
    let tenant = shop.ctx.tenant.id().uuid().simple().to_string();
    let tenant = if is_postgres(db) { format!("'{tenant}'::uuid") } else { format!("x'{tenant}'") };
    for (rows, millis) in [(4_000, "i / 10"), (2_000, "77")] {
        outside(format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) \
             INSERT INTO audit_log (tenant_id, id, occurred_at, action, outcome, request_id, recorded_at) \
             SELECT {tenant}, {id}, i, 'test', 'failed', 'r-1', {now} - 3600000 + {millis} FROM n",
            id = some_id(db),
            now = now(db),
        ))
        .await;
    }
    let keys = keys();
    let (one, two) = (SqlAuditSeals::new(db.clone(), keys.clone()), SqlAuditSeals::new(other.clone(), keys));
    let (made, others) = tokio::join!(one.seal(HALF_AN_HOUR), two.seal(HALF_AN_HOUR));
    let report = two.verify(shop.ctx.scope()).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!((report.rows, report.seals), (6_000, made.unwrap() + others.unwrap()));
    let largest = number(db, "SELECT max(count) FROM audit_seals").await;
    assert!((2_000..2_600).contains(&largest), "rows of one instant stay together: {largest}");
    assert!((6..=14).contains(&report.seals), "{}", report.seals);
}

async fn twenty_tenants_have_a_chain_each(db: &SqlDb, _: &SqlDb, outside: impl AsyncFn(String)) {
    let app = app(db);
    let mut all: Vec<Ctx> = Vec::new();
    for n in 0..20 {
        all.push(tenant_ctx(&app, &format!("tenant-{n:02}")).await);
    }
    let seals = SqlAuditSeals::new(db.clone(), keys());
    assert_eq!(seals.seal(Duration::ZERO).await.unwrap(), 20);
    outside(
        "UPDATE events SET request_id = 'x' WHERE aggregate_id = (SELECT id FROM tenants WHERE slug = 'tenant-07')"
            .into(),
    )
    .await;
    for ctx in &all {
        let report = seals.verify(ctx.scope()).await.unwrap();
        assert_eq!((report.seals, report.unsealed), (1, 0));
        assert_eq!(report.is_whole(), ctx.tenant.slug().as_str() != "tenant-07", "{}", ctx.tenant.slug());
    }
}

async fn a_rotation_leaves_it_whole(db: &SqlDb, _: &SqlDb, _: impl AsyncFn(String)) {
    let shop = Shop::open(app(db)).await;
    let master = MasterKeys::parse(&MasterKeys::generate().unwrap()).unwrap();
    let keeper = RingKeeper::new(Arc::new(SqlKeyRing::new(db.clone())), master, 600);
    let begun = shop.app.clock.now();
    let keys = Arc::new(SealKeys::of_ring(&keeper.load_or_generate(begun).await.unwrap()).unwrap());
    let seals = SqlAuditSeals::new(db.clone(), keys.clone());
    assert_eq!(seals.seal(Duration::ZERO).await.unwrap(), 1);
    keeper.rotate(KeyPurpose::AuditSeal, begun).await.unwrap();
    keys.turn(&keeper.turn(begun.plus_millis(61_000)).await.unwrap()).unwrap();
    write(&shop, "test.turned").await;
    assert_eq!(seals.seal(Duration::ZERO).await.unwrap(), 1);
    assert_eq!(number(db, "SELECT count(DISTINCT kid) FROM audit_seals").await, 2);
    let anew = Arc::new(SealKeys::of_ring(&keeper.load().await.unwrap()).unwrap());
    let report = SqlAuditSeals::new(db.clone(), anew).verify(shop.ctx.scope()).await.unwrap();
    assert!(report.is_whole() && report.seals == 2, "{report:?}");
}

async fn closing_ends_the_sealing(db: &SqlDb, _: &SqlDb, _: impl AsyncFn(String)) {
    SqlAuditSeals::new(db.clone(), keys()).start();
    tokio::time::timeout(Duration::from_secs(10), db.close()).await.unwrap();
}

/// What is younger than a minute by the database's clock waits for the next time.
#[tokio::test]
async fn each_minute_what_is_a_minute_old_is_sealed() {
    let sqlite = Sqlite::fresh().await;
    let shop = Shop::open(app(&sqlite.db)).await;
    write(&shop, "test.old").await;
    for table in ["events", "audit_log"] {
        sqlite.outside(&format!("UPDATE {table} SET recorded_at = recorded_at - 61000")).await;
    }
    write(&shop, "test.young").await;
    let seals = SqlAuditSeals::new(sqlite.db.clone(), keys());
    seals.start();
    tokio::task::yield_now().await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(59)).await;
    tokio::time::resume();
    assert_eq!(seals.verify(shop.ctx.scope()).await.unwrap().seals, 0);
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(2)).await;
    tokio::time::resume();
    while seals.verify(shop.ctx.scope()).await.unwrap().seals == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(seals.verify(shop.ctx.scope()).await.unwrap().unsealed, 2);
}

/// Rows of a transaction that runs longer than any should are waited for: else they would come in behind a seal that covers their time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_transaction_that_still_runs_is_waited_for() {
    let postgres = Postgres::fresh().await;
    let shop = Shop::open(app(&postgres.db)).await;
    let slow = Database::connect(as_role(&postgres.root, "orderbase_app")).await.unwrap();
    let writing = slow.begin().await.unwrap();
    let set = format!("SET LOCAL app.tenant_id = '{}'", shop.ctx.tenant.id());
    writing.execute_unprepared(&set).await.unwrap();
    let late = "INSERT INTO audit_log (tenant_id, id, occurred_at, action, outcome, request_id) \
                SELECT tenant_id, gen_random_uuid(), 1, 'test.slow', 'failed', 'r-1' FROM customers";
    writing.execute_unprepared(late).await.unwrap();
    let young = Changeset::new().audit(entry(&shop, "test.young"));
    assert_eq!(shop.commit(young).await.unwrap(), Outcome::Committed);

    let seals = SqlAuditSeals::new(postgres.db.clone(), keys());
    assert_eq!(seals.seal(Duration::ZERO).await.unwrap(), 1);
    let before = seals.verify(shop.ctx.scope()).await.unwrap();
    assert_eq!(before.unsealed, 1, "what came behind the slow one waits with it");
    writing.commit().await.unwrap();
    assert_eq!(seals.seal(Duration::ZERO).await.unwrap(), 1);
    let after = seals.verify(shop.ctx.scope()).await.unwrap();
    assert!(after.is_whole(), "{after:?}");
    assert_eq!((after.unsealed, after.rows), (0, before.rows + 2));
}
