//! The hash of a key's secret moves to another pepper: the key does not notice, nor does who uses it.

use std::sync::Arc;

use orderbase_kernel::Name;
use orderbase_tenancy::{
    ApiKey, ApiKeyText, KeySecret, PepperId, PepperedHash, Permission, PermissionSet, UpdateApiKey,
};
use tokio::task::JoinSet;

use super::Harness;
use super::keys::{changed, hash, new_key, put_key, secret};
use super::stock::{commit, time};
use crate::app::App;
use crate::changeset::{Change, Changeset, Outcome, Record};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::events;
use crate::keys;
use crate::ports::Digests;
use crate::testing::{NotedRenewals, PlainDigests, client, key_as, tenant_ctx, wish_key};

const MANY: usize = 8;

fn scopes() -> PermissionSet {
    PermissionSet::of(&[Permission::OrdersRead])
}

fn peppered(byte: u8) -> PepperedHash {
    PepperedHash { hash: hash(byte), pepper: PepperId::new("new") }
}

async fn hash_anew(app: &App, ctx: &Ctx, key: &ApiKey, from: u8, to: u8) -> Outcome {
    let record = Record::KeyHash { api_key_id: key.id(), from: hash(from), to: peppered(to) };
    let outcome = commit(app, ctx, Changeset::new().record(record)).await;
    app.key_directory.forget(&hash(from)).await;
    outcome
}

async fn stored(app: &App, ctx: &Ctx, key: &ApiKey) -> ApiKey {
    app.aggregates.api_key(ctx.scope(), key.id()).await.unwrap().unwrap()
}

async fn holder(app: &App, byte: u8) -> Option<ApiKey> {
    let found = app.key_directory.holder_unscoped(&hash(byte)).await.unwrap();
    found.map(|holder| holder.key.as_ref().clone())
}

/// The key with a hash in the place of another.
fn with_hash(key: &ApiKey, from: u8, to: u8) -> ApiKey {
    let mut parts = key.to_parts();
    assert!(KeySecret::hash_anew(&mut parts.secrets, &hash(from), &peppered(to)));
    ApiKey::rehydrate(parts).unwrap()
}

pub async fn a_hash_is_replaced_and_the_key_stays_what_it_is(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let (key, other) = (put_key(&app, &ctx, scopes(), 1).await, put_key(&app, &ctx, scopes(), 3).await);
    assert_eq!(hash_anew(&app, &ctx, &key, 1, 11).await, Outcome::Committed);
    let after = with_hash(&key, 1, 11);
    assert_eq!((after.version(), after.updated_at()), (key.version(), key.updated_at()));
    assert_eq!(stored(&app, &ctx, &key).await, after);
    assert_eq!((holder(&app, 1).await, holder(&app, 11).await), (None, Some(after.clone())));
    assert_eq!(holder(&app, 3).await, Some(other));

    // The next event follows the one before.
    let named = UpdateApiKey { name: Some(Name::parse("renamed").unwrap()), ..UpdateApiKey::default() };
    let after = changed(&app, &ctx, &after, |key| key.update(named, time("2026-01-15T12:00:00.500Z"))).await;
    assert_eq!((after.version().get(), holder(&app, 11).await), (2, Some(after)));
}

pub async fn of_two_secrets_one_is_hashed_anew(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let key = put_key(&app, &ctx, scopes(), 1).await;
    let key = changed(&app, &ctx, &key, |key| key.rotate(secret(3), 60, time("2026-01-15T12:00:00Z"))).await;
    assert_eq!(hash_anew(&app, &ctx, &key, 1, 11).await, Outcome::Committed);
    let once = with_hash(&key, 1, 11);
    assert_eq!((stored(&app, &ctx, &key).await, holder(&app, 3).await), (once.clone(), Some(once.clone())));
    assert_eq!(hash_anew(&app, &ctx, &key, 3, 13).await, Outcome::Committed);
    let twice = with_hash(&once, 3, 13);
    for (byte, found) in [(1, None), (3, None), (11, Some(&twice)), (13, Some(&twice))] {
        assert_eq!(holder(&app, byte).await.as_ref(), found, "{byte}");
    }
}

