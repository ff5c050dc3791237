//! A tenant that may only read: every command is refused by default, and the exceptions are counted.

use std::collections::BTreeSet;
use std::sync::Arc;

use orderbase_application::customers::{self, UpdateCustomer};
use orderbase_application::invitations::{self, Invite};
use orderbase_application::keys::{self, RotateKey, UpdateApiKey};
use orderbase_application::me::{self, ChangePassword};
use orderbase_application::orders::{self, ListExtras, OnExisting, UpdateOrder};
use orderbase_application::tenants::{self, CloseTenant, PatchSettings, UpdateSettings};
use orderbase_application::testing::{
    PASSWORD, World, ctx, customer, invited, key_as, order, signed_in, tenant_as, user, wish_customer, wish_key,
    wish_order, wish_tenant,
};
use orderbase_application::users::{self, UpdateUser};
use orderbase_application::views::{AuditFilter, AuditQuery, CustomerQuery, OrderQuery, UserFilter, UserQuery};
use orderbase_application::{App, Code, Ctx, Error, IfMatch, audit, auth};
use orderbase_kernel::{ApiKeyId, CustomerId, Email, OrderId, PageLimit, SessionId, UserId, Uuid, Version};
use orderbase_orders::{Cancel, CancelReason, Note};
use orderbase_tenancy::{Permission, PermissionSet, Reason, Role, Tenant};

use super::written::{Asker, use_cases};
use super::{fresh, none};

/// What a use case says to a context: nothing but a code where it refuses.
type Asked = (&'static str, Kind, Result<(), Code>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Read,
    Command,
    Protective,
    /// Of the own sessions and password: asks for a session, not for a permission, and runs in a read-only tenant.
    Own,
}

struct Stock {
    order: OrderId,
    customer: CustomerId,
    key: ApiKeyId,
    member: UserId,
    invited: UserId,
    session: SessionId,
    audit_entry: Uuid,
}

fn told<V>(result: Result<V, Error>) -> Result<(), Code> {
    result.map(drop).map_err(|error| error.code())
}

/// Every use case of a tenant, asked once in this context.
async fn ask_all(app: &App, ctx: &Ctx, stock: &Stock) -> Vec<Asked> {
    let mut asked = ask_for_orders(app, ctx, stock).await;
    asked.extend(ask_for_people(app, ctx, stock).await);
    asked.extend(ask_for_the_tenant(app, ctx, stock).await);
    asked
}

async fn ask_for_orders(app: &App, ctx: &Ctx, stock: &Stock) -> Vec<Asked> {
    let Stock { order, customer, .. } = *stock;
    let cancel = Cancel { reason: CancelReason::Other, note: None };
    let note = Note::parse("hello").unwrap();
    let import = orders::import(app, ctx, Vec::new(), OnExisting::Skip, orders::Effect::Commit);
    let update = UpdateCustomer::default();
    use Kind::{Command, Protective, Read};
    vec![
        ("orders/get", Read, told(orders::get(app, ctx, order, true).await)),
        ("orders/list", Read, told(orders::list(app, ctx, &OrderQuery::default(), ListExtras::default()).await)),
        ("orders/timeline", Read, told(orders::timeline(app, ctx, order, None, PageLimit::DEFAULT).await)),
        ("orders/event", Read, told(orders::event(app, ctx, order, Version::FIRST).await)),
        ("orders/place", Command, told(orders::place(app, ctx, wish_order(customer), none()).await)),
        ("orders/add_note", Command, told(orders::add_note(app, ctx, order, note, none()).await)),
        ("orders/update", Command, told(orders::update(app, ctx, order, UpdateOrder::default(), none()).await)),
        ("orders/replace_items", Command, told(orders::replace_items(app, ctx, order, Vec::new(), none()).await)),
        ("orders/confirm", Command, told(orders::confirm(app, ctx, order, none()).await)),
        ("orders/process", Command, told(orders::process(app, ctx, order, none()).await)),
        ("orders/complete", Command, told(orders::complete(app, ctx, order, none()).await)),
        ("orders/cancel", Command, told(orders::cancel(app, ctx, order, cancel, none()).await)),
        ("orders/import", Command, told(import.await)),
        ("customers/get", Read, told(customers::get(app, ctx, customer).await)),
        ("customers/of_order", Read, told(customers::of_order(app, ctx, order).await)),
        ("customers/list", Read, told(customers::list(app, ctx, &CustomerQuery::default(), false).await)),
        ("customers/create", Command, told(customers::create(app, ctx, wish_customer("Bob"), none()).await)),
        ("customers/update", Command, told(customers::update(app, ctx, customer, update, none()).await)),
        ("customers/deactivate", Command, told(customers::deactivate(app, ctx, customer, none()).await)),
        ("customers/reactivate", Command, told(customers::reactivate(app, ctx, customer, none()).await)),
        ("customers/anonymise", Protective, told(customers::anonymise(app, ctx, customer, none()).await)),
    ]
}

