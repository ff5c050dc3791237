//! What a cache of principals must not go on saying: after each command that changes whom a credential stands for, it is told to
//! forget, even where the outcome of the commit is unknown.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use orderbase_application::keys::{self, RotateKey, UpdateApiKey};
use orderbase_application::ports::{KeyDirectory, KeyHolder, Principals, SessionHolder, StorageError};
use orderbase_application::tenants::{self, CloseTenant, UpdateSettings, Which};
use orderbase_application::testing::{PASSWORD, Upset, World, client, key_as, operator, user, wish_key};
use orderbase_application::users::{self, UpdateUser};
use orderbase_application::{App, Code, Ctx, Scope, auth, me};
use orderbase_kernel::{ApiKeyId, Name, SessionId, TenantId, UserId};
use orderbase_tenancy::{KeyHash, Overrides, PURGE_DELAY_MILLIS, Permission, PlanCode, Reason, Role, UpdateTenant};

use super::{none, shop};

struct Noting(Arc<dyn Principals>, Mutex<Vec<Scope>>);

#[async_trait]
impl Principals for Noting {
    async fn session(&self, scope: Scope, id: SessionId) -> Result<Option<Arc<SessionHolder>>, StorageError> {
        self.0.session(scope, id).await
    }

    async fn key(&self, scope: Scope, id: ApiKeyId) -> Result<Option<KeyHolder>, StorageError> {
        self.0.key(scope, id).await
    }

    async fn forget(&self, scope: Scope) {
        self.1.lock().unwrap().push(scope);
    }
}

/// The same of the directory of keys, which keeps tenants beside their keys.
struct NotingKeys(Arc<dyn KeyDirectory>, Mutex<Vec<TenantId>>);

#[async_trait]
impl KeyDirectory for NotingKeys {
    async fn holder_unscoped(&self, hash: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        self.0.holder_unscoped(hash).await
    }

    async fn forget(&self, hash: &KeyHash) {
        self.0.forget(hash).await;
    }

    async fn forget_tenant(&self, id: TenantId) {
        self.1.lock().unwrap().push(id);
    }
}

const COMMANDS: [&str; 15] = [
    "users/update",
    "users/disable",
    "users/enable",
    "users/end_sessions",
    "keys/update",
    "keys/rotate",
    "keys/revoke",
    "tenants/update_settings",
    "tenants/suspend",
    "tenants/activate",
    "tenants/update",
    "tenants/set_limits",
    "tenants/close",
    "tenants/close_by_operator",
    "tenants/purge",
];

/// Runs one command that has an effect.
async fn run(app: &App, owner: &Ctx, member: UserId, key: ApiKeyId, command: &str) -> Result<(), Code> {
    let (operator, acme) = (operator(app), Which::Id(owner.tenant.id()));
    let why = || Reason::parse("x").unwrap();
    let name = Some(Name::parse("Other").unwrap());
    let close = CloseTenant { confirm_slug: owner.tenant.slug().to_string(), reason: why() };
    let to_viewer = UpdateUser { role: Some(Role::Viewer), ..UpdateUser::default() };
    let renamed = UpdateApiKey { name: name.clone(), ..UpdateApiKey::default() };
    let settings = UpdateSettings { name, settings: None };
    let smaller = UpdateTenant { plan: Some(PlanCode::Pro), ..UpdateTenant::default() };
    let lower = Overrides { users: Some(9), ..Overrides::default() };
    let ended = match command {
        "users/update" => users::update(app, owner, member, to_viewer, none()).await.map(drop),
        "users/disable" => users::disable(app, owner, member, none()).await.map(drop),
        "users/enable" => users::enable(app, owner, member, none()).await.map(drop),
        "users/end_sessions" => users::end_sessions(app, owner, member).await,
        "keys/update" => keys::update(app, owner, key, renamed, none()).await.map(drop),
        "keys/rotate" => keys::rotate(app, owner, RotateKey { id: key, overlap_secs: 0 }, none()).await.map(drop),
        "keys/revoke" => keys::revoke(app, owner, key, none()).await.map(drop),
        "tenants/update_settings" => tenants::update_settings(app, owner, settings, none()).await.map(drop),
        "tenants/suspend" => tenants::suspend(app, &operator, &acme, why(), none()).await.map(drop),
        "tenants/activate" => tenants::activate(app, &operator, &acme, why(), none()).await.map(drop),
        "tenants/update" => tenants::update(app, &operator, &acme, smaller, why(), none()).await.map(drop),
        "tenants/set_limits" => tenants::set_limits(app, &operator, &acme, lower, why(), none()).await.map(drop),
        "tenants/close" => tenants::close(app, owner, close, none()).await.map(drop),
        "tenants/close_by_operator" => tenants::close_by_operator(app, &operator, &acme, why(), none()).await.map(drop),
        "tenants/purge" => tenants::purge(app, &operator, &acme, why(), none()).await.map(drop),
        other => panic!("{other}"),
    };
    ended.map_err(|error| error.code())
}

