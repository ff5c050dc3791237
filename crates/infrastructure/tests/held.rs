//! Connections that are held between statements: reads over them survive a server that went away and callers that did, and nobody
//! waits for one that only idles.
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

use orderbase_application::changeset::Outcome;
use orderbase_application::ports::StorageError;
use orderbase_infrastructure::sql::{DatabaseOptions, SqlDb};
use orderbase_orders::Order;
use sea_orm::{ConnectionTrait as _, TransactionTrait as _};
use tokio::task::JoinSet;

use self::support::stock::Shop;
use self::support::{Postgres, app, number, rows};

async fn placed(shop: &Shop, lines: i64) -> Order {
    let (order, changeset) = shop.order(lines, None).await;
    assert_eq!(shop.commit(changeset).await.unwrap(), Outcome::Committed);
    order
}

async fn stored(shop: &Shop, order: &Order) -> Option<Order> {
    shop.app.aggregates.order(shop.ctx.scope(), order.id()).await.unwrap()
}

/// Somebody who ends a statement that has run for long does not want it begun again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_long_read_that_is_ended_is_not_begun_again() {
    let postgres = Postgres::with(DatabaseOptions { lock_timeout_ms: 20_000, ..DatabaseOptions::default() }).await;
    let shop = Arc::new(Shop::open(app(&postgres.db)).await);
    let order = placed(&shop, 1).await;
    let lock = postgres.other.pool().begin().await.unwrap();
    lock.execute_unprepared("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let read = {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move { shop.app.aggregates.order(shop.ctx.scope(), order.id()).await })
    };
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                WHERE datname = current_database() AND application_name = 'orderbase' AND wait_event_type = 'Lock'";
    assert_eq!(lock.execute_unprepared(kill).await.unwrap().rows_affected(), 1);
    let ended = tokio::time::timeout(std::time::Duration::from_secs(10), read).await.unwrap().unwrap();
    assert!(matches!(ended, Err(StorageError::Unavailable(_))), "{ended:?}");
}

/// One of two connections is at work for long, the other idles: an order still gets its number.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_number_does_not_wait_for_a_connection_that_idles() {
    let options = DatabaseOptions { pool_max: 2, lock_timeout_ms: 20_000, ..DatabaseOptions::default() };
    let postgres = Postgres::with(options).await;
    let shop = Arc::new(Shop::open(app(&postgres.db)).await);
    placed(&shop, 1).await;
    let lock = postgres.other.pool().begin().await.unwrap();
    lock.execute_unprepared("LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let read = {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move { shop.app.keys.all(shop.ctx.scope()).await })
    };
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    for _ in 0..3 {
        placed(&shop, 1).await;
    }
    lock.rollback().await.unwrap();
    read.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_read_is_asked_again_where_its_connection_is_dead() {
    let postgres = Postgres::fresh().await;
    let shop = Arc::new(Shop::open(app(&postgres.db)).await);
    let order = placed(&shop, 2).await;
    for _ in 0..3 {
        let mut crowd = JoinSet::new();
        for _ in 0..20 {
            let (shop, order) = (Arc::clone(&shop), order.clone());
            crowd.spawn(async move { stored(&shop, &order).await });
        }
        assert!(crowd.join_all().await.iter().all(|found| found.as_ref() == Some(&order)));
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE datname = current_database() AND application_name = 'orderbase' AND pid <> pg_backend_pid()";
        assert!(!rows(&postgres.other, kill).await.is_empty());
        assert_eq!(stored(&shop, &order).await.as_ref(), Some(&order));
    }
}

/// Who goes away during a read leaves nothing of it on the connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_read_that_is_dropped_disturbs_no_other() {
    let postgres = Postgres::fresh().await;
    let shop = Shop::open(app(&postgres.db)).await;
    let orders = [placed(&shop, 1).await, placed(&shop, 3).await];
    for polls in 0..40 {
        {
            let mut read = pin!(stored(&shop, &orders[0]));
            for _ in 0..polls {
                if let Poll::Ready(found) = read.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                    assert_eq!(found.as_ref(), Some(&orders[0]));
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(stored(&shop, &orders[1]).await.as_ref(), Some(&orders[1]), "after {polls} polls of another read");
    }
    assert_eq!(postgres.db.poisoned(), 0);
}

/// More callers than connections, some of the pool itself: each gets one in time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_waits_for_a_connection_that_idles() {
    let postgres = Postgres::with(DatabaseOptions { pool_max: 2, ..DatabaseOptions::default() }).await;
    let shop = Arc::new(Shop::open(app(&postgres.db)).await);
    let order = placed(&shop, 1).await;
    for _ in 0..5 {
        let mut crowd = JoinSet::new();
        for caller in 0..24 {
            let (shop, order, db): (_, _, SqlDb) = (Arc::clone(&shop), order.clone(), postgres.db.clone());
            crowd.spawn(async move {
                match caller % 3 {
                    0 => assert!(number(&db, "SELECT count(*) FROM orders").await > 0),
                    1 => assert_eq!(stored(&shop, &order).await, Some(order)),
                    _ => drop(placed(&shop, 1).await),
                }
            });
        }
        crowd.join_all().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_closed_database_keeps_no_connection() {
    let postgres = Postgres::fresh().await;
    let shop = Shop::open(app(&postgres.db)).await;
    let order = placed(&shop, 1).await;
    assert_eq!(stored(&shop, &order).await, Some(order));
    postgres.db.close().await;
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
                AND application_name = 'orderbase'";
    for _ in 0..100 {
        // One instance is left, with a connection or two.
        if number(&postgres.other, open).await <= 1 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{} connections are left", number(&postgres.other, open).await);
}
