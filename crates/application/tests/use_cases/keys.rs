//! API keys: made, used, refused alike, rotated, revoked.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use orderbase_application::keys::{self, CreateKey, KeyCreated, RotateKey, UpdateApiKey};
use orderbase_application::ports::{KeyDirectory, KeyHolder, StorageError};
use orderbase_application::testing::{
    World, client, ctx, ctx_with, key_as, once, operator, tenant_as, tenant_ctx, user, wish_key, wish_tenant,
};
use orderbase_application::views::KeyView;
use orderbase_application::{App, Code, Ctx, Done, Error, Place, tenants};
use orderbase_kernel::{
    Actor, AggregateRef, AggregateType, ApiKeyId, InvalidCode, Name, Network, PageLimit, Patch, Version,
};
use orderbase_tenancy::{
    Access, ApiKeyText, KeyHash, KeyRate, Mode, OVERLAP_SECS_MAX, Permission, PermissionSet, Reason, Role, Tenant,
    TenantParts,
};

use super::{code, fresh, if_match, none, shop};

fn wish() -> CreateKey {
    wish_key(&[Permission::OrdersRead, Permission::OrdersWrite])
}

#[tokio::test]
async fn a_key_opens_what_its_scopes_say() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let made = key_as(app, &ctx, wish()).await;
    assert!(made.text.expose().starts_with("ob_live_") && made.key.hint == made.text.expose()[..12]);
    assert!(!format!("{made:?}").contains(&made.text.expose()[12..]), "the text shows in Debug");

    let caller = keys::authenticate(app, made.text.expose(), &client()).await.unwrap();
    assert_eq!(caller.actor, Actor::ApiKey(made.key.id));
    assert_eq!(
        (caller.principal_id, caller.permissions, caller.request_id),
        (made.key.id.uuid(), wish().scopes, client().request_id)
    );
    assert_eq!((caller.tenant, caller.at), (ctx.tenant.clone(), app.clock.now()));
    let second = key_as(app, &ctx, wish()).await;
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
    let made = key_as(&world.app, &ctx, wish()).await;
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
        assert_eq!(code(keys::authenticate(&app, text, &client()).await), Code::Unauthenticated, "{text}");
    }
}

/// The cause is never told: unknown, revoked, expired and of the other mode are one answer.
#[tokio::test]
async fn bad_keys_are_refused_alike() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let refused =
        |text: String| async move { keys::authenticate(app, &text, &client()).await.unwrap_err().to_string() };
    let elsewhere = World::new();
    let stranger = tenant_ctx(&elsewhere.app, "other").await;
    key_as(&elsewhere.app, &stranger, wish()).await;
    let unknown = key_as(&elsewhere.app, &stranger, wish()).await;

    let revoked = key_as(app, &ctx, wish()).await;
    fresh(keys::revoke(app, &ctx, revoked.key.id, none()).await);
    let expires_at = Some(app.clock.now().plus_millis(1_000));
    let expiring = key_as(app, &ctx, CreateKey { expires_at, ..wish() }).await;
    world.clock.advance_millis(999);
    keys::authenticate(app, expiring.text.expose(), &client()).await.unwrap();
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
    let ours = key_as(app, &ctx, wish()).await;
    let holder =
        app.key_directory.holder_unscoped(&app.digests.key_hash(ours.text.expose()).hash).await.unwrap().unwrap();
    let test = key_as(app, &sandbox, wish()).await;
    assert!(test.text.expose().starts_with("ob_test_"));
    keys::authenticate(app, test.text.expose(), &client()).await.unwrap();

    // A holder whose secret is another, or whose tenant is another's.
    let fixed = |holder: KeyHolder| App { key_directory: Arc::new(Fixed(holder)), ..app.clone() };
    let other = key_as(app, &ctx, wish()).await;
    let refused = keys::authenticate(&fixed(holder.clone()), other.text.expose(), &client()).await;
    assert_eq!(code(refused), Code::Unauthenticated);
    // A live key opens no sandbox, even if the two should ever be one tenant.
    let parts = TenantParts { mode: Mode::Sandbox, ..ctx.tenant.to_parts() };
    let turned = KeyHolder { tenant: Arc::new(Tenant::rehydrate(parts).unwrap()), ..holder.clone() };
    let refused = keys::authenticate(&fixed(turned), ours.text.expose(), &client()).await;
    assert_eq!(code(refused), Code::Unauthenticated);
    let strange = KeyHolder { tenant: sandbox.tenant.clone(), ..holder };
    let refused = keys::authenticate(&fixed(strange), ours.text.expose(), &client()).await;
    assert_eq!(code(refused), Code::InternalError);
}

