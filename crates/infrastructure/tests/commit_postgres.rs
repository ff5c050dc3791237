//! What a commit does when PostgreSQL is slow, contended, cut off or in two minds. Faults are real: locks, triggers, killed
//! backends, a proxy that loses answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::time::{Duration, Instant};

use orderbase_application::changeset::{Changeset, Outcome};
use orderbase_application::ports::StorageError;
use orderbase_infrastructure::sql::{DatabaseOptions, SqlCommits, SqlDb};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

use self::support::proxy::{Cut, Proxy};
use self::support::stock::{Shop, counts};
use self::support::{Postgres, app, app_with, number, rows};

async fn open_shop(postgres: &Postgres) -> Shop {
    Shop::open(app(&postgres.db)).await
}

/// Another client of the database, in a transaction of its own.
async fn stranger(postgres: &Postgres) -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(&postgres.root);
    options.max_connections(1);
    Database::connect(options).await.unwrap()
}

async fn run(stranger: &DatabaseConnection, sql: &str) {
    stranger.execute_unprepared(sql).await.unwrap();
}

/// Waits until a statement of the server waits for a lock.
async fn until_waiting(db: &SqlDb) {
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while number(db, waiting).await == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_takes_few_statements() {
    // BEGIN with its settings, the statement, COMMIT; or claim, customer, order, lines and event one by one between them.
    for (postgres, placed) in Postgres::both_forms().await.into_iter().zip([3, 7]) {
        let shop = open_shop(&postgres).await;
        let (order, changeset) = shop.order(20, None).await;
        let before = postgres.db.statements();
        shop.commit(changeset.clone().claim(Some(shop.claim("key", 1)))).await.unwrap();
        assert_eq!(postgres.db.statements() - before, placed);

        let before = postgres.db.statements();
        let confirmed = shop.confirm(&order).claim(Some(shop.claim("other", 1)));
        assert_eq!(shop.commit(confirmed).await.unwrap(), Outcome::Committed);
        // BEGIN, the statement, COMMIT; or claim, order and event between them.
        assert_eq!(postgres.db.statements() - before, placed.min(5));
        assert_eq!(shop.commit(shop.confirm(&order)).await.unwrap(), Outcome::Stale);

        // BEGIN, the claim or the statement, what is kept, ROLLBACK.
        for again in [changeset, Changeset::new()] {
            let before = postgres.db.statements();
            let outcome = shop.commit(again.claim(Some(shop.claim("key", 1)))).await.unwrap();
            assert!(matches!(outcome, Outcome::Replayed(_)));
            assert_eq!(postgres.db.statements() - before, 4);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_key_that_is_at_work_elsewhere_is_in_progress() {
    for postgres in Postgres::both_forms().await {
        let shop = open_shop(&postgres).await;
        let other = stranger(&postgres).await;
        let claim = shop.claim("key", 1);
        run(&other, &format!(
        "BEGIN; INSERT INTO idempotency_keys VALUES ('{}', '{}', 'key', '{}', decode(repeat('01', 32), 'hex'), 201, NULL, NULL, '', 0)",
        shop.ctx.tenant.id(), claim.principal_id, claim.attempt
    )).await;

        let (_, changeset) = shop.order(1, None).await;
        let begun = Instant::now();
        let outcome = shop.commit(changeset.clone().claim(Some(claim.clone()))).await.unwrap();
        assert_eq!(outcome, Outcome::InProgress);
        assert!((400..900).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
        assert_eq!(counts(&postgres.db).await, [0; 4]);

        // The dead claimant leaves no trace: the key is free.
        run(&other, "ROLLBACK").await;
        assert_eq!(shop.commit(changeset.claim(Some(claim))).await.unwrap(), Outcome::Committed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lock_that_is_not_had_is_busy_and_leaves_nothing() {
    for postgres in Postgres::both_forms().await {
        let shop = open_shop(&postgres).await;
        let other = stranger(&postgres).await;
        run(&other, "BEGIN; SELECT 1 FROM customers FOR UPDATE").await;
        let (_, changeset) = shop.order(2, None).await;
        let changeset = changeset.claim(Some(shop.claim("key", 1)));
        let refused = shop.commit(changeset.clone()).await;
        assert!(matches!(refused, Err(StorageError::Busy)), "{refused:?}");
        assert_eq!(counts(&postgres.db).await, [0; 4], "the claim went with the rest");

        run(&other, "ROLLBACK").await;
        assert_eq!(shop.commit(changeset).await.unwrap(), Outcome::Committed);
        assert_eq!(counts(&postgres.db).await, [1, 2, 1, 1]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_killed_backend_leaves_nothing_and_the_pool_recovers() {
    for postgres in Postgres::both_forms().await {
        let shop = open_shop(&postgres).await;
        let other = stranger(&postgres).await;
        run(&other, "BEGIN; SELECT 1 FROM customers FOR UPDATE").await;
        let (_, changeset) = shop.order(1, None).await;
        let changeset = changeset.claim(Some(shop.claim("key", 1)));
        let (commits, scope, sent) = (shop.app.commits.clone(), shop.ctx.scope(), changeset.clone());
        let committing = tokio::spawn(async move { commits.commit(scope, sent).await });
        until_waiting(&postgres.other).await;
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                WHERE datname = current_database() AND wait_event_type = 'Lock'";
        assert_eq!(rows(&postgres.other, kill).await.len(), 1);
        let ended = committing.await.unwrap();
        assert!(matches!(ended, Err(StorageError::Unavailable(_))), "{ended:?}");
        assert_eq!(counts(&postgres.db).await, [0; 4]);

        run(&other, "ROLLBACK").await;
        // The pool holds more connections whose server is gone; none of them may cost a commit.
        let idle = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                WHERE datname = current_database() AND application_name = 'orderbase' AND pid <> pg_backend_pid()";
        rows(&postgres.other, idle).await;
        assert_eq!(shop.commit(changeset).await.unwrap(), Outcome::Committed);
        assert_eq!(counts(&postgres.db).await, [1, 1, 1, 1]);
    }
}

/// A trigger that fails the first `times` transactions; a sequence is not rolled back.
async fn fail(postgres: &Postgres, times: u32, state: &str, at_commit: bool) {
    let kind = if at_commit { "CONSTRAINT TRIGGER" } else { "TRIGGER" };
    let deferred = if at_commit { "DEFERRABLE INITIALLY DEFERRED" } else { "" };
    for sql in [
        "CREATE SEQUENCE failures".to_owned(),
        format!(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN \
             IF nextval('failures') <= {times} THEN RAISE EXCEPTION 'made' USING ERRCODE = '{state}'; END IF; \
             RETURN NULL; END $$"
        ),
        format!("CREATE {kind} fail AFTER INSERT ON orders {deferred} FOR EACH ROW EXECUTE FUNCTION fail()"),
    ] {
        postgres.root(&sql).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_may_pass_later_is_tried_again() {
    for (state, at_commit) in [("40001", false), ("40P01", false), ("40001", true)] {
        for postgres in Postgres::both_forms().await {
            let shop = open_shop(&postgres).await;
            fail(&postgres, 3, state, at_commit).await;
            let (order, changeset) = shop.order(3, None).await;
            let changeset = changeset.claim(Some(shop.claim("key", 1)));
            assert_eq!(shop.commit(changeset).await.unwrap(), Outcome::Committed, "{state}");
            assert_eq!(counts(&postgres.db).await, [1, 3, 1, 1], "{state}");
            assert_eq!(shop.app.aggregates.order(shop.ctx.scope(), order.id()).await.unwrap(), Some(order));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_never_passes_ends() {
    for postgres in Postgres::both_forms().await {
        let shop = open_shop(&postgres).await;
        fail(&postgres, 1_000, "40001", false).await;
        let (_, changeset) = shop.order(1, None).await;
        let refused = shop.commit(changeset.claim(Some(shop.claim("key", 1)))).await;
        assert!(matches!(refused, Err(StorageError::Busy)), "{refused:?}");
        assert_eq!(number(&postgres.db, "SELECT last_value FROM failures").await, 4, "once and three times again");
        assert_eq!(counts(&postgres.db).await, [0; 4]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn our_own_faults_are_no_outage() {
    let postgres = Postgres::fresh().await;
    let shop = open_shop(&postgres).await;
    fail(&postgres, 1_000, "23514", false).await;
    let (_, changeset) = shop.order(1, None).await;
    let refused = shop.commit(changeset).await;
    assert!(matches!(refused, Err(StorageError::Failed(_))), "{refused:?}");
    assert_eq!(counts(&postgres.db).await, [0; 4]);
}

/// The database of a test, as it is reached through a proxy.
async fn through(postgres: &Postgres) -> (Proxy, SqlDb) {
    let url = &postgres.options.url;
    let (credentials, place) = url.rsplit_once('@').unwrap();
    let (host, database) = place.split_once('/').unwrap();
    let proxy = Proxy::start(host.to_owned()).await;
    let url = format!("{credentials}@127.0.0.1:{}/{database}?sslmode=disable", proxy.port);
    let db = SqlDb::open(&DatabaseOptions { url, ..postgres.options.clone() }).await.unwrap();
    (proxy, db)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lost_answer_is_looked_for() {
    let postgres = Postgres::fresh().await;
    let shop = open_shop(&postgres).await;
    for (cut, with_claim) in [(Cut::Reply, true), (Cut::Reply, false)] {
        let (proxy, db) = through(&postgres).await;
        let cut_off = Shop { app: app(&db), ctx: shop.ctx.clone(), customer_id: shop.customer_id };
        let (order, changeset) = shop.order(2, None).await;
        let claim = with_claim.then(|| shop.claim("key", 1));
        proxy.set(cut);
        assert_eq!(cut_off.commit(changeset.claim(claim)).await.unwrap(), Outcome::Committed, "{cut:?}");
        assert_eq!(shop.app.aggregates.order(shop.ctx.scope(), order.id()).await.unwrap(), Some(order));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_effect_that_is_not_found_is_unknown() {
    let postgres = Postgres::fresh().await;
    let shop = open_shop(&postgres).await;
    for (cut, landed) in [(Cut::ReplyAndAllAfter, true), (Cut::Request, false)] {
        let (proxy, db) = through(&postgres).await;
        let cut_off = Shop { app: app(&db), ctx: shop.ctx.clone(), customer_id: shop.customer_id };
        let (order, changeset) = shop.order(2, None).await;
        proxy.set(cut);
        let ended = cut_off.commit(changeset.claim(Some(shop.claim(&format!("{cut:?}"), 1)))).await;
        assert!(matches!(ended, Err(StorageError::OutcomeUnknown(_))), "{cut:?}: {ended:?}");
        // The server may still be at it when the client has given up.
        let found = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' \
                     AND pid <> pg_backend_pid()";
        while number(&postgres.db, found).await > 0 {
            tokio::task::yield_now().await;
        }
        let stored = shop.app.aggregates.order(shop.ctx.scope(), order.id()).await.unwrap();
        assert_eq!(stored.is_some(), landed, "{cut:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_customer_that_vanished_is_told_by_the_foreign_key() {
    let postgres = Postgres::fresh().await;
    let shop = open_shop(&postgres).await;
    let (order, changeset) = shop.order(1, None).await;
    postgres.root("DELETE FROM customers").await;
    let changeset = Changeset { requires: Vec::new(), ..changeset };
    let refused = orderbase_application::changeset::Refusal::NoCustomer(order.customer_id());
    assert_eq!(shop.commit(changeset).await.unwrap(), Outcome::Refused(refused));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_full_pool_is_busy_in_time() {
    let options = DatabaseOptions { pool_max: 1, acquire_timeout_ms: 200, ..DatabaseOptions::default() };
    let postgres = Postgres::with(options).await;
    let shop = open_shop(&postgres).await;
    let (_, changeset) = shop.order(1, None).await;
    let held = postgres.db.pool().get_postgres_connection_pool().acquire().await.unwrap();
    let refused = shop.commit(changeset.clone()).await;
    assert!(matches!(refused, Err(StorageError::Busy)), "{refused:?}");
    // The probe has a connection of its own.
    shop.app.health.ping().await.unwrap();
    drop(held);
    assert_eq!(shop.commit(changeset).await.unwrap(), Outcome::Committed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_answer_is_kept_as_long_as_told_by_the_databases_clock() {
    for postgres in Postgres::both_forms().await {
        let app = app_with(&postgres.db, SqlCommits::new(postgres.db.clone()).keeping_answers_for(0));
        let shop = Shop::open(app).await;
        for fingerprint in [1, 2] {
            let (_, changeset) = shop.order(1, None).await;
            let outcome = shop.commit(changeset.claim(Some(shop.claim("key", fingerprint)))).await.unwrap();
            assert_eq!(outcome, Outcome::Committed, "one that has expired is taken over");
        }
        assert_eq!(counts(&postgres.db).await, [2, 2, 2, 1]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pool_of_dead_connections_costs_nothing() {
    let postgres = Postgres::fresh().await;
    let shop = open_shop(&postgres).await;
    let (_, changeset) = shop.order(1, None).await;
    let pool = postgres.db.pool().get_postgres_connection_pool();
    let mut held = Vec::new();
    // All but the one that is kept since the shop was opened.
    for _ in 0..9 {
        held.push(pool.acquire().await.unwrap());
    }
    drop(held);
    while pool.num_idle() < 9 {
        tokio::task::yield_now().await;
    }
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                WHERE datname = current_database() AND application_name = 'orderbase' AND pid <> pg_backend_pid()";
    assert!(rows(&postgres.other, kill).await.len() >= 10);
    assert_eq!(shop.commit(changeset).await.unwrap(), Outcome::Committed);
    assert_eq!(counts(&postgres.db).await, [1, 1, 1, 0]);
}

/// The network swallows a COMMIT and nobody is told. The server ends the transaction by itself, so that the order is not locked for
/// as long as the client waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_black_hole_frees_what_was_locked() {
    let options = DatabaseOptions { idle_tx_timeout_ms: 2_000, ..DatabaseOptions::default() };
    let postgres = Postgres::with(options).await;
    let (proxy, db) = through(&postgres).await;
    let shop = open_shop(&postgres).await;
    let (order, changeset) = shop.order(1, None).await;
    shop.commit(changeset).await.unwrap();

    proxy.set(Cut::Nothing);
    let (swallowed, scope, confirm) = (app(&db).commits, shop.ctx.scope(), shop.confirm(&order));
    let waiting = tokio::spawn(async move { swallowed.commit(scope, confirm).await });
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND state = 'idle in transaction' AND query NOT LIKE 'BEGIN%'";
    while number(&postgres.db, open).await == 0 {
        tokio::task::yield_now().await;
    }
    let held = shop.commit(shop.confirm(&order)).await;
    assert!(matches!(held, Err(StorageError::Busy)), "the order was not locked at all: {held:?}");

    tokio::time::sleep(Duration::from_millis(2_200)).await;
    assert_eq!(shop.commit(shop.confirm(&order)).await.unwrap(), Outcome::Committed);
    assert!(!waiting.is_finished(), "the network was no black hole");
}

/// What the server is told at start-up, so that it frees the locks of a lost client (docs/adr/0009).
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_server_knows_how_long_to_wait_for_a_client() {
    let postgres = Postgres::fresh().await;
    let setting = async |name: &str| -> String {
        let show = Statement::from_string(postgres.db.backend(), format!("SHOW {name}"));
        postgres.db.pool().query_one_raw(show).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    };
    for (name, value) in [
        ("statement_timeout", "5s"),
        ("lock_timeout", "2s"),
        ("idle_in_transaction_session_timeout", "10s"),
        ("tcp_user_timeout", "10000"),
        ("tcp_keepalives_idle", "30"),
        ("client_connection_check_interval", "2s"),
    ] {
        assert_eq!(setting(name).await, value, "{name}");
    }
}