pub async fn what_is_not_there_any_more_is_not_hashed_anew(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, elsewhere) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "other").await);
    let at = time("2026-01-15T12:00:00Z");
    let key = put_key(&app, &ctx, scopes(), 1).await;
    assert_eq!(hash_anew(&app, &ctx, &key, 9, 11).await, Outcome::Stale, "no such hash");
    assert_eq!(hash_anew(&app, &elsewhere, &key, 1, 11).await, Outcome::Stale, "the key of another tenant");
    let rotated = changed(&app, &ctx, &key, |key| key.rotate(secret(3), 0, at)).await;
    assert_eq!(hash_anew(&app, &ctx, &key, 1, 11).await, Outcome::Stale, "rotated out");
    assert_eq!(stored(&app, &ctx, &key).await, rotated);
    let revoked = changed(&app, &ctx, &rotated, |key| key.revoke(at)).await;
    assert_eq!(hash_anew(&app, &ctx, &key, 3, 13).await, Outcome::Stale, "revoked");
    assert_eq!(stored(&app, &ctx, &key).await, revoked);
    for byte in [11, 13] {
        assert_eq!(holder(&app, byte).await, None, "{byte}");
    }
}

pub async fn of_new_hashes_at_once_one_is_written(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let key = put_key(&app, &ctx, scopes(), 1).await;
    let mut tasks = JoinSet::new();
    for task in 0..MANY {
        let (app, ctx, key) = (if task % 2 == 0 { app.clone() } else { other.clone() }, ctx.clone(), key.clone());
        tasks.spawn(async move { hash_anew(&app, &ctx, &key, 1, 11).await });
    }
    let ended = tasks.join_all().await;
    assert_eq!(ended.iter().filter(|outcome| **outcome == Outcome::Committed).count(), 1, "{ended:?}");
    assert_eq!(ended.iter().filter(|outcome| **outcome == Outcome::Stale).count(), MANY - 1, "{ended:?}");
    assert_eq!(stored(&app, &ctx, &key).await, with_hash(&key, 1, 11));
}

/// Of a change that was decided before: it moves no version, so the version does not tell.
pub async fn no_change_brings_an_old_hash_back(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let key = put_key(&app, &ctx, scopes(), 1).await;
    assert_eq!(hash_anew(&app, &ctx, &key, 1, 11).await, Outcome::Committed);
    let at = time("2026-01-15T12:00:00Z");
    let named = || UpdateApiKey { name: Some(Name::parse("renamed").unwrap()), ..UpdateApiKey::default() };
    for command in ["update", "revoke", "rotate", "rotate at once"] {
        let mut after = key.clone();
        let event = match command {
            "update" => after.update(named(), at),
            "revoke" => after.revoke(at),
            "rotate" => after.rotate(secret(3), 60, at),
            _ => after.rotate(secret(3), 0, at),
        };
        let row = events::of_api_key(&app, &ctx, &after, &event.unwrap().unwrap()).unwrap();
        let change = Change::update(after.clone(), key.version(), row).unwrap();
        let outcome = commit(&app, &ctx, Changeset::new().change(change)).await;
        if command == "rotate at once" {
            // Nothing of before stays, so there is nothing to bring back.
            assert_eq!((outcome, stored(&app, &ctx, &key).await), (Outcome::Committed, after));
        } else {
            assert_eq!(outcome, Outcome::Stale, "{command}");
            assert_eq!(stored(&app, &ctx, &key).await, with_hash(&key, 1, 11), "{command}");
        }
    }
}

/// An instance with peppers of its own, and what it wants to have hashed anew.
fn instance(app: &App) -> (App, Arc<PlainDigests>, Arc<NotedRenewals>) {
    let (digests, renewals) = (Arc::<PlainDigests>::default(), Arc::<NotedRenewals>::default());
    let app = App { digests: digests.clone(), key_renewals: renewals.clone(), ..app.clone() };
    (app, digests, renewals)
}