async fn ask_for_people(app: &App, ctx: &Ctx, stock: &Stock) -> Vec<Asked> {
    let Stock { member, invited, session, .. } = *stock;
    let users = UserQuery { filter: UserFilter::default(), limit: PageLimit::DEFAULT, after: None };
    let invite = Invite { email: Email::parse("new@example.com").unwrap(), role: Role::Viewer };
    let new_password =
        ChangePassword { current_password: PASSWORD.to_owned(), new_password: "a short walk by the sea".to_owned() };
    use Kind::{Command, Own, Protective, Read};
    vec![
        ("users/list", Read, told(users::list(app, ctx, &users).await)),
        ("users/get", Read, told(users::get(app, ctx, member).await)),
        ("users/update", Command, told(users::update(app, ctx, member, UpdateUser::default(), none()).await)),
        ("users/password_reset", Command, told(users::password_reset(app, ctx, member, none()).await)),
        ("users/enable", Command, told(users::enable(app, ctx, member, none()).await)),
        ("users/end_sessions", Protective, told(users::end_sessions(app, ctx, member).await)),
        ("users/disable", Protective, told(users::disable(app, ctx, member, none()).await)),
        ("invitations/create", Command, told(invitations::create(app, ctx, invite, none()).await)),
        ("invitations/list", Read, told(invitations::list(app, ctx, PageLimit::DEFAULT, None).await)),
        ("invitations/get", Read, told(invitations::get(app, ctx, invited).await)),
        ("invitations/revoke", Protective, told(invitations::revoke(app, ctx, invited, none()).await)),
        ("me/sessions", Own, told(me::sessions(app, ctx).await)),
        ("me/end_session", Own, told(me::end_session(app, ctx, session).await)),
        ("me/end_other_sessions", Own, told(me::end_other_sessions(app, ctx).await)),
        ("me/change_password", Own, told(me::change_password(app, ctx, new_password).await)),
        ("auth/logout", Own, told(auth::logout(app, ctx).await)),
    ]
}

async fn ask_for_the_tenant(app: &App, ctx: &Ctx, stock: &Stock) -> Vec<Asked> {
    let Stock { key, audit_entry, .. } = *stock;
    let wish = wish_key(&[Permission::OrdersRead]);
    let rotation = RotateKey { id: key, overlap_secs: 0 };
    let log = AuditQuery { filter: AuditFilter::default(), limit: PageLimit::DEFAULT, after: None };
    let close = CloseTenant { confirm_slug: "acme".to_owned(), reason: Reason::parse("moved").unwrap() };
    use Kind::{Command, Protective, Read};
    vec![
        ("keys/list", Read, told(keys::list(app, ctx).await)),
        ("keys/get", Read, told(keys::get(app, ctx, key).await)),
        ("keys/create", Command, told(keys::create(app, ctx, wish, none()).await)),
        ("keys/update", Command, told(keys::update(app, ctx, key, UpdateApiKey::default(), none()).await)),
        ("keys/rotate", Protective, told(keys::rotate(app, ctx, rotation, none()).await)),
        ("keys/revoke", Protective, told(keys::revoke(app, ctx, key, none()).await)),
        ("audit/list", Read, told(audit::list(app, ctx, &log).await)),
        ("audit/get", Read, told(audit::get(app, ctx, audit_entry).await)),
        ("tenants/own", Read, told(tenants::own(app, ctx).await)),
        (
            "tenants/update_settings",
            Command,
            told(tenants::update_settings(app, ctx, UpdateSettings::default(), none()).await),
        ),
        (
            "tenants/patch_settings",
            Command,
            told(tenants::patch_settings(app, ctx, PatchSettings::default(), &IfMatch::Any).await),
        ),
        ("tenants/close", Protective, told(tenants::close(app, ctx, close, none()).await)),
    ]
}

/// A tenant on trial for another second with one of everything, and the context of its owner.
async fn stocked() -> (World, Ctx, Stock) {
    let world = World::new();
    let app = &world.app;
    let mut wish = wish_tenant("acme");
    wish.trial_ends_at = Some(app.clock.now().plus_millis(1_000));
    let anybody = ctx(app, &tenant_as(app, wish).await);
    let owner = user(app, &anybody, Role::Owner).await;
    let member = user(app, &owner, Role::Member).await.user_id().unwrap();
    let invited = invited(app, &owner, &Email::parse("eve@example.com").unwrap(), Role::Viewer).await.user.id();
    let email = users::get(app, &owner, owner.user_id().unwrap()).await.unwrap().email().clone();
    let session = signed_in(app, &owner, &email).await.session.unwrap();
    let ada = customer(app, &owner, "Ada").await;
    let order = order(app, &owner, ada.id).await;
    let key = key_as(app, &owner, wish_key(&[Permission::OrdersRead])).await.key.id;
    let log = AuditQuery { filter: AuditFilter::default(), limit: PageLimit::DEFAULT, after: None };
    let audit_entry = app.audit.page(owner.scope(), &log).await.unwrap().rows[0].id;
    let stock = Stock { order: order.id, customer: ada.id, key, member, invited, session, audit_entry };
    (world, owner, stock)
}