async fn ctx_in(world: &World, wish: tenants::CreateTenant) -> Ctx {
    ctx(&world.app, &tenant_as(&world.app, wish).await)
}

#[tokio::test]
async fn a_suspended_tenants_key_reads_and_a_closed_ones_opens_nothing() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let made = key_as(app, &ctx, wish()).await;
    let (acme, unpaid) = (ctx.tenant.slug().into(), Reason::parse("unpaid").unwrap());
    tenants::suspend(app, &operator(app), &acme, unpaid, none()).await.unwrap();
    let caller = keys::authenticate(app, made.text.expose(), &client()).await.unwrap();
    assert_eq!(caller.require(Permission::OrdersRead).map_err(|error| error.code()), Ok(()));
    assert_eq!(code(caller.require(Permission::OrdersWrite)), Code::TenantSuspended);

    let mut closed = (*ctx.tenant).clone();
    closed.close(app.clock.now()).unwrap();
    let key = app.aggregates.api_key(ctx.scope(), made.key.id).await.unwrap().unwrap();
    let holder = KeyHolder { key: Arc::new(key), tenant: Arc::new(closed) };
    let app = App { key_directory: Arc::new(Fixed(holder)), ..app.clone() };
    let refused = keys::authenticate(&app, made.text.expose(), &client()).await.unwrap_err();
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
    let refused = keys::create(app, &clerk, wish(), none()).await.unwrap_err();
    assert_eq!(fault(refused), InvalidCode::ScopeNotGrantable);
    for forbidden in Permission::ALL.iter().filter(|permission| !permission.grantable_to_key()) {
        let refused =
            keys::create(app, &ctx, CreateKey { scopes: PermissionSet::of(&[*forbidden]), ..wish() }, none()).await;
        assert_eq!(fault(refused.unwrap_err()), InvalidCode::ScopeNotGrantable, "{forbidden}");
    }
    let refused =
        keys::create(app, &ctx, CreateKey { scopes: PermissionSet::empty(), ..wish() }, none()).await.unwrap_err();
    assert_eq!(fault(refused), InvalidCode::TooFew);
    let refused =
        keys::create(app, &ctx, CreateKey { expires_at: Some(app.clock.now()), ..wish() }, none()).await.unwrap_err();
    assert_eq!(fault(refused), InvalidCode::OutOfRange);
}

#[tokio::test]
async fn seats_are_counted_while_keys_live() {
    let world = World::new();
    let app = &world.app;
    let mut free = wish_tenant("small");
    free.plan = orderbase_tenancy::PlanCode::Free;
    let ctx = ctx_in(&world, free).await;
    let first = key_as(app, &ctx, wish()).await;
    let expires_at = Some(app.clock.now().plus_millis(60_000));
    key_as(app, &ctx, CreateKey { expires_at, ..wish() }).await;
    let refused = keys::create(app, &ctx, wish(), none()).await.unwrap_err();
    assert!(matches!(refused, Error::QuotaReached { limit: "api_keys", max: 2, current: 2, .. }), "{refused:?}");
    fresh(keys::revoke(app, &ctx, first.key.id, none()).await);
    key_as(app, &ctx, wish()).await;
    world.clock.advance_millis(60_000);
    key_as(app, &ctx, wish()).await;
}

