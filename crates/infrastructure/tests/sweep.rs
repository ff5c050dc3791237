//! Answers that have expired are deleted, networks of old rows of the audit log are emptied, and no others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use orderbase_application::testing::tenant_ctx;
use orderbase_infrastructure::security::{KeyRing, SealKeys};
use orderbase_infrastructure::sql::{SqlAuditSeals, SqlDb, sweep};
use orderbase_kernel::TenantId;
use sea_orm::{ConnectionTrait, Database, TransactionTrait};

use self::support::stock::{Shop, counts};
use self::support::{Postgres, Sqlite, app, is_postgres, number, rows};

/// Answers of a tenant under the keys `from` to `to`, alive or expired; as statement.
fn answers(db: &SqlDb, tenant: TenantId, from: u32, to: u32, expires_at: i64) -> String {
    let hex = tenant.uuid().simple();
    let (id, digest) = if is_postgres(db) {
        (format!("'{hex}'::uuid"), "decode(repeat('01', 32), 'hex')".to_owned())
    } else {
        (format!("X'{hex}'"), "zeroblob(32)".to_owned())
    };
    format!(
        "WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to}) \
         INSERT INTO idempotency_keys (tenant_id, principal_id, key, attempt, fingerprint, status, body, expires_at) \
         SELECT {id}, {id}, 'key ' || i, {id}, {digest}, 201, {digest}, {expires_at} FROM n"
    )
}

/// A live answer next to one and to 2 500 expired.
async fn what_expired_goes(db: &SqlDb, outside: impl AsyncFn(String)) {
    let shop = Shop::open(app(db)).await;
    let tenant = shop.ctx.tenant.id();
    let (_, changeset) = shop.order(1, None).await;
    shop.commit(changeset.claim(Some(shop.claim("alive", 1)))).await.unwrap();

    outside(answers(db, tenant, 1, 1, 1)).await;
    assert_eq!(counts(db).await[3], 2);
    assert_eq!(sweep::expired_answers(db).await.unwrap(), 1);
    outside(answers(db, tenant, 1, 2_500, 1)).await;
    assert_eq!(counts(db).await[3], 2_501);
    assert_eq!(sweep::expired_answers(db).await.unwrap(), 2_500);
    assert_eq!(sweep::expired_answers(db).await.unwrap(), 0);

    let left = rows(db, "SELECT key FROM idempotency_keys").await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].try_get_by_index::<String>(0).unwrap(), "alive");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_expired_goes_on_sqlite() {
    let sqlite = Sqlite::fresh().await;
    what_expired_goes(&sqlite.db, async |sql| sqlite.outside(&sql).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_expired_goes_on_postgres() {
    let postgres = Postgres::fresh().await;
    what_expired_goes(&postgres.db, async |sql| postgres.root(&sql).await).await;
}

/// What another transaction works on is not waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_locked_answer_is_left_for_later() {
    let postgres = Postgres::fresh().await;
    let shop = Shop::open(app(&postgres.db)).await;
    postgres.root(&answers(&postgres.db, shop.ctx.tenant.id(), 1, 3, 1)).await;
    let other = Database::connect(postgres.root.as_str()).await.unwrap();
    let holder = other.begin().await.unwrap();
    holder.execute_unprepared("SELECT 1 FROM idempotency_keys WHERE key = 'key 2' FOR UPDATE").await.unwrap();
    assert_eq!(sweep::expired_answers(&postgres.db).await.unwrap(), 2);
    holder.rollback().await.unwrap();
    assert_eq!(sweep::expired_answers(&postgres.db).await.unwrap(), 1);
}

/// The background task neither keeps a database from closing nor outlives it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn closing_ends_the_sweep() {
    let sqlite = Sqlite::fresh().await;
    assert!(sqlite.db.writer_alive());
    sweep::start(&sqlite.db, 90);
    tokio::time::timeout(Duration::from_secs(10), sqlite.db.close()).await.unwrap();
    assert!(!sqlite.db.writer_alive());
}

/// Networks go by age, of every tenant, and nothing else of a row does.
async fn old_networks_are_emptied(db: &SqlDb, outside: impl AsyncFn(String)) {
    let app = app(db);
    let (acme, _) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "other").await);
    let count = async |which: &str| number(db, &format!("SELECT count(*) FROM audit_log WHERE {which}")).await;
    let all = count("true").await;
    let seals =
        SqlAuditSeals::new(db.clone(), Arc::new(SealKeys::of_ring(&KeyRing::generate(app.clock.now())).unwrap()));
    seals.seal(Duration::ZERO).await.unwrap();
    outside("UPDATE audit_log SET network = '192.0.2.7'".to_owned()).await;
    assert_eq!(sweep::old_networks(db, 1).await.unwrap(), 0, "all are young");

    let day = "UPDATE audit_log SET recorded_at = recorded_at";
    outside(format!("{day} - 86400000")).await;
    assert_eq!(sweep::old_networks(db, 2).await.unwrap(), 0);
    assert_eq!(count("network IS NOT NULL").await, all);
    assert_eq!(sweep::old_networks(db, 1).await.unwrap(), all.unsigned_abs());

    assert_eq!((count("network IS NOT NULL").await, count("true").await), (0, all));
    outside(format!("{day} + 86400000")).await;
    assert!(seals.verify(acme.scope()).await.unwrap().is_whole(), "what is erased was never sealed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn old_networks_are_emptied_on_sqlite() {
    let sqlite = Sqlite::fresh().await;
    old_networks_are_emptied(&sqlite.db, async |sql| sqlite.outside(&sql).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn old_networks_are_emptied_on_postgres() {
    let postgres = Postgres::fresh().await;
    old_networks_are_emptied(&postgres.db, async |sql| postgres.root(&sql).await).await;
    let denied = "UPDATE audit_log SET detail = ''";
    let error = postgres.db.pool().execute_unprepared(denied).await.unwrap_err().to_string();
    assert!(error.contains("permission denied"), "{error}");
}
