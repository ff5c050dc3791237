//! API keys: made, used, refused alike, rotated, revoked.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use orderbase_application::keys::{self, CreateKey, RotateKey};
use orderbase_application::ports::{KeyDirectory, KeyHolder, StorageError};
use orderbase_application::testing::{World, ctx, ctx_with, operator, tenant_as, tenant_ctx, wish_tenant};
use orderbase_application::views::KeyView;
use orderbase_application::{App, Code, Ctx, Error, IfMatch, Place, tenants};
use orderbase_kernel::{
    Actor, AggregateRef, AggregateType, ApiKeyId, InvalidCode, Name, PageLimit, RequestId, Version,
};
use orderbase_tenancy::{
    Access, ApiKeyText, KeyHash, Mode, OVERLAP_SECS_MAX, Permission, PermissionSet, Reason, Tenant, TenantParts,
};

use super::{code, fresh, none, shop};

fn request_id() -> RequestId {
    RequestId::parse("r-1").unwrap()
}

fn wish() -> CreateKey {
    CreateKey {
        name: Name::parse("ci").unwrap(),
        scopes: PermissionSet::of(&[Permission::OrdersRead, Permission::OrdersWrite]),
        expires_at: None,
    }
}

#[tokio::test]
async fn a_key_opens_what_its_scopes_say() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let made = keys::create(app, &ctx, wish()).await.unwrap();
    assert!(made.text.expose().starts_with("ob_live_") && made.key.hint == made.text.expose()[..12]);
    assert!(!format!("{made:?}").contains(&made.text.expose()[12..]), "the text shows in Debug");

    let caller = keys::authenticate(app, made.text.expose(), request_id()).await.unwrap();
    assert_eq!(caller.actor, Actor::ApiKey(made.key.id));
    assert_eq!(
        (caller.principal_id, caller.permissions, caller.request_id),
        (made.key.id.uuid(), wish().scopes, request_id())
    );
    assert_eq!((caller.tenant, caller.at), (ctx.tenant.clone(), app.clock.now()));
    let second = keys::create(app, &ctx, wish()).await.unwrap();
    assert_ne!(second.text.expose(), made.text.expose());
    assert_eq!(keys::list(app, &ctx).await.unwrap(), [second.key, made.key]);
}

/// Nobody may be asked about a text that is no key.
struct Unasked;

#[async_trait]
impl KeyDirectory for Unasked {
    async fn holder_unscoped(&self, _: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        panic!("the directory was asked")
    }

    async fn forget(&self, _: &KeyHash) {}
}

#[tokio::test]
async fn a_malformed_text_costs_no_look_up() {
    let (world, ctx) = shop().await;
    let made = keys::create(&world.app, &ctx, wish()).await.unwrap();
    let good = made.text.expose();
    let app = App { key_directory: Arc::new(Unasked), ..world.app.clone() };
    let last = if good.ends_with('0') { "1" } else { "0" };
    for text in [
        "",
        "ob_live_",
        "Bearer x",
        &good[1..],
        &good.replace("live", "test"),
        &format!("{}{last}", &good[..45]),
        &format!("{good} "),
    ] {
        assert_eq!(code(keys::authenticate(&app, text, request_id()).await), Code::Unauthenticated, "{text}");
    }
}

/// The cause is never told: unknown, revoked, expired and of the other mode are one answer.
#[tokio::test]
async fn bad_keys_are_refused_alike() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let refused =
        |text: String| async move { keys::authenticate(app, &text, request_id()).await.unwrap_err().to_string() };
    let elsewhere = World::new();
    let stranger = tenant_ctx(&elsewhere.app, "other").await;
    keys::create(&elsewhere.app, &stranger, wish()).await.unwrap();
    let unknown = keys::create(&elsewhere.app, &stranger, wish()).await.unwrap();

    let revoked = keys::create(app, &ctx, wish()).await.unwrap();
    fresh(keys::revoke(app, &ctx, revoked.key.id, none()).await);
    let expires_at = Some(app.clock.now().plus_millis(1_000));
    let expiring = keys::create(app, &ctx, CreateKey { expires_at, ..wish() }).await.unwrap();
    world.clock.advance_millis(999);
    keys::authenticate(app, expiring.text.expose(), request_id()).await.unwrap();
    world.clock.advance_millis(1);
    let said = refused(unknown.text.expose().to_owned()).await;
    assert_eq!(refused(revoked.text.expose().to_owned()).await, said);
    assert_eq!(refused(expiring.text.expose().to_owned()).await, said);
    assert_eq!(refused("nonsense".to_owned()).await, said);
}

