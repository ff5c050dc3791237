//! The end of a pepper on both databases: keys move to the next one while they are used on two instances with caches, and it can be
//! counted who has not moved yet.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::sync::Arc;

use orderbase_application::keys::{self, CreateKey, KeyCreated, RotateKey};
use orderbase_application::ports::{Digests as _, Passwords as _};
use orderbase_application::tenants::{self, Which};
use orderbase_application::testing::{PASSWORD, client, key_as, operator as platform, tenant_ctx, user, wish_key};
use orderbase_application::{App, Code, Conditions, Ctx};
use orderbase_infrastructure::memory::{KeyCache, QueuedRenewals};
use orderbase_infrastructure::security::{
    ArgonOptions, ArgonPasswords, AwsLcDigests, KeyPurpose, KeyRing, KeyState, RingEntry,
};
use orderbase_infrastructure::sql::SqlDb;
use orderbase_infrastructure::sql::pepper_needs::{self, KeyPepperNeeds, PasswordPepperNeeds};
use orderbase_kernel::Timestamp;
use orderbase_tenancy::{Password, Permission, Reason, Role};
use tokio_util::sync::CancellationToken;

use self::support::{Postgres, Sqlite, app, is_postgres, number, rows};

const IDLE_SECS: u32 = 14 * 86_400;

/// A ring of two peppers of each kind, at each step of a rotation.
struct Rings {
    old: KeyRing,
    known: KeyRing,
    turned: KeyRing,
}

impl Rings {
    fn new() -> Self {
        let since = Timestamp::from_millis(0).unwrap();
        let base = KeyRing::generate(since);
        let peppers = [KeyPurpose::ApiKeyPepper, KeyPurpose::PasswordPepper];
        let new = peppers.map(|purpose| RingEntry::generate(purpose, KeyState::Published, since));
        let with = |old: KeyState, next: KeyState| {
            let of_old = |entry: &RingEntry| match peppers.contains(&entry.purpose) {
                true => RingEntry { state: old, ..entry.clone() },
                false => entry.clone(),
            };
            let next = new.iter().map(|entry| RingEntry { state: next, ..entry.clone() });
            KeyRing::new(base.entries().iter().map(of_old).chain(next).collect())
        };
        Self {
            known: with(KeyState::Signing, KeyState::Published),
            turned: with(KeyState::Retired, KeyState::Signing),
            old: base,
        }
    }

    fn kid(ring: &KeyRing, purpose: KeyPurpose) -> &str {
        &ring.signing(purpose).unwrap().kid
    }
}

/// An instance with a cache and peppers of its own.
struct Instance {
    app: App,
    digests: Arc<AwsLcDigests>,
    renewals: Arc<QueuedRenewals>,
}

impl Instance {
    fn over(db: &SqlDb, ring: &KeyRing) -> Self {
        let bare = app(db);
        let (digests, renewals) = (Arc::new(AwsLcDigests::of_ring(ring).unwrap()), Arc::<QueuedRenewals>::default());
        let app = App {
            key_directory: Arc::new(KeyCache::new(bare.key_directory.clone())),
            digests: digests.clone(),
            key_renewals: renewals.clone(),
            ..bare
        };
        Self { app, digests, renewals }
    }

    async fn opens(&self, made: &KeyCreated) {
        keys::authenticate(&self.app, made.text.expose(), &client()).await.unwrap();
    }

    async fn drain(&self) {
        assert!(self.renewals.drain(&self.app, &CancellationToken::new()).await);
    }
}

