//! API keys come back whole, and a secret leads to its holder and no other.

use std::sync::Arc;

use orderbase_kernel::{ApiKeyId, Name};
use orderbase_tenancy::{
    ApiKey, ApiKeyError, ApiKeyEvent, CreateApiKey, KeyHash, KeySecret, PepperId, Permission, PermissionSet,
    UpdateApiKey,
};

use super::Harness;
use super::stock::{commit, time};
use crate::app::App;
use crate::changeset::{Change, Changeset, Outcome};
use crate::conditions::Conditions;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::events;
use crate::keys::{self, KeyCreated};
use crate::ports::KeyHolder;
use crate::testing::{client, key_as, tenant_ctx, wish_key};

pub(super) fn hash(byte: u8) -> KeyHash {
    KeyHash::from_bytes([byte; 32])
}

pub(super) fn secret(byte: u8) -> KeySecret {
    KeySecret {
        hash: hash(byte),
        pepper: byte.is_multiple_of(2).then(|| PepperId::new("x".repeat(32))),
        hint: format!("ob_live_{byte:04}"),
        valid_until: None,
    }
}

pub(super) fn new_key(app: &App, ctx: &Ctx, scopes: PermissionSet, secret: KeySecret) -> (ApiKey, Change) {
    let at = time("2026-01-15T12:00:00Z");
    let create = CreateApiKey {
        id: ApiKeyId::from_uuid(app.ids.at(at)),
        tenant_id: ctx.tenant.id(),
        name: Name::parse(&"\u{1F4A1}".repeat(200)).unwrap(),
        scopes,
        granted_by: ctx.permissions,
        expires_at: secret.pepper.is_some().then(|| at.plus_millis(1_001)),
        secret,
        rate_limit: None,
        ip_allowlist: Vec::new(),
    };
    let (key, event) = ApiKey::create(create).unwrap();
    let row = events::of_api_key(app, ctx, &key, &event).unwrap();
    (key.clone(), Change::insert(key, vec![row]).unwrap())
}

pub(super) async fn put_key(app: &App, ctx: &Ctx, scopes: PermissionSet, byte: u8) -> ApiKey {
    let (key, change) = new_key(app, ctx, scopes, secret(byte));
    assert_eq!(commit(app, ctx, Changeset::new().change(change)).await, Outcome::Committed);
    key
}

pub(super) async fn changed(
    app: &App,
    ctx: &Ctx,
    key: &ApiKey,
    command: impl FnOnce(&mut ApiKey) -> Result<Option<ApiKeyEvent>, ApiKeyError>,
) -> ApiKey {
    let mut after = key.clone();
    let event = command(&mut after).unwrap().unwrap();
    let row = events::of_api_key(app, ctx, &after, &event).unwrap();
    let change = Change::update(after.clone(), key.version(), row).unwrap();
    assert_eq!(commit(app, ctx, Changeset::new().change(change)).await, Outcome::Committed);
    for secret in key.secrets().iter().chain(after.secrets()) {
        app.key_directory.forget(&secret.hash).await;
    }
    after
}

pub async fn keys_come_back_whole(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, elsewhere) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "other").await);
    let every = PermissionSet::grantable_to_keys();
    for (scopes, byte) in [(every, 1), (PermissionSet::of(&[Permission::OrdersRead]), 2)] {
        let key = put_key(&app, &ctx, scopes, byte).await;
        assert_eq!(app.aggregates.api_key(ctx.scope(), key.id()).await.unwrap().as_ref(), Some(&key));
        assert_eq!(app.aggregates.api_key(elsewhere.scope(), key.id()).await.unwrap(), None);
    }
    let key = put_key(&app, &ctx, every, 3).await;
    let at = time("2026-01-15T12:00:00.500Z");
    let renamed = UpdateApiKey { name: Some(Name::parse("renamed").unwrap()), ..UpdateApiKey::default() };
    let key = changed(&app, &ctx, &key, |key| key.update(renamed, at)).await;
    let key = changed(&app, &ctx, &key, |key| key.rotate(secret(4), 60, at)).await;
    assert_eq!(key.secrets().len(), 2);
    assert_eq!(app.aggregates.api_key(ctx.scope(), key.id()).await.unwrap().as_ref(), Some(&key));
    let key = changed(&app, &ctx, &key, |key| key.rotate(secret(5), 0, at)).await;
    let key = changed(&app, &ctx, &key, |key| key.revoke(at)).await;
    assert_eq!(app.aggregates.api_key(ctx.scope(), key.id()).await.unwrap().as_ref(), Some(&key));
}