fn changed(ctx: &Ctx, change: impl FnOnce(&mut Tenant)) -> Ctx {
    let mut tenant = (*ctx.tenant).clone();
    change(&mut tenant);
    Ctx { tenant: Arc::new(tenant), ..ctx.clone() }
}

#[tokio::test]
async fn reads_and_what_protects_and_nothing_else() {
    for refused in [Code::TrialExpired, Code::TenantSuspended] {
        let (world, ctx, stock) = stocked().await;
        let at = world.app.clock.now();
        let ctx = match refused {
            Code::TrialExpired => Ctx { at: at.plus_millis(1_000), ..ctx },
            _ => changed(&ctx, |tenant| drop(tenant.suspend(Reason::parse("unpaid").unwrap(), at).unwrap())),
        };
        for (name, kind, told) in ask_all(&world.app, &ctx, &stock).await {
            let expected = if kind == Kind::Command { Err(refused) } else { Ok(()) };
            assert_eq!(told, expected, "{name}");
        }
    }
}

#[tokio::test]
async fn a_closed_tenant_is_refused_everything() {
    let (world, ctx, stock) = stocked().await;
    let closed = changed(&ctx, |tenant| drop(tenant.close(world.app.clock.now()).unwrap()));
    for (name, _, told) in ask_all(&world.app, &closed, &stock).await {
        assert_eq!(told, Err(Code::TenantClosed), "{name}");
    }
}

/// Every use case wants a permission, or a session where the caller's own are at stake, and says so before it looks at anything.
#[tokio::test]
async fn nothing_is_allowed_to_those_who_may_nothing() {
    let (world, owner, _) = stocked().await;
    let app = &world.app;
    let nothing = Ctx { permissions: PermissionSet::empty(), ..ctx(app, &owner.tenant) };
    let id = app.ids.next(app.clock.now());
    let stock = Stock {
        order: OrderId::from_uuid(id),
        customer: CustomerId::from_uuid(id),
        key: ApiKeyId::from_uuid(id),
        member: UserId::from_uuid(id),
        invited: UserId::from_uuid(id),
        session: SessionId::from_uuid(id),
        audit_entry: id,
    };
    for (name, _, told) in ask_all(app, &nothing, &stock).await {
        assert_eq!(told, Err(Code::PermissionDenied), "{name}");
    }
}

#[tokio::test]
async fn a_running_trial_writes() {
    let (world, ctx, stock) = stocked().await;
    fresh(orders::confirm(&world.app, &ctx, stock.order, none()).await);
}

/// The protective row of domain.md §5, and the own sessions and password. Whoever adds a use case to it says why it protects.
#[tokio::test]
async fn exceptions_from_read_only_are_the_protective_ones() {
    let row = BTreeSet::from([
        "customers/anonymise",
        "invitations/revoke",
        "keys/revoke",
        "keys/rotate",
        "tenants/close",
        "users/disable",
        "users/end_sessions",
    ]);
    let (world, ctx, stock) = stocked().await;
    let asked = ask_all(&world.app, &ctx, &stock).await;
    let protective: BTreeSet<_> =
        asked.iter().filter(|(_, kind, _)| *kind == Kind::Protective).map(|(name, ..)| *name).collect();
    assert_eq!(protective, row);
    let callers: BTreeSet<_> =
        use_cases().into_iter().filter(|it| it.text.contains(".require_even_read_only(")).map(|it| it.name).collect();
    assert_eq!(callers.iter().map(String::as_str).collect::<BTreeSet<_>>(), row);
}

/// A caller may move a use case to another thread.
#[tokio::test]
async fn use_cases_can_be_spawned() {
    let (world, ctx, stock) = stocked().await;
    let asked = tokio::spawn(async move { ask_all(&world.app, &ctx, &stock).await }).await.unwrap();
    assert!(asked.len() > 20);
}

/// Every public use case that takes a context asks it for a permission, and the matrix above knows it.
#[tokio::test]
async fn the_matrix_is_whole() {
    let (world, ctx, stock) = stocked().await;
    let asked: BTreeSet<_> =
        ask_all(&world.app, &ctx, &stock).await.into_iter().map(|(name, ..)| name.to_owned()).collect();
    let written: BTreeSet<_> =
        use_cases().into_iter().filter(|it| it.asker == Asker::Tenant).map(|it| it.name).collect();
    assert_eq!(asked, written);
}
