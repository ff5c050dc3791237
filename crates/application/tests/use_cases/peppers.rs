//! What is hashed under a pepper of before opens throughout, and is hashed anew when it is used.

use std::sync::Arc;

use async_trait::async_trait;
use orderbase_application::changeset::PasswordHash;
use orderbase_application::keys::{self, RotateKey, UpdateApiKey};
use orderbase_application::oauth::{self, ClientCredentials};
use orderbase_application::operators::{self, AddOperator};
use orderbase_application::ports::{KeyDirectory, KeyHolder, OperatorAccount, StorageError};
use orderbase_application::testing::{PASSWORD, Upset, World, client, key_as, wish_key};
use orderbase_application::{App, Code, auth};
use orderbase_kernel::{Email, Name, TenantId};
use orderbase_tenancy::{KeyHash, Permission};
use tokio::sync::Mutex;

use super::{code, none, shop};

/// Has what was noted renewed, after the first look-up of a request and before its answer is there.
struct Meanwhile {
    world: World,
    forgotten: Mutex<Vec<KeyHash>>,
}

#[async_trait]
impl KeyDirectory for Meanwhile {
    async fn holder_unscoped(&self, hash: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        let found = self.world.store.holder_unscoped(hash).await;
        for renewal in self.world.renewals.take() {
            keys::renew(&self.world.app, renewal).await.unwrap();
        }
        found
    }

    async fn forget(&self, hash: &KeyHash) {
        self.forgotten.lock().await.push(*hash);
    }
}

#[tokio::test]
async fn a_key_that_moves_between_two_look_ups_opens() {
    let (world, ctx) = shop().await;
    let made = key_as(&world.app, &ctx, wish_key(&[Permission::OrdersRead])).await;
    world.digests.turn();
    keys::authenticate(&world.app, made.text.expose(), &client()).await.unwrap();
    let directory = Meanwhile { world: world.clone(), forgotten: Mutex::default() };
    let app = App { key_directory: Arc::new(directory), ..world.app.clone() };
    for _ in 0..3 {
        keys::authenticate(&app, made.text.expose(), &client()).await.unwrap();
    }
}

#[tokio::test]
async fn the_old_hash_is_forgotten_whatever_became_of_it() {
    let (world, ctx) = shop().await;
    let made = key_as(&world.app, &ctx, wish_key(&[Permission::OrdersRead])).await;
    world.digests.turn();
    keys::authenticate(&world.app, made.text.expose(), &client()).await.unwrap();
    let renewal = world.renewals.take().remove(0);
    let directory = Arc::new(Meanwhile { world: world.clone(), forgotten: Mutex::default() });
    let app = App { key_directory: directory.clone(), ..world.app.clone() };
    keys::renew(&app, renewal.clone()).await.unwrap();
    keys::renew(&app, renewal.clone()).await.unwrap();
    assert_eq!(*directory.forgotten.lock().await, [renewal.from, renewal.from]);
    world.commits.plan([Upset::Unavailable]);
    assert!(keys::renew(&app, renewal).await.is_err());
}

/// No event, no version, no row of the audit log, and no word to whoever holds the key.
#[tokio::test]
async fn a_renewal_is_one_small_changeset() {
    let (world, ctx) = shop().await;
    let made = key_as(&world.app, &ctx, wish_key(&[Permission::OrdersRead])).await;
    world.digests.turn();
    world.commits.take_seen();
    keys::authenticate(&world.app, made.text.expose(), &client()).await.unwrap();
    assert!(world.commits.take_seen().is_empty(), "the request itself writes nothing");
    keys::renew(&world.app, world.renewals.take().remove(0)).await.unwrap();
    let seen = world.commits.take_seen();
    let counts = seen.iter().map(|it| (it.changes.len(), it.records.len(), it.audit.len())).collect::<Vec<_>>();
    assert_eq!(counts, [(0, 1, 0)]);
    assert_eq!(keys::get(&world.app, &ctx, made.key.id).await.unwrap(), made.key);
}

