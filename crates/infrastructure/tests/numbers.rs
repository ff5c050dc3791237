//! Order numbers when callers vanish, instances die and the quota is short.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::collections::BTreeSet;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use orderbase_application::ports::{Charge, OrderNumbers, StorageError, Taking};
use orderbase_application::testing::tenant_ctx;
use orderbase_application::{Ctx, Scope};
use orderbase_infrastructure::sql::{SqlDb, SqlNumbers};
use orderbase_kernel::Period;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use tokio::task::JoinSet;

use self::support::{Postgres, Sqlite, app, number};

fn charge(max: u64) -> Option<Charge> {
    Some(Charge { period: Period::new(202_601).unwrap(), max })
}

async fn tenant(db: &SqlDb) -> Scope {
    let ctx: Ctx = tenant_ctx(&app(db), "acme").await;
    ctx.scope()
}

async fn used(db: &SqlDb) -> i64 {
    number(db, "SELECT used FROM tenant_counters WHERE kind = 'orders'").await
}

/// Takes until the quota is used up.
async fn take_all(numbers: &SqlNumbers, scope: Scope, max: u64) -> Vec<u64> {
    let mut taken = Vec::new();
    while let Taking::Taken(ticket) = numbers.take(scope, charge(max)).await.unwrap() {
        taken.push(ticket.number.get());
    }
    taken
}