async fn opens(app: &App, text: &ApiKeyText) {
    keys::authenticate(app, text.expose(), &client()).await.unwrap();
}

pub async fn a_text_opens_while_peppers_come_and_go(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let ((late, late_digests, late_renewals), (early, digests, renewals)) = (instance(&app), instance(&other));
    let ctx = tenant_ctx(&late, "acme").await;
    let made = key_as(&late, &ctx, wish_key(&[Permission::OrdersRead])).await;
    // One instance signs with the new pepper already, the other has only heard of it.
    late_digests.publish();
    digests.turn();
    opens(&late, &made.text).await;
    assert_eq!(late_renewals.take(), []);
    opens(&early, &made.text).await;
    let wanted = renewals.take();
    let to = digests.key_hash(made.text.expose());
    assert_eq!(wanted.iter().map(|wanted| (wanted.api_key_id, &wanted.to)).collect::<Vec<_>>(), [(made.key.id, &to)]);
    for _ in 0..2 {
        keys::renew(&early, wanted[0].clone()).await.unwrap();
        let key = app.aggregates.api_key(ctx.scope(), made.key.id).await.unwrap().unwrap();
        assert_eq!(key.secrets().iter().map(|secret| secret.pepper.as_ref()).collect::<Vec<_>>(), [Some(&to.pepper)]);
        opens(&late, &made.text).await;
        opens(&early, &made.text).await;
    }
    late_digests.turn();
    opens(&late, &made.text).await;
    late_digests.retire();
    digests.retire();
    opens(&late, &made.text).await;
    opens(&early, &made.text).await;
    assert_eq!((renewals.take(), late_renewals.take()), (Vec::new(), Vec::new()));
    keys::revoke(&early, &ctx, made.key.id, crate::Conditions::default()).await.unwrap();
    let refused = keys::authenticate(&early, made.text.expose(), &client()).await.unwrap_err();
    assert!(matches!(refused, Error::Unauthenticated), "{refused:?}");
}

pub async fn a_new_pepper_that_is_only_known_changes_nothing(harness: &impl Harness) {
    let (app, digests, renewals) = instance(&harness.app().await);
    let ctx = tenant_ctx(&app, "acme").await;
    let made = key_as(&app, &ctx, wish_key(&[Permission::OrdersRead])).await;
    digests.publish();
    opens(&app, &made.text).await;
    // What another instance has hashed with it is not hashed back.
    let from = digests.key_hash(made.text.expose()).hash;
    digests.turn();
    let to = digests.key_hash(made.text.expose());
    let record = Record::KeyHash { api_key_id: made.key.id, from, to };
    assert_eq!(commit(&app, &ctx, Changeset::new().record(record)).await, Outcome::Committed);
    app.key_directory.forget(&from).await;
    digests.publish();
    opens(&app, &made.text).await;
    assert_eq!(renewals.take(), []);
}

pub async fn a_hash_without_a_name_gets_one(harness: &impl Harness) {
    let (app, digests, renewals) = instance(&harness.app().await);
    let ctx = tenant_ctx(&app, "acme").await;
    let text = ApiKeyText::generate(ctx.tenant.mode(), |bytes| app.digests.fill_random(bytes));
    let made = digests.key_hash(text.expose());
    let unnamed = KeySecret { hash: made.hash, pepper: None, hint: text.hint(), valid_until: None };
    let (key, change) = new_key(&app, &ctx, scopes(), unnamed);
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    opens(&app, &text).await;
    for wanted in renewals.take() {
        keys::renew(&app, wanted).await.unwrap();
    }
    assert_eq!(stored(&app, &ctx, &key).await.secrets()[0].pepper, Some(made.pepper));
    opens(&app, &text).await;
    assert_eq!(renewals.take(), []);
}