#[tokio::test]
async fn revoking_twice_is_once() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let made = key_as(app, &ctx, wish()).await;
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
    RotateKey { id, overlap_secs }
}

#[tokio::test]
async fn a_rotated_key_has_a_new_secret_and_is_the_same() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let made = key_as(app, &ctx, wish()).await;
    world.clock.advance_millis(10);
    let rotated = fresh(keys::rotate(app, &ctx, rotation(made.key.id, 60), none()).await);
    let hint = rotated.text.hint();
    let expected = KeyView { hint, updated_at: app.clock.now(), version: Version::FIRST.next(), ..made.key.clone() };
    assert_eq!(rotated.key, expected);
    assert_ne!(rotated.text.expose(), made.text.expose());
    assert!(!format!("{rotated:?}").contains(&rotated.text.expose()[12..]), "the text shows in Debug");

    let principal = |text: &ApiKeyText| {
        let text = text.expose().to_owned();
        async move { keys::authenticate(app, &text, &client()).await.map(|ctx| ctx.principal_id) }
    };
    assert_eq!(principal(&rotated.text).await.unwrap(), made.key.id.uuid());
    world.clock.advance_millis(59_999);
    assert_eq!(principal(&made.text).await.unwrap(), made.key.id.uuid());
    world.clock.advance_millis(1);
    assert_eq!(code(principal(&made.text).await), Code::Unauthenticated);

    let third = fresh(keys::rotate(app, &ctx, rotation(made.key.id, 0), none()).await);
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
    let made = key_as(app, &ctx, wish()).await;
    let rotate = |ctx: Ctx, command: RotateKey| async move { keys::rotate(app, &ctx, command, none()).await };
    let id = made.key.id;

    let too_long = rotate(ctx.clone(), rotation(id, OVERLAP_SECS_MAX + 1)).await.unwrap_err();
    let Error::Validation { faults } = too_long else { panic!("{too_long:?}") };
    assert_eq!(faults[0].place, Place::Pointer("#/overlap_secs".to_owned()));
    let stale = keys::rotate(app, &ctx, rotation(id, 0), if_match(&[7])).await;
    assert_eq!(code(stale), Code::VersionConflict);
    let unknown = ApiKeyId::from_uuid(app.ids.next(app.clock.now()));
    assert_eq!(code(rotate(ctx.clone(), rotation(unknown, 0)).await), Code::ApiKeyNotFound);
    let stranger = tenant_ctx(app, "other").await;
    assert_eq!(code(rotate(stranger, rotation(id, 0)).await), Code::ApiKeyNotFound);
    keys::authenticate(app, made.text.expose(), &client()).await.unwrap();

    let expires_at = Some(app.clock.now().plus_millis(1_000));
    let expiring = key_as(app, &ctx, CreateKey { expires_at, ..wish() }).await;
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
    let made = key_as(app, &ctx, wish()).await;
    let second = fresh(keys::rotate(app, &ctx, rotation(made.key.id, 60), none()).await);
    directory.1.lock().unwrap().clear();
    let third = fresh(keys::rotate(app, &ctx, rotation(made.key.id, 60), none()).await);
    let hashes = [&made.text, &second.text, &third.text].map(|text| app.digests.key_hash(text.expose()).hash);
    assert_eq!(*directory.1.lock().unwrap(), BTreeSet::from(hashes));
}

