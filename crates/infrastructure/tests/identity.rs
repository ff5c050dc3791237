//! What is stored beside the aggregates, on both databases: operators, the key ring, the use of keys, answers under an envelope, and
//! sessions and tickets that ended.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::sync::Arc;

use orderbase_application::changeset::{Changeset, Claim, KeptAnswer, Outcome, PasswordHash};
use orderbase_application::ports::{OperatorAccount, OperatorWritten, Operators, StorageError};
use orderbase_application::testing::{key_as, wish_key};
use orderbase_infrastructure::security::{Envelopes, KeyPurpose, KeyState, MasterKeys, Move, RingStore, StoredEntry};
use orderbase_infrastructure::sql::{SqlCommits, SqlDb, SqlKeyRing, SqlKeyUsage, SqlOperators, sweep};
use orderbase_kernel::{Email, Timestamp, Version};
use orderbase_tenancy::Permission;
use uuid::Uuid;

use self::support::stock::Shop;
use self::support::{Postgres, Sqlite, app, app_with, is_postgres, number, rows};

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_768_478_400_000 + millis).unwrap()
}

fn operator(n: u128) -> OperatorAccount {
    OperatorAccount {
        id: Uuid::from_u128(n),
        email: Email::parse(&format!("o{n}@example.com")).unwrap(),
        phc: PasswordHash::from_phc("$argon2id$".to_owned()),
        epoch: 0,
        disabled_at: None,
        created_at: at(0),
        version: Version::FIRST,
    }
}

async fn operators_are_kept(db: &SqlDb) {
    let operators = SqlOperators::new(db.clone());
    // Of many who want to be the first one is.
    let rush: Vec<_> = (1..=8).map(operator).collect();
    let added = futures_util::future::join_all(rush.iter().map(|one| operators.add_unscoped(one, true))).await;
    let first = added.iter().filter(|added| matches!(added, Ok(OperatorWritten::Written))).count();
    assert_eq!(first, 1, "{added:?}");
    assert_eq!(operators.all_unscoped().await.unwrap().len(), 1);

    let other = operator(9);
    assert_eq!(operators.add_unscoped(&other, false).await.unwrap(), OperatorWritten::Written);
    assert_eq!(operators.add_unscoped(&operator(10), true).await.unwrap(), OperatorWritten::NotTheFirst);
    let twin = OperatorAccount { email: other.email.clone(), ..operator(11) };
    assert_eq!(operators.add_unscoped(&twin, false).await.unwrap(), OperatorWritten::EmailTaken);

    let changed =
        OperatorAccount { epoch: 1, disabled_at: Some(at(5)), version: Version::FIRST.next(), ..other.clone() };
    assert_eq!(operators.replace_unscoped(&changed, Version::FIRST).await.unwrap(), OperatorWritten::Written);
    assert_eq!(operators.replace_unscoped(&changed, Version::FIRST).await.unwrap(), OperatorWritten::Stale);
    assert_eq!(operators.by_email_unscoped(&other.email).await.unwrap(), Some(changed.clone()));
    assert_eq!(operators.get_unscoped(other.id).await.unwrap(), Some(changed));
}

fn envelopes() -> Envelopes {
    Envelopes::new(MasterKeys::parse(&MasterKeys::generate().unwrap()).unwrap())
}

