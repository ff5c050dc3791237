//! What a commit promises on either database while callers vanish and crowds arrive.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use orderbase_application::App;
use orderbase_application::changeset::Outcome;
use orderbase_application::testing::contract::Harness;
use orderbase_infrastructure::sql::SqlDb;
use tokio::task::JoinSet;

use self::support::stock::{Shop, counts};
use self::support::{Postgres, Sqlite, app, is_postgres, number};

/// The caller goes away after any number of polls: all of the changeset is there afterwards, or nothing, and in the end all.
async fn callers_vanish(db: &SqlDb) {
    let shop = Shop::open(app(db)).await;
    let mut begun = 0;
    for polls in 0..40 {
        let (_, changeset) = shop.order(3, None).await;
        let changeset = changeset.claim(Some(shop.claim(&format!("key-{polls}"), 1)));
        let mut finished = false;
        // The first poll begins it, even when it ends it as well.
        begun += i64::from(polls > 0);
        {
            let mut commit = pin!(shop.commit(changeset));
            for _ in 0..polls {
                if let Poll::Ready(outcome) = commit.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                    assert_eq!(outcome.unwrap(), Outcome::Committed);
                    finished = true;
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        let [orders, items, events, claims] = counts(db).await;
        assert_eq!((items, events, claims), (orders * 3, orders, orders), "after {polls} polls something is half done");
        assert!(!finished || orders > 0);
    }
    // What was begun ends by itself.
    while counts(db).await[0] < begun {
        tokio::task::yield_now().await;
    }
    assert_eq!(counts(db).await, [begun, begun * 3, begun, begun]);
    assert_eq!(db.poisoned(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn callers_vanish_on_sqlite() {
    let sqlite = Sqlite::fresh().await;
    callers_vanish(&sqlite.db).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn callers_vanish_on_postgres() {
    let postgres = Postgres::fresh().await;
    callers_vanish(&postgres.db).await;
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'";
    assert_eq!(number(&postgres.db, open).await, 0);
}

/// Commits whose callers are aborted in a rush; then every connection of the pool is asked for more.
async fn a_rush_of_aborts_poisons_nothing(db: &SqlDb) {
    let shop = Arc::new(Shop::open(app(db)).await);
    let mut tasks = JoinSet::new();
    for _ in 0..60 {
        let shop = Arc::clone(&shop);
        let (_, changeset) = shop.order(2, None).await;
        tasks.spawn(async move { shop.commit(changeset).await });
        tokio::task::yield_now().await;
    }
    tasks.abort_all();
    while tasks.join_next().await.is_some() {}

    let mut after = JoinSet::new();
    for _ in 0..30 {
        let shop = Arc::clone(&shop);
        let (_, changeset) = shop.order(1, None).await;
        after.spawn(async move { shop.commit(changeset).await });
    }
    for outcome in after.join_all().await {
        assert_eq!(outcome.unwrap(), Outcome::Committed);
    }
    db.close().await;
    assert_eq!(db.poisoned(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn aborts_on_sqlite() {
    let sqlite = Sqlite::fresh().await;
    a_rush_of_aborts_poisons_nothing(&sqlite.db).await;
    let reopened = SqlDb::open(&{
        let options = sqlite.options.clone();
        drop(sqlite.db);
        options
    })
    .await
    .unwrap();
    let [orders, items, events, _] = counts(&reopened).await;
    assert!(orders >= 30 && events == orders && items >= orders, "{orders} {items} {events}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn aborts_on_postgres() {
    let postgres = Postgres::fresh().await;
    a_rush_of_aborts_poisons_nothing(&postgres.db).await;
    let [orders, _, events, _] = counts(&postgres.other).await;
    assert!(orders >= 30 && events == orders, "{orders} {events}");
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'";
    assert_eq!(number(&postgres.other, open).await, 0);
}

/// Fifty at once with one key: one effect, one answer.
async fn fifty_equal_claims(one: App, other: App, db: &SqlDb) {
    let shop = Shop::open(one).await;
    let beside = Shop { app: other, ctx: shop.ctx.clone(), customer_id: shop.customer_id };
    let shops = [Arc::new(shop), Arc::new(beside)];
    let mut tasks = JoinSet::new();
    for number in 0..50 {
        let shop = Arc::clone(&shops[number % 2]);
        let (_, changeset) = shop.order(2, None).await;
        let claim = shop.claim("key", 1);
        let own = Arc::clone(&claim.answer);
        tasks.spawn(async move {
            loop {
                match shop.commit(changeset.clone().claim(Some(claim.clone()))).await.unwrap() {
                    Outcome::Committed => return (own, true),
                    Outcome::Replayed(answer) => return (answer, false),
                    Outcome::InProgress => {}
                    outcome => panic!("{outcome:?}"),
                }
            }
        });
    }
    let ended = tasks.join_all().await;
    assert_eq!(ended.iter().filter(|(_, first)| *first).count(), 1);
    assert!(ended.iter().all(|(answer, _)| *answer == ended[0].0), "one key, several answers");
    assert_eq!(counts(db).await, [1, 2, 1, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_equal_claims_on_sqlite() {
    let sqlite = Sqlite::fresh().await;
    let (one, other) = sqlite.pair().await;
    fifty_equal_claims(one, other, &sqlite.db).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_equal_claims_on_postgres() {
    let postgres = Postgres::fresh().await;
    assert!(is_postgres(&postgres.db));
    let (one, other) = postgres.pair().await;
    fifty_equal_claims(one, other, &postgres.db).await;
}