/// A world in which each command has an effect, with a cache that notes.
async fn stocked(command: &str) -> (World, App, Arc<Noting>, Ctx, UserId, ApiKeyId) {
    let (world, anybody) = shop().await;
    let app = &world.app;
    let owner = user(app, &anybody, Role::Owner).await;
    let member = user(app, &anybody, Role::Member).await.user_id().unwrap();
    let key = key_as(app, &owner, wish_key(&[Permission::OrdersRead])).await.key.id;
    match command {
        "users/enable" => run(app, &owner, member, key, "users/disable").await.unwrap(),
        "tenants/activate" => run(app, &owner, member, key, "tenants/suspend").await.unwrap(),
        "tenants/purge" => {
            run(app, &owner, member, key, "tenants/close").await.unwrap();
            world.clock.advance_millis(PURGE_DELAY_MILLIS);
        }
        _ => {}
    }
    let noting = Arc::new(Noting(app.principals.clone(), Mutex::default()));
    let app = App { principals: noting.clone(), ..app.clone() };
    (world, app, noting, owner, member, key)
}

#[tokio::test]
async fn keys_of_a_tenant_that_was_changed_are_forgotten() {
    for command in COMMANDS.iter().filter(|command| command.starts_with("tenants/")) {
        let (_, app, _, owner, member, key) = stocked(command).await;
        let noting = Arc::new(NotingKeys(app.key_directory.clone(), Mutex::default()));
        let app = App { key_directory: noting.clone(), ..app };
        run(&app, &owner, member, key, command).await.unwrap();
        assert_eq!(*noting.1.lock().unwrap(), [owner.tenant.id()], "{command}");
    }
}

#[tokio::test]
async fn caches_are_told_to_forget() {
    for command in COMMANDS {
        let (_, app, noting, owner, member, key) = stocked(command).await;
        run(&app, &owner, member, key, command).await.unwrap();
        assert_eq!(*noting.1.lock().unwrap(), [owner.scope()], "{command}");
    }
}

#[tokio::test]
async fn caches_are_told_even_where_the_outcome_is_unknown() {
    for command in COMMANDS {
        let (world, app, noting, owner, member, key) = stocked(command).await;
        world.commits.plan([Upset::LostAnswer]);
        assert_eq!(run(&app, &owner, member, key, command).await, Err(Code::OutcomeUnknown), "{command}");
        assert_eq!(*noting.1.lock().unwrap(), [owner.scope()], "{command}");
    }
}

/// The operator's reason stands in the very changeset of what was done: neither is there without the other.
#[tokio::test]
async fn a_reason_is_part_of_the_change() {
    for command in COMMANDS.iter().filter(|command| command.starts_with("tenants/") && !command.ends_with("_settings"))
    {
        let (world, app, _, owner, member, key) = stocked(command).await;
        world.commits.take_seen();
        run(&app, &owner, member, key, command).await.unwrap();
        let seen = world.commits.take_seen();
        assert_eq!(seen.iter().map(|it| (it.changes.len(), it.audit.len())).collect::<Vec<_>>(), [(1, 1)], "{command}");
        assert_eq!(seen[0].audit[0].detail.as_deref(), Some("x"));
    }
}

/// A new password kills every token of before, and who asks a cache has to hear of it.
#[tokio::test]
async fn a_new_password_is_told_too() {
    for (upset, expected) in [(Upset::None, Ok(())), (Upset::LostAnswer, Err(Code::OutcomeUnknown))] {
        let (world, app, noting, owner, member, _) = stocked("passwords").await;
        let issued = users::password_reset(&app, &owner, member, none()).await.unwrap().into_fresh().unwrap();
        let (token, new_password) = (issued.text.expose().to_owned(), "a short walk by the sea".to_owned());
        noting.1.lock().unwrap().clear();

        world.commits.plan([upset.clone()]);
        let reset = auth::ResetPassword { token, new_password: new_password.clone() };
        assert_eq!(auth::reset_password(&app, &client(), reset).await.map_err(|error| error.code()), expected);
        assert_eq!(*noting.1.lock().unwrap(), [owner.scope()]);

        world.commits.plan([upset]);
        let change = me::ChangePassword { current_password: PASSWORD.to_owned(), new_password };
        assert_eq!(me::change_password(&app, &owner, change).await.map_err(|error| error.code()), expected);
        assert_eq!(*noting.1.lock().unwrap(), [owner.scope(), owner.scope()]);
    }
}