async fn the_ring_turns_whole_or_not(db: &SqlDb) {
    let ring = SqlKeyRing::new(db.clone());
    let stored = |state: KeyState, kid: &str| StoredEntry {
        purpose: KeyPurpose::Jwt,
        kid: kid.to_owned(),
        state,
        since: at(0),
        enveloped: vec![1, 2, 3],
    };
    let (signing, published) = (stored(KeyState::Signing, "one"), stored(KeyState::Published, "two"));
    assert!(ring.insert_if_absent(&signing).await.unwrap());
    assert!(!ring.insert_if_absent(&stored(KeyState::Signing, "three")).await.unwrap(), "one is in the state already");
    assert!(ring.insert_if_absent(&published).await.unwrap());

    let step = |kid: &str, from, to| Move { purpose: KeyPurpose::Jwt, kid: kid.to_owned(), from, to };
    let retire = step(&signing.kid, KeyState::Signing, KeyState::Retired);
    let wrong = step(&published.kid, KeyState::Signing, KeyState::Retired);
    assert!(!ring.replace_states(&[retire.clone(), wrong], at(1)).await.unwrap());
    let states = |all: Vec<StoredEntry>| {
        let mut states: Vec<_> = all.into_iter().map(|entry| (entry.state.as_str(), entry.since)).collect();
        states.sort_unstable();
        states
    };
    assert_eq!(states(ring.load().await.unwrap()), [("published", at(0)), ("signing", at(0))], "none of the moves");

    let promote = step(&published.kid, KeyState::Published, KeyState::Signing);
    assert!(ring.replace_states(&[retire, promote], at(1)).await.unwrap());
    assert_eq!(states(ring.load().await.unwrap()), [("retired", at(1)), ("signing", at(1))]);
    assert!(!ring.delete(KeyPurpose::Jwt, &signing.kid, KeyState::Signing).await.unwrap());
    assert!(ring.delete(KeyPurpose::Jwt, &signing.kid, KeyState::Retired).await.unwrap());
    assert_eq!(ring.load().await.unwrap().len(), 1);
}

async fn the_last_use_is_written_by_the_minute(db: &SqlDb) {
    let app = app(db);
    let shop = Shop::open(app.clone()).await;
    let key = key_as(&app, &shop.ctx, wish_key(&[Permission::OrdersRead])).await.key;
    let (usage, scope) = (SqlKeyUsage::new(db.clone()), shop.ctx.scope());
    for (noted, kept) in [(90_000, 60_000), (30_000, 60_000), (180_001, 180_000)] {
        usage.note(scope.tenant_id, key.id, at(noted));
        usage.flush().await.unwrap();
        assert_eq!(usage.last_used(scope).await.unwrap().get(&key.id), Some(&at(kept)), "{noted}");
    }
    // A key that is gone meanwhile takes nobody's use with it.
    usage.note(scope.tenant_id, orderbase_kernel::ApiKeyId::from_uuid(Uuid::from_u128(5)), at(0));
    usage.note(scope.tenant_id, key.id, at(240_000));
    usage.flush().await.unwrap();
    let last = usage.last_used(scope).await.unwrap();
    assert_eq!((last.len(), last[&key.id]), (1, at(240_000)));
}

async fn an_answer_with_a_credential_is_enveloped(db: &SqlDb) {
    let commits = || SqlCommits::new(db.clone());
    let sealing = envelopes();
    let shop = Shop::open(app_with(db, commits().sealing_with(sealing.clone()))).await;
    let secret = |claim: Claim| {
        let body = b"{\"key\":\"ob_live_canary\"}".to_vec();
        Claim { answer: Arc::new(KeptAnswer { body, holds_credential: true, ..KeptAnswer::default() }), ..claim }
    };
    let (order, changeset) = shop.order(1, None).await;
    let claim = secret(shop.claim("key", 1));
    assert_eq!(shop.commit(changeset.clone().claim(Some(claim.clone()))).await.unwrap(), Outcome::Committed);

    let kept: Vec<u8> = rows(db, "SELECT body FROM idempotency_keys").await[0].try_get_by_index(0).unwrap();
    assert!(!kept.windows(6).any(|window| window == b"canary"), "the answer lies there in clear");
    let again = secret(shop.claim("key", 1));
    let replayed = shop.commit(shop.confirm(&order).claim(Some(again.clone()))).await.unwrap();
    assert_eq!(replayed, Outcome::Replayed(Arc::clone(&claim.answer)));

    // Neither kept nor read without what opens it, nor with another key.
    let bare = Shop { app: app_with(db, commits()), ctx: shop.ctx.clone(), customer_id: shop.customer_id };
    let refused = bare.commit(Changeset::check(secret(shop.claim("other", 1)))).await;
    assert!(matches!(refused, Err(StorageError::Failed(_))), "{refused:?}");
    let strange = Shop { app: app_with(db, commits().sealing_with(envelopes())), ..bare };
    let refused = strange.commit(Changeset::check(again)).await;
    assert!(matches!(refused, Err(StorageError::Failed(_))), "{refused:?}");
}