/// The hashes of the directory.
async fn directory(db: &SqlDb) -> Vec<Vec<u8>> {
    let found = rows(db, "SELECT secret_hash FROM api_key_directory").await;
    found.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

async fn needs(db: &SqlDb, kid: &str) -> KeyPepperNeeds {
    pepper_needs::of_key_pepper(db, kid, Timestamp::from_millis(0).unwrap(), IDLE_SECS).await.unwrap()
}

async fn a_key_moves_while_it_is_used(db: &SqlDb, other: &SqlDb) {
    let rings = Rings::new();
    let (late, early) = (Instance::over(db, &rings.known), Instance::over(other, &rings.turned));
    let ctx = tenant_ctx(&late.app, "acme").await;
    let made = key_as(&late.app, &ctx, wish_key(&[Permission::OrdersRead])).await;
    let (old, new) = (late.digests.key_hash(made.text.expose()).hash, early.digests.key_hash(made.text.expose()).hash);
    late.opens(&made).await;
    late.drain().await;
    assert_eq!(directory(db).await, [old.as_bytes()], "the new pepper is only known here");
    early.opens(&made).await;
    assert_eq!(directory(db).await, [old.as_bytes()], "not on the way of the request");
    early.drain().await;
    assert_eq!(directory(db).await, [new.as_bytes()]);
    let left = number(db, "SELECT count(*) FROM events WHERE aggregate_type = 'api_key'").await;
    assert_eq!((left, number(db, "SELECT version FROM api_keys").await), (1, 1));

    // With what the caches know, and with nothing in them.
    let fresh = [Instance::over(db, &rings.known), Instance::over(other, &rings.turned)];
    for instance in [&late, &early, &fresh[0], &fresh[1]] {
        instance.opens(&made).await;
        instance.drain().await;
        assert_eq!(directory(db).await, [new.as_bytes()]);
    }
    late.digests.turn(&rings.turned).unwrap();
    late.opens(&made).await;
    late.drain().await;
    assert_eq!(directory(db).await, [new.as_bytes()]);

    // The first instance may still know the key by its old hash, of which the key tells nothing any more.
    keys::revoke(&late.app, &ctx, made.key.id, Conditions::default()).await.unwrap();
    let refused = keys::authenticate(&late.app, made.text.expose(), &client()).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
}

async fn who_needs_a_pepper_is_counted(db: &SqlDb, hide: impl AsyncFn(String)) {
    let rings = Rings::new();
    let instance = Instance::over(db, &rings.old);
    let app = &instance.app;
    let kid = Rings::kid(&rings.old, KeyPurpose::ApiKeyPepper);
    let (ctx, closed) = (tenant_ctx(app, "acme").await, tenant_ctx(app, "closed").await);
    let make = async |ctx: &Ctx, wish: CreateKey| key_as(app, ctx, wish).await;
    let wish = || wish_key(&[Permission::OrdersRead]);
    let (used, unused, rotated, revoked) =
        (make(&ctx, wish()).await, make(&ctx, wish()).await, make(&ctx, wish()).await, make(&ctx, wish()).await);
    make(&closed, wish()).await;
    let expired = make(&ctx, wish()).await;
    let unnamed = make(&ctx, wish()).await;
    assert_eq!(needs(db, kid).await, KeyPepperNeeds { api_keys: 7, sessions: 0, tickets: 0 });
    assert_eq!(needs(db, "another").await.api_keys, 0);

    instance.digests.turn(&rings.turned).unwrap();
    let rotate = RotateKey { id: rotated.key.id, overlap_secs: 60 };
    keys::rotate(app, &ctx, rotate, Conditions::default()).await.unwrap();
    keys::revoke(app, &ctx, revoked.key.id, Conditions::default()).await.unwrap();
    let (why, which) = (Reason::parse("x").unwrap(), Which::Id(closed.tenant.id()));
    tenants::close_by_operator(app, &platform(app), &which, why, Conditions::default()).await.unwrap();
    let id = |key: &KeyCreated| match is_postgres(db) {
        true => format!("'{}'", key.key.id.uuid()),
        false => format!("X'{}'", key.key.id.uuid().simple()),
    };
    hide(format!("UPDATE api_keys SET expires_at = created_at + 1 WHERE id = {}", id(&expired))).await;
    let nameless = format!("replace(secrets, '\"pepper\":\"{kid}\"', '\"pepper\":null')");
    hide(format!("UPDATE api_keys SET secrets = {nameless} WHERE id = {}", id(&unnamed))).await;
    instance.opens(&used).await;
    instance.drain().await;
    // Left are the one that nobody uses, the old secret of the rotated one, and the one that names no pepper.
    assert_eq!((needs(db, kid).await.api_keys, needs(db, "another").await.api_keys), (3, 1));
    let ended = "replace(secrets, '\"valid_until\":1', '\"valid_until\":-1')";
    hide(format!("UPDATE api_keys SET secrets = {ended} WHERE id = {}", id(&rotated))).await;
    assert_eq!(needs(db, kid).await.api_keys, 2);
    for key in [&unused, &unnamed] {
        instance.opens(key).await;
    }
    instance.drain().await;
    assert_eq!(needs(db, kid).await, KeyPepperNeeds::default());
    assert_eq!(needs(db, Rings::kid(&rings.turned, KeyPurpose::ApiKeyPepper)).await.api_keys, 4);
}

/// Sessions and tickets do not name their pepper: their times tell.
async fn what_was_made_before_is_counted(db: &SqlDb) {
    let app = app(db);
    let ctx = tenant_ctx(&app, "acme").await;
    let member = user(&app, &ctx, Role::Member).await;
    let owner = user(&app, &ctx, Role::Owner).await;
    let of = member.user_id().unwrap();
    orderbase_application::users::password_reset(&app, &owner, of, Conditions::default()).await.unwrap();
    let now = app.clock.now();
    let counts = async |before: i64, idle_secs: u32| {
        let needs = pepper_needs::of_key_pepper(db, "x", now.plus_millis(before), idle_secs).await.unwrap();
        (needs.sessions, needs.tickets)
    };
    let sessions = number(db, "SELECT count(*) FROM sessions").await as u64;
    let tickets = number(db, "SELECT count(*) FROM tickets WHERE used_at IS NULL").await as u64;
    assert!(sessions >= 1 && tickets >= 1);
    assert_eq!(counts(60_000, IDLE_SECS).await, (sessions, tickets));
    assert_eq!(counts(-60_000, IDLE_SECS).await, (0, 0), "they were made after it");
    assert_eq!(counts(60_000, 0).await, (0, tickets), "nobody comes back so late");
}

async fn who_needs_a_pepper_of_passwords_is_counted(db: &SqlDb, hide: impl AsyncFn(String)) {
    let rings = Rings::new();
    let passwords = ArgonPasswords::start(ArgonOptions { threads: 1, ..ArgonOptions::default() }, &rings.old).unwrap();
    let phc = passwords.hash(&Password::parse(PASSWORD).unwrap()).await.unwrap();
    let app = app(db);
    let ctx = tenant_ctx(&app, "acme").await;
    user(&app, &ctx, Role::Member).await;
    user(&app, &tenant_ctx(&app, "other").await, Role::Member).await;
    let kid = Rings::kid(&rings.old, KeyPurpose::PasswordPepper);
    let counted = async |kid: &str| pepper_needs::of_password_pepper(db, kid).await.unwrap();
    let none = PasswordPepperNeeds::default();
    assert_eq!(counted(kid).await, none);
    let member = number(db, "SELECT count(*) FROM user_credentials").await as u64;
    assert!(member >= 2);
    hide(format!("UPDATE user_credentials SET phc = '{}'", phc.expose())).await;
    assert_eq!(counted(kid).await, PasswordPepperNeeds { users: member, operators: 0 });
    let id = if is_postgres(db) { "gen_random_uuid()" } else { "randomblob(16)" };
    let falsehood = if is_postgres(db) { "false" } else { "0" };
    hide(format!(
        "INSERT INTO operators (id, email, phc, epoch, created_at, version, is_first) \
         VALUES ({id}, 'ops@example.com', '{}', 0, 1, 1, {falsehood})",
        phc.expose()
    ))
    .await;
    assert_eq!(counted(kid).await, PasswordPepperNeeds { users: member, operators: 1 });
    assert_eq!(counted(&kid.to_uppercase()).await, none, "letters differ");
    assert_eq!(counted(Rings::kid(&rings.turned, KeyPurpose::PasswordPepper)).await, none);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite_a_key_moves_while_it_is_used() {
    let sqlite = Sqlite::fresh().await;
    a_key_moves_while_it_is_used(&sqlite.db, &sqlite.db).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgres_a_key_moves_while_it_is_used() {
    for postgres in Postgres::both_forms().await {
        a_key_moves_while_it_is_used(&postgres.db, &postgres.other).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite_who_needs_a_pepper_is_counted() {
    let sqlite = Sqlite::fresh().await;
    who_needs_a_pepper_is_counted(&sqlite.db, async |sql| sqlite.outside(&sql).await).await;
    let sqlite = Sqlite::fresh().await;
    what_was_made_before_is_counted(&sqlite.db).await;
    let sqlite = Sqlite::fresh().await;
    who_needs_a_pepper_of_passwords_is_counted(&sqlite.db, async |sql| sqlite.outside(&sql).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgres_who_needs_a_pepper_is_counted() {
    let postgres = Postgres::fresh().await;
    who_needs_a_pepper_is_counted(&postgres.db, async |sql| postgres.root(&sql).await).await;
    let postgres = Postgres::fresh().await;
    what_was_made_before_is_counted(&postgres.db).await;
    let postgres = Postgres::fresh().await;
    who_needs_a_pepper_of_passwords_is_counted(&postgres.db, async |sql| postgres.root(&sql).await).await;
}