/// Answers every question with one holder.
struct Fixed(KeyHolder);

#[async_trait]
impl KeyDirectory for Fixed {
    async fn holder_unscoped(&self, _: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        Ok(Some(self.0.clone()))
    }

    async fn forget(&self, _: &KeyHash) {}
}

#[tokio::test]
async fn what_the_directory_says_is_checked() {
    let (world, ctx) = shop().await;
    let mut sandbox = wish_tenant("sandbox");
    sandbox.mode = Mode::Sandbox;
    let sandbox = ctx_in(&world, sandbox).await;
    let app = &world.app;
    let ours = keys::create(app, &ctx, wish()).await.unwrap();
    let holder = app.key_directory.holder_unscoped(&app.digests.key_hash(ours.text.expose())).await.unwrap().unwrap();
    let test = keys::create(app, &sandbox, wish()).await.unwrap();
    assert!(test.text.expose().starts_with("ob_test_"));
    keys::authenticate(app, test.text.expose(), request_id()).await.unwrap();

    // A holder whose secret is another, or whose tenant is another's.
    let fixed = |holder: KeyHolder| App { key_directory: Arc::new(Fixed(holder)), ..app.clone() };
    let other = keys::create(app, &ctx, wish()).await.unwrap();
    let refused = keys::authenticate(&fixed(holder.clone()), other.text.expose(), request_id()).await;
    assert_eq!(code(refused), Code::Unauthenticated);
    // A live key opens no sandbox, even if the two should ever be one tenant.
    let parts = TenantParts { mode: Mode::Sandbox, ..ctx.tenant.to_parts() };
    let turned = KeyHolder { tenant: Arc::new(Tenant::rehydrate(parts).unwrap()), ..holder.clone() };
    let refused = keys::authenticate(&fixed(turned), ours.text.expose(), request_id()).await;
    assert_eq!(code(refused), Code::Unauthenticated);
    let strange = KeyHolder { tenant: sandbox.tenant.clone(), ..holder };
    let refused = keys::authenticate(&fixed(strange), ours.text.expose(), request_id()).await;
    assert_eq!(code(refused), Code::InternalError);
}

async fn ctx_in(world: &World, wish: tenants::CreateTenant) -> Ctx {
    ctx(&world.app, &tenant_as(&world.app, wish).await)
}

#[tokio::test]
async fn a_suspended_tenants_key_reads_and_a_closed_ones_opens_nothing() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let made = keys::create(app, &ctx, wish()).await.unwrap();
    tenants::suspend(app, &operator(app), ctx.tenant.slug(), Reason::parse("unpaid").unwrap()).await.unwrap();
    let caller = keys::authenticate(app, made.text.expose(), request_id()).await.unwrap();
    assert_eq!(caller.require(Permission::OrdersRead).map_err(|error| error.code()), Ok(()));
    assert_eq!(code(caller.require(Permission::OrdersWrite)), Code::TenantSuspended);

    let mut closed = (*ctx.tenant).clone();
    closed.close(app.clock.now()).unwrap();
    let key = app.aggregates.api_key(ctx.scope(), made.key.id).await.unwrap().unwrap();
    let holder = KeyHolder { key: Arc::new(key), tenant: Arc::new(closed) };
    let app = App { key_directory: Arc::new(Fixed(holder)), ..app.clone() };
    let refused = keys::authenticate(&app, made.text.expose(), request_id()).await.unwrap_err();
    assert!(matches!(refused, Error::ReadOnly(Access::Closed)));
}