/// A user with sessions and tickets that ended eight and six days ago, and one of each that lives; as statements.
fn sign_ins(db: &SqlDb, tenant: Uuid) -> Vec<String> {
    let now = if is_postgres(db) {
        "(extract(epoch FROM now()) * 1000)::bigint"
    } else {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    };
    let id = |n: u128| {
        let hex = Uuid::from_u128(n).simple().to_string();
        if is_postgres(db) { format!("'{hex}'::uuid") } else { format!("X'{hex}'") }
    };
    let hash = |n: u128| {
        let hex = format!("{n:064x}");
        if is_postgres(db) { format!("decode('{hex}', 'hex')") } else { format!("X'{hex}'") }
    };
    let (tenant, user) = (id(tenant.as_u128()), id(1));
    let mut all = vec![format!(
        "INSERT INTO users (tenant_id, id, email, role, status, created_at, updated_at, version) \
         VALUES ({tenant}, {user}, 'a@example.com', 'owner', 'invited', 1, 1, 1)"
    )];
    let day = 86_400_000_i64;
    for (n, (expires, ended)) in
        [(30, Some(-8)), (-8, None), (30, Some(-6)), (-6, None), (1, None)].into_iter().enumerate()
    {
        let n = n as u128 + 1;
        let ended = ended.map_or_else(|| "NULL".to_owned(), |days: i64| format!("{now} + {}", days * day));
        let expires = format!("{now} + {}", expires * day);
        all.push(format!(
            "INSERT INTO sessions (tenant_id, id, user_id, current_hash, used_at, lost_reply_used, scope, created_at, \
             expires_at, revoked_at, version) VALUES ({tenant}, {}, {user}, {}, 1, {}, '*', 1, {expires}, {ended}, 1)",
            id(n),
            hash(n),
            if is_postgres(db) { "false" } else { "0" }
        ));
        all.push(format!(
            "INSERT INTO tickets (tenant_id, token_hash, user_id, purpose, expires_at, used_at) \
             VALUES ({tenant}, {}, {user}, 'invitation', {expires}, {ended})",
            hash(n)
        ));
    }
    all
}

async fn what_ended_a_week_ago_goes(db: &SqlDb, outside: impl AsyncFn(String)) {
    let shop = Shop::open(app(db)).await;
    for sql in sign_ins(db, shop.ctx.tenant.id().uuid()) {
        outside(sql).await;
    }
    assert_eq!(sweep::ended_sign_ins(db).await.unwrap(), 4);
    assert_eq!(sweep::ended_sign_ins(db).await.unwrap(), 0);
    for table in ["sessions", "tickets"] {
        assert_eq!(number(db, &format!("SELECT count(*) FROM {table}")).await, 3, "{table}");
    }
}

macro_rules! on_both {
    ($($case:ident),+) => { $(
        mod $case {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_sqlite() {
                let sqlite = Sqlite::fresh().await;
                super::$case(&sqlite.db).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_postgres() {
                for postgres in Postgres::both_forms().await {
                    super::$case(&postgres.db).await;
                }
            }
        }
    )+ };
}

on_both!(
    operators_are_kept,
    the_ring_turns_whole_or_not,
    the_last_use_is_written_by_the_minute,
    an_answer_with_a_credential_is_enveloped
);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_ended_a_week_ago_goes_on_sqlite() {
    let sqlite = Sqlite::fresh().await;
    what_ended_a_week_ago_goes(&sqlite.db, async |sql| sqlite.outside(&sql).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_ended_a_week_ago_goes_on_postgres() {
    let postgres = Postgres::fresh().await;
    what_ended_a_week_ago_goes(&postgres.db, async |sql| postgres.root(&sql).await).await;
}