pub async fn a_secret_leads_to_its_holder(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, elsewhere) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "other").await);
    let scopes = PermissionSet::of(&[Permission::OrdersRead]);
    let (ours, theirs) = (put_key(&app, &ctx, scopes, 1).await, put_key(&app, &elsewhere, scopes, 3).await);
    for (byte, key, tenant) in [(1, ours, &ctx.tenant), (3, theirs, &elsewhere.tenant)] {
        let holder = app.key_directory.holder_unscoped(&hash(byte)).await.unwrap();
        assert_eq!(holder, Some(KeyHolder { key: Arc::new(key), tenant: Arc::clone(tenant) }));
    }
    assert_eq!(app.key_directory.holder_unscoped(&hash(7)).await.unwrap(), None);
}

pub async fn both_secrets_of_a_rotated_key_are_found(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let key = put_key(&app, &ctx, PermissionSet::of(&[Permission::OrdersRead]), 1).await;
    let at = time("2026-01-15T12:00:00Z");
    let key = changed(&app, &ctx, &key, |key| key.rotate(secret(3), 60, at)).await;
    for byte in [1, 3] {
        let holder = app.key_directory.holder_unscoped(&hash(byte)).await.unwrap().unwrap();
        assert_eq!(*holder.key, key, "secret {byte}");
    }
    // A third secret drops the oldest.
    let key = changed(&app, &ctx, &key, |key| key.rotate(secret(5), 60, at)).await;
    for (byte, known) in [(1, false), (3, true), (5, true)] {
        let holder = app.key_directory.holder_unscoped(&hash(byte)).await.unwrap();
        let accepts = holder.is_some_and(|holder| *holder.key == key && holder.key.accepts(&hash(byte), at));
        assert_eq!(accepts, known, "secret {byte}");
    }
}

pub async fn a_revoked_key_is_refused_at_once(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let KeyCreated { key, text } = key_as(&app, &ctx, wish_key(&[Permission::OrdersRead])).await;
    let caller = keys::authenticate(&app, text.expose(), &client()).await.unwrap();
    assert_eq!((caller.principal_id, caller.permissions), (key.id.uuid(), key.scopes));
    assert_eq!(caller.tenant, ctx.tenant);

    keys::revoke(&app, &ctx, key.id, Conditions::default()).await.unwrap();
    let refused = keys::authenticate(&app, text.expose(), &client()).await.unwrap_err();
    assert!(matches!(refused, Error::Unauthenticated), "{refused:?}");
}

pub async fn keys_are_listed_newest_first(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    assert_eq!(app.keys.all(ctx.scope()).await.unwrap(), []);
    let mut keys = Vec::new();
    for byte in [1, 3, 5] {
        keys.push(put_key(&app, &ctx, PermissionSet::of(&[Permission::OrdersRead]), byte).await);
    }
    let revoked = changed(&app, &ctx, &keys[1], |key| key.revoke(time("2026-01-15T12:00:00Z"))).await;
    keys[1] = revoked;
    keys.reverse();
    assert_eq!(app.keys.all(ctx.scope()).await.unwrap(), keys);
    let elsewhere = tenant_ctx(&app, "other").await;
    assert_eq!(app.keys.all(elsewhere.scope()).await.unwrap(), []);
}