#[tokio::test]
async fn a_key_can_do_no_more_than_who_made_it() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let fault = |error: Error| match error {
        Error::Validation { faults } => faults[0].code,
        other => panic!("{other:?}"),
    };
    let clerk = ctx_with(app, &ctx.tenant, &[Permission::ApiKeysWrite, Permission::OrdersRead]);
    let refused = keys::create(app, &clerk, wish()).await.unwrap_err();
    assert_eq!(fault(refused), InvalidCode::ScopeNotGrantable);
    for forbidden in Permission::ALL.iter().filter(|permission| !permission.grantable_to_key()) {
        let refused = keys::create(app, &ctx, CreateKey { scopes: PermissionSet::of(&[*forbidden]), ..wish() }).await;
        assert_eq!(fault(refused.unwrap_err()), InvalidCode::ScopeNotGrantable, "{forbidden}");
    }
    let refused = keys::create(app, &ctx, CreateKey { scopes: PermissionSet::empty(), ..wish() }).await.unwrap_err();
    assert_eq!(fault(refused), InvalidCode::TooFew);
    let refused = keys::create(app, &ctx, CreateKey { expires_at: Some(app.clock.now()), ..wish() }).await.unwrap_err();
    assert_eq!(fault(refused), InvalidCode::OutOfRange);
}

#[tokio::test]
async fn seats_are_counted_while_keys_live() {
    let world = World::new();
    let app = &world.app;
    let mut free = wish_tenant("small");
    free.plan = orderbase_tenancy::PlanCode::Free;
    let ctx = ctx_in(&world, free).await;
    let first = keys::create(app, &ctx, wish()).await.unwrap();
    let expires_at = Some(app.clock.now().plus_millis(60_000));
    keys::create(app, &ctx, CreateKey { expires_at, ..wish() }).await.unwrap();
    let refused = keys::create(app, &ctx, wish()).await.unwrap_err();
    assert!(matches!(refused, Error::QuotaReached { limit: "api_keys", max: 2, current: 2, .. }), "{refused:?}");
    fresh(keys::revoke(app, &ctx, first.key.id, none()).await);
    keys::create(app, &ctx, wish()).await.unwrap();
    world.clock.advance_millis(60_000);
    keys::create(app, &ctx, wish()).await.unwrap();
}

#[tokio::test]
async fn revoking_twice_is_once() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let made = keys::create(app, &ctx, wish()).await.unwrap();
    let revoked = fresh(keys::revoke(app, &ctx, made.key.id, none()).await);
    assert_eq!((revoked.revoked_at, revoked.version.get()), (Some(app.clock.now()), 2));
    world.clock.advance_millis(5);
    assert_eq!(fresh(keys::revoke(app, &ctx, made.key.id, none()).await), revoked);
    let unknown = ApiKeyId::from_uuid(app.ids.next(app.clock.now()));
    assert_eq!(code(keys::revoke(app, &ctx, unknown, none()).await), Code::ApiKeyNotFound);
    let stranger = tenant_ctx(app, "other").await;
    assert_eq!(code(keys::revoke(app, &stranger, made.key.id, none()).await), Code::ApiKeyNotFound);
}

fn rotation(id: ApiKeyId, overlap_secs: u32) -> RotateKey {
    RotateKey { id, overlap_secs, if_match: IfMatch::Absent }
}

