//! The one writer of SQLite: batches, their ends, and who may open the file.
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
use std::task::{Context, Waker};

use futures_util::future::join_all;
use orderbase_application::changeset::{Changeset, Outcome, Unique};
use orderbase_application::ports::StorageError;
use orderbase_infrastructure::sql::{ConnectError, SqlDb};
use sea_orm::ConnectionTrait;
use tokio::task::JoinSet;

use self::support::stock::{Shop, counts};
use self::support::{Sqlite, app};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_waits_shares_a_commit_and_refusals_touch_nobody_else() {
    let sqlite = Sqlite::fresh().await;
    let shop = Arc::new(Shop::open(app(&sqlite.db)).await);
    let (first, changeset) = shop.order(1, Some("taken")).await;
    assert_eq!(shop.commit(changeset).await.unwrap(), Outcome::Committed);

    let mut changesets = Vec::new();
    for number in 0..60 {
        let reference = (number % 3 == 0).then_some("taken");
        changesets.push(shop.order(1, reference).await.1);
    }
    let other = sqlite.stranger().await;
    let before = sqlite.commits();
    // The writer waits for this one, and all the others for the writer.
    other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let mut all = pin!(join_all(changesets.into_iter().map(|changeset| shop.commit(changeset))));
    assert!(all.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    other.execute_unprepared("ROLLBACK").await.unwrap();
    let outcomes: Vec<_> = all.await.into_iter().map(Result::unwrap).collect();
    let duplicate = Outcome::Duplicate { unique: Unique::OrderExternalReference, existing_id: Some(first.id().uuid()) };
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::Committed).count(), 40);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == duplicate).count(), 20);
    assert_eq!(counts(&sqlite.db).await, [41, 41, 41, 0]);
    let commits = sqlite.commits() - before;
    assert!(
        (1..=2).contains(&commits),
        "{commits} commits: the first in the queue may have gone ahead, the rest go together"
    );
}

/// `RAISE(ROLLBACK)` ends the whole transaction under the writer's feet, as a full disk does.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_batch_that_fails_is_refused_whole_and_the_next_one_passes() {
    let sqlite = Sqlite::fresh().await;
    let shop = Arc::new(Shop::open(app(&sqlite.db)).await);
    let trigger = "CREATE TRIGGER bomb AFTER INSERT ON orders WHEN NEW.external_reference = 'bomb' \
                   BEGIN SELECT RAISE(ROLLBACK, 'made'); END";
    sqlite.outside(trigger).await;

    let mut changesets = Vec::new();
    for number in 0..20 {
        changesets.push(shop.order(2, (number == 10).then_some("bomb")).await.1);
    }
    let mut tasks = JoinSet::new();
    for changeset in changesets {
        let shop = Arc::clone(&shop);
        tasks.spawn(async move { shop.commit(changeset).await });
    }
    let ended = tasks.join_all().await;
    let committed = ended.iter().filter(|outcome| matches!(outcome, Ok(Outcome::Committed))).count();
    assert!(committed < 20, "the bomb was committed");
    for outcome in &ended {
        let fine =
            matches!(outcome, Ok(Outcome::Committed) | Err(StorageError::Unavailable(_) | StorageError::Failed(_)));
        assert!(fine, "{outcome:?}");
    }
    let committed = i64::try_from(committed).unwrap();
    assert_eq!(counts(&sqlite.db).await, [committed, committed * 2, committed, 0], "acknowledged and stored differ");

    let (_, changeset) = shop.order(1, None).await;
    assert_eq!(shop.commit(changeset).await.unwrap(), Outcome::Committed);
    assert_eq!(counts(&sqlite.db).await[0], committed + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn another_writer_is_waited_for_and_then_busy() {
    let sqlite = Sqlite::fresh().await;
    let shop = Shop::open(app(&sqlite.db)).await;
    let (_, changeset) = shop.order(1, None).await;
    let other = sqlite.stranger().await;
    other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let refused = shop.commit(changeset.clone()).await;
    assert!(matches!(refused, Err(StorageError::Busy)), "{refused:?}");
    other.execute_unprepared("ROLLBACK").await.unwrap();
    assert_eq!(shop.commit(changeset).await.unwrap(), Outcome::Committed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_second_server_is_refused_until_the_first_is_gone() {
    let sqlite = Sqlite::fresh().await;
    let second = SqlDb::open(&sqlite.options).await;
    assert!(matches!(second, Err(ConnectError::InUse(_))));
    sqlite.db.close().await;
    let Sqlite { db, options, .. } = &sqlite;
    let options = options.clone();
    drop(db.clone());
    // The lock goes with the last clone.
    assert!(matches!(SqlDb::open(&options).await, Err(ConnectError::InUse(_))));
    let (options, _folder) = sqlite.give_up();
    let again = SqlDb::open(&options).await.unwrap();
    assert_eq!(counts(&again).await, [0; 4]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_cannot_write_and_memory_is_no_file() {
    let sqlite = Sqlite::fresh().await;
    let refused = sqlite.db.pool().execute_unprepared("DELETE FROM orders").await.unwrap_err();
    assert!(refused.to_string().contains("readonly"), "{refused}");
    for url in ["sqlite::memory:", "sqlite:"] {
        let options = orderbase_infrastructure::sql::DatabaseOptions { url: url.to_owned(), ..sqlite.options.clone() };
        assert!(matches!(SqlDb::open(&options).await, Err(ConnectError::InMemory)), "{url}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_closing_writes_are_refused() {
    let sqlite = Sqlite::fresh().await;
    let shop = Shop::open(app(&sqlite.db)).await;
    let (_, changeset) = shop.order(1, None).await;
    sqlite.db.close().await;
    for changeset in [changeset, Changeset::check(shop.claim("key", 1))] {
        let refused = shop.commit(changeset).await;
        assert!(matches!(refused, Err(StorageError::Unavailable(_))), "{refused:?}");
    }
}