#[tokio::test]
async fn a_key_is_renamed_slowed_and_fenced_in() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let made = key_as(app, &ctx, wish()).await;
    let id = made.key.id;
    world.clock.advance_millis(5);
    let update = UpdateApiKey {
        name: Some(Name::parse("nightly").unwrap()),
        rate_limit: Patch::Set(KeyRate::try_new(60).unwrap()),
        ip_allowlist: Some(vec![Network::parse("10.0.0.0/8").unwrap()]),
    };
    assert_eq!(code(keys::update(app, &ctx, id, update.clone(), if_match(&[2])).await), Code::VersionConflict);
    let updated = fresh(keys::update(app, &ctx, id, update.clone(), if_match(&[1])).await);
    assert_eq!((updated.name.as_str(), updated.version.get(), updated.scopes), ("nightly", 2, made.key.scopes));
    assert_eq!(updated.rate_limit.map(KeyRate::requests_per_minute), Some(60));
    assert_eq!(keys::get(app, &ctx, id).await.unwrap(), updated);
    assert_eq!(fresh(keys::update(app, &ctx, id, update, none()).await), updated, "the same again has no effect");
    assert_eq!(code(keys::authenticate(app, made.text.expose(), &client()).await), Code::AddressNotAllowed);

    let anywhere = UpdateApiKey { ip_allowlist: Some(Vec::new()), rate_limit: Patch::Clear, ..UpdateApiKey::default() };
    let updated = fresh(keys::update(app, &ctx, id, anywhere.clone(), none()).await);
    assert_eq!((updated.rate_limit, updated.ip_allowlist.len(), updated.version.get()), (None, 0, 3));
    keys::authenticate(app, made.text.expose(), &client()).await.unwrap();

    let networks = (0..=100).map(|last| Network::parse(&format!("10.0.0.{last}/32")).unwrap()).collect();
    let too_many = UpdateApiKey { ip_allowlist: Some(networks), ..UpdateApiKey::default() };
    let refused = keys::update(app, &ctx, id, too_many, none()).await.unwrap_err();
    let Error::Validation { faults } = refused else { panic!("{refused:?}") };
    assert_eq!(
        (&faults[0].place, faults[0].code),
        (&Place::Pointer("#/ip_allowlist".to_owned()), InvalidCode::TooMany)
    );
    let stranger = tenant_ctx(app, "other").await;
    assert_eq!(code(keys::get(app, &stranger, id).await), Code::ApiKeyNotFound);
    assert_eq!(code(keys::update(app, &stranger, id, anywhere.clone(), none()).await), Code::ApiKeyNotFound);
    fresh(keys::revoke(app, &ctx, id, none()).await);
    assert_eq!(code(keys::update(app, &ctx, id, anywhere, none()).await), Code::ApiKeyRevoked);
}

/// The text is in what is kept, so that a repeat gets it, and the keeper is told to encrypt it.
#[tokio::test]
async fn a_repeat_of_a_creation_gets_the_first_text() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let shown = || {
        let mut conditions = once::<KeyCreated>("key", 1);
        let once = conditions.once.as_mut().unwrap();
        once.render = Box::new(|made| orderbase_application::changeset::KeptAnswer {
            body: made.text.expose().as_bytes().to_vec(),
            ..Default::default()
        });
        conditions
    };
    let Done::Kept(first) = keys::create(app, &ctx, wish(), shown()).await.unwrap() else { panic!("not kept") };
    assert!(first.holds_credential);
    let Done::Replayed(again) = keys::create(app, &ctx, wish(), shown()).await.unwrap() else { panic!("not replayed") };
    assert_eq!(again, first);
    let text = String::from_utf8(first.body.clone()).unwrap();
    let opened = keys::authenticate(app, &text, &client()).await.unwrap();
    assert_eq!(
        keys::list(app, &ctx).await.unwrap().iter().map(|key| key.id.uuid()).collect::<Vec<_>>(),
        [opened.principal_id]
    );
}

/// A key made by a user holds no more than the user's role.
#[tokio::test]
async fn a_users_key_stays_below_the_users_role() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let admin = user(app, &ctx, Role::Admin).await;
    let every: Vec<_> = PermissionSet::grantable_to_keys().iter().collect();
    let made = key_as(app, &admin, wish_key(&every)).await;
    assert!(made.key.scopes.is_subset(Role::Admin.permissions()));
    let member = user(app, &ctx, Role::Member).await;
    let refused = keys::create(app, &member, wish_key(&[Permission::OrdersRead]), none()).await;
    assert_eq!(code(refused), Code::PermissionDenied);
}