/// A caller that goes away while a block is reserved for him leaves the block to the others.
async fn nobody_takes_a_block_with_him(db: &SqlDb) {
    let (scope, numbers) = (tenant(db).await, SqlNumbers::new(db.clone()));
    for _ in 0..20 {
        let mut take = pin!(numbers.take(scope, charge(20)));
        // A number that was handed over belongs to the caller; only those that were not are looked for again.
        if let Poll::Ready(Ok(Taking::Taken(ticket))) = take.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            numbers.give_back(scope, ticket).await;
        }
    }
    let taken = take_all(&numbers, scope, 20).await;
    assert_eq!(taken.len(), 20, "every number of the quota is found again");
    assert_eq!(used(db).await, 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_takes_a_block_with_him_on_sqlite() {
    let sqlite = Sqlite::fresh().await;
    nobody_takes_a_block_with_him(&sqlite.db).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_takes_a_block_with_him_on_postgres() {
    let postgres = Postgres::fresh().await;
    nobody_takes_a_block_with_him(&postgres.db).await;
}

/// Instances that die keep what is in their blocks: the caller for whom a block of 64 was reserved has one of them, so at most 63 of
/// the quota each beside what their requests had taken, and never a number twice.
async fn the_dead_cost_at_most_a_block(dbs: [&SqlDb; 2]) {
    const QUOTA: u64 = 1_000;
    let scope = tenant(dbs[0]).await;
    let mut taken = BTreeSet::new();
    for death in 0..4 {
        let numbers = SqlNumbers::new(dbs[death % 2].clone());
        let mut tasks = JoinSet::new();
        for _ in 0..8 {
            let numbers = numbers.clone();
            tasks.spawn(async move {
                let mut own = Vec::new();
                for _ in 0..12 {
                    let Taking::Taken(ticket) = numbers.take(scope, charge(QUOTA)).await.unwrap() else { break };
                    own.push(ticket.number.get());
                }
                own
            });
        }
        for given in tasks.join_all().await.into_iter().flatten() {
            assert!(taken.insert(given), "{given} was given twice");
        }
        // Dropped without being closed.
    }
    let survivor = SqlNumbers::new(dbs[0].clone());
    for given in take_all(&survivor, scope, QUOTA).await {
        assert!(taken.insert(given), "{given} was given twice");
    }
    let accepted = taken.len() as u64;
    assert!((QUOTA - 4 * 63..=QUOTA).contains(&accepted), "{accepted} of {QUOTA}");
    assert_eq!(used(dbs[0]).await, i64::try_from(QUOTA).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_dead_cost_at_most_a_block_on_sqlite() {
    let sqlite = Sqlite::fresh().await;
    the_dead_cost_at_most_a_block([&sqlite.db, &sqlite.db]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_dead_cost_at_most_a_block_on_postgres() {
    let postgres = Postgres::fresh().await;
    the_dead_cost_at_most_a_block([&postgres.db, &postgres.other]).await;
}

/// A tenant in a hurry pays one statement for up to 64 numbers; one at leisure reserves them one by one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn blocks_grow_under_load() {
    let postgres = Postgres::fresh().await;
    let (scope, numbers) = (tenant(&postgres.db).await, SqlNumbers::new(postgres.db.clone()));
    let before = postgres.db.statements();
    let taken = take_all(&numbers, scope, 1_000).await;
    assert_eq!(taken.len(), 1_000);
    assert!(taken.is_sorted());
    let statements = postgres.db.statements() - before;
    assert!(statements < 200, "{statements} statements for 1000 numbers");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_reservation_at_a_time_serves_a_crowd() {
    let sqlite = Sqlite::fresh().await;
    let (scope, numbers) = (tenant(&sqlite.db).await, SqlNumbers::new(sqlite.db.clone()));
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        let numbers = numbers.clone();
        tasks.spawn(async move { numbers.take(scope, charge(60)).await.unwrap() });
    }
    let takings = tasks.join_all().await;
    let taken: BTreeSet<_> = takings
        .iter()
        .filter_map(|taking| match taking {
            Taking::Taken(ticket) => Some(ticket.number),
            Taking::QuotaReached { .. } => None,
        })
        .collect();
    assert_eq!(taken.len(), 60);
    let full = Taking::QuotaReached { max: 60, current: 60 };
    assert_eq!(takings.iter().filter(|taking| **taking == full).count(), 40);
}

/// Quota that cannot be returned while somebody holds the counter is returned later.
async fn owed_quota_is_returned_later(db: &SqlDb, holder: &DatabaseConnection, hold: &str) {
    let (scope, numbers) = (tenant(db).await, SqlNumbers::new(db.clone()));
    let Taking::Taken(_) = numbers.take(scope, charge(1_000)).await.unwrap() else { panic!("no number") };
    // Blocks that are used up at once grow: soon one has numbers left.
    let mut taken = 1;
    while used(db).await == taken {
        let Taking::Taken(_) = numbers.take(scope, charge(1_000)).await.unwrap() else { panic!("no number") };
        taken += 1;
        assert!(taken < 1_000, "no block has more than one number");
    }
    holder.execute_unprepared(hold).await.unwrap();
    let refused = numbers.resync(scope).await;
    assert!(matches!(refused, Err(StorageError::Busy)), "{refused:?}");
    holder.execute_unprepared("ROLLBACK").await.unwrap();
    assert!(used(db).await > taken, "nothing was returned yet");

    let next = Some(Charge { period: Period::new(202_601).unwrap(), max: 1_000 });
    let Taking::Taken(_) = numbers.take(scope, next).await.unwrap() else { panic!("no number") };
    numbers.close().await.unwrap();
    assert_eq!(used(db).await, taken + 1, "every number that was taken is charged, and no other");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn owed_quota_is_returned_later_on_sqlite() {
    let sqlite = Sqlite::fresh().await;
    owed_quota_is_returned_later(&sqlite.db, &sqlite.stranger().await, "BEGIN IMMEDIATE").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn owed_quota_is_returned_later_on_postgres() {
    let postgres = Postgres::fresh().await;
    let holder = Database::connect(ConnectOptions::new(&postgres.root).max_connections(1).to_owned()).await;
    owed_quota_is_returned_later(&postgres.db, &holder.unwrap(), "BEGIN; SELECT 1 FROM tenant_counters FOR UPDATE")
        .await;
}

/// A block that lies idle for 60 s is dropped and its quota returned. Time is moved on by hand.
async fn idle_blocks_are_dropped(db: &SqlDb) {
    let (scope, numbers) = (tenant(db).await, SqlNumbers::new(db.clone()));
    let mut taken = 0;
    while taken == 0 || used(db).await == taken {
        let Taking::Taken(_) = numbers.take(scope, charge(1_000)).await.unwrap() else { panic!("no number") };
        taken += 1;
        assert!(taken < 1_000, "no block has more than one number");
    }
    let reserved = used(db).await;

    pass(Duration::from_secs(59)).await;
    assert_eq!(used(db).await, reserved, "a block was dropped before its time");
    // The sweep comes by each 10 s.
    pass(Duration::from_secs(11)).await;
    for _ in 0..200 {
        if used(db).await == taken {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(used(db).await, taken, "the quota of an idle block was not returned");

    // The dropped numbers are gaps; the next is behind them.
    let Taking::Taken(next) = numbers.take(scope, charge(1_000)).await.unwrap() else { panic!("no number") };
    assert_eq!(next.number.get(), 1_001 + u64::try_from(reserved).unwrap());
}

/// Lets time pass at once, second by second, so that who sleeps wakes up when he would.
async fn pass(time: Duration) {
    for _ in 0..time.as_secs() {
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(1)).await;
        tokio::time::resume();
        // For what woke up, in real time: it asks the database.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn idle_blocks_are_dropped_on_sqlite() {
    let sqlite = Sqlite::fresh().await;
    idle_blocks_are_dropped(&sqlite.db).await;
}

#[tokio::test]
async fn idle_blocks_are_dropped_on_postgres() {
    let postgres = Postgres::fresh().await;
    idle_blocks_are_dropped(&postgres.db).await;
}