#[tokio::test]
async fn a_rotated_key_has_a_new_secret_and_is_the_same() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let made = keys::create(app, &ctx, wish()).await.unwrap();
    world.clock.advance_millis(10);
    let rotated = keys::rotate(app, &ctx, rotation(made.key.id, 60)).await.unwrap();
    let hint = rotated.text.hint();
    let expected = KeyView { hint, updated_at: app.clock.now(), version: Version::FIRST.next(), ..made.key.clone() };
    assert_eq!(rotated.key, expected);
    assert_ne!(rotated.text.expose(), made.text.expose());
    assert!(!format!("{rotated:?}").contains(&rotated.text.expose()[12..]), "the text shows in Debug");

    let principal = |text: &ApiKeyText| {
        let text = text.expose().to_owned();
        async move { keys::authenticate(app, &text, request_id()).await.map(|ctx| ctx.principal_id) }
    };
    assert_eq!(principal(&rotated.text).await.unwrap(), made.key.id.uuid());
    world.clock.advance_millis(59_999);
    assert_eq!(principal(&made.text).await.unwrap(), made.key.id.uuid());
    world.clock.advance_millis(1);
    assert_eq!(code(principal(&made.text).await), Code::Unauthenticated);

    let third = keys::rotate(app, &ctx, rotation(made.key.id, 0)).await.unwrap();
    assert_eq!(code(principal(&rotated.text).await), Code::Unauthenticated);
    assert_eq!(principal(&third.text).await.unwrap(), made.key.id.uuid());

    let of = AggregateRef::new(AggregateType::ApiKey, made.key.id.uuid());
    let events = app.events.page(ctx.scope(), of, None, PageLimit::MAX).await.unwrap().rows;
    let types: BTreeSet<_> = events.iter().map(|event| (event.sequence.get(), event.event_type.to_string())).collect();
    let named = |sequence: u64, name: &str| (sequence, name.to_owned());
    let (created, rotated) = ("api_key.created", "api_key.rotated");
    assert_eq!(types, BTreeSet::from([named(1, created), named(2, rotated), named(3, rotated)]));
}

#[tokio::test]
async fn what_cannot_be_rotated() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let made = keys::create(app, &ctx, wish()).await.unwrap();
    let rotate = |ctx: Ctx, command: RotateKey| async move { keys::rotate(app, &ctx, command).await };
    let id = made.key.id;

    let too_long = rotate(ctx.clone(), rotation(id, OVERLAP_SECS_MAX + 1)).await.unwrap_err();
    let Error::Validation { faults } = too_long else { panic!("{too_long:?}") };
    assert_eq!(faults[0].place, Place::Pointer("#/overlap_secs".to_owned()));
    let stale = RotateKey { if_match: IfMatch::Versions(vec![7]), ..rotation(id, 0) };
    assert_eq!(code(rotate(ctx.clone(), stale).await), Code::VersionConflict);
    let unknown = ApiKeyId::from_uuid(app.ids.next(app.clock.now()));
    assert_eq!(code(rotate(ctx.clone(), rotation(unknown, 0)).await), Code::ApiKeyNotFound);
    let stranger = tenant_ctx(app, "other").await;
    assert_eq!(code(rotate(stranger, rotation(id, 0)).await), Code::ApiKeyNotFound);
    keys::authenticate(app, made.text.expose(), request_id()).await.unwrap();

    let expires_at = Some(app.clock.now().plus_millis(1_000));
    let expiring = keys::create(app, &ctx, CreateKey { expires_at, ..wish() }).await.unwrap();
    world.clock.advance_millis(1_000);
    assert_eq!(code(rotate(ctx.clone(), rotation(expiring.key.id, 0)).await), Code::ApiKeyRevoked);
    fresh(keys::revoke(app, &ctx, id, none()).await);
    assert_eq!(code(rotate(ctx, rotation(id, 0)).await), Code::ApiKeyRevoked);
}

/// Notes which hashes a cache is told to forget.
struct Forgetting(Arc<dyn KeyDirectory>, Mutex<BTreeSet<KeyHash>>);

#[async_trait]
impl KeyDirectory for Forgetting {
    async fn holder_unscoped(&self, hash: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        self.0.holder_unscoped(hash).await
    }

    async fn forget(&self, hash: &KeyHash) {
        self.1.lock().unwrap().insert(*hash);
    }
}

#[tokio::test]
async fn a_cache_forgets_all_secrets_of_a_rotated_key() {
    let (world, ctx) = shop().await;
    let directory = Arc::new(Forgetting(world.app.key_directory.clone(), Mutex::default()));
    let app = &App { key_directory: directory.clone(), ..world.app.clone() };
    let made = keys::create(app, &ctx, wish()).await.unwrap();
    let second = keys::rotate(app, &ctx, rotation(made.key.id, 60)).await.unwrap();
    directory.1.lock().unwrap().clear();
    let third = keys::rotate(app, &ctx, rotation(made.key.id, 60)).await.unwrap();
    let hashes = [&made.text, &second.text, &third.text].map(|text| app.digests.key_hash(text.expose()));
    assert_eq!(*directory.1.lock().unwrap(), BTreeSet::from(hashes));
}