#[tokio::test]
async fn who_is_refused_is_not_hashed_anew_and_a_client_is() {
    let (world, ctx) = shop().await;
    let made = key_as(&world.app, &ctx, wish_key(&[Permission::OrdersRead])).await;
    world.digests.turn();
    let sent = ClientCredentials { client_id: made.key.id.to_string(), client_secret: made.text.expose().to_owned() };
    assert!(oauth::introspect(&world.app, &client(), &sent, "x").await.is_ok());
    assert_eq!(world.renewals.take().len(), 1);
    keys::revoke(&world.app, &ctx, made.key.id, none()).await.unwrap();
    assert_eq!(code(keys::authenticate(&world.app, made.text.expose(), &client()).await), Code::Unauthenticated);
    assert_eq!(world.renewals.take(), []);
}

/// Notes of which tenants a cache is told to forget all keys.
struct NotingTenants(Arc<dyn KeyDirectory>, Mutex<Vec<TenantId>>);

#[async_trait]
impl KeyDirectory for NotingTenants {
    async fn holder_unscoped(&self, hash: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        self.0.holder_unscoped(hash).await
    }

    async fn forget(&self, hash: &KeyHash) {
        self.0.forget(hash).await;
    }

    async fn forget_tenant(&self, id: TenantId) {
        self.1.lock().await.push(id);
    }
}

/// A cache may know a secret by a hash of before, which a command on the key does not find in it any more.
#[tokio::test]
async fn a_key_that_changes_is_forgotten_under_every_pepper() {
    let (world, ctx) = shop().await;
    let id = key_as(&world.app, &ctx, wish_key(&[Permission::OrdersRead])).await.key.id;
    let directory = Arc::new(NotingTenants(world.app.key_directory.clone(), Mutex::default()));
    let app = &App { key_directory: directory.clone(), ..world.app.clone() };
    let renamed = UpdateApiKey { name: Some(Name::parse("Other").unwrap()), ..UpdateApiKey::default() };
    keys::update(app, &ctx, id, renamed, none()).await.unwrap();
    keys::rotate(app, &ctx, RotateKey { id, overlap_secs: 60 }, none()).await.unwrap();
    keys::revoke(app, &ctx, id, none()).await.unwrap();
    assert_eq!(*directory.1.lock().await, [ctx.tenant.id(); 3]);
}

#[tokio::test]
async fn an_operator_who_signs_in_gets_a_hash_of_today() {
    let world = World::new();
    let email = Email::parse("ops@example.com").unwrap();
    let wish = AddOperator { email: email.clone(), password: PASSWORD.to_owned() };
    operators::bootstrap(&world.app, wish).await.unwrap();
    let found = async || world.app.operators.by_email_unscoped(&email).await.unwrap().unwrap();
    let strong = found().await;
    let phc = PasswordHash::from_phc(format!("$weak${PASSWORD}"));
    let weak = OperatorAccount { phc, version: strong.version.next(), ..strong.clone() };
    world.app.operators.replace_unscoped(&weak, strong.version).await.unwrap();

    let login = |password: &str| auth::Login {
        tenant: None,
        email: email.to_string(),
        password: password.to_owned(),
        scope: None,
    };
    assert!(auth::login(&world.app, &client(), login("something else")).await.is_err());
    assert_eq!(found().await, weak, "who knows the password alone has it hashed anew");
    let tokens = auth::login(&world.app, &client(), login(PASSWORD)).await.unwrap();
    let after = found().await;
    assert_eq!((&after.phc, after.epoch, after.version), (&strong.phc, strong.epoch, weak.version.next()));
    auth::bearer(&world.app, &tokens.access_token, &client()).await.unwrap();
    auth::login(&world.app, &client(), login(PASSWORD)).await.unwrap();
    assert_eq!(found().await, after, "once");
}
