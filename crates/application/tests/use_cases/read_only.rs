//! A tenant that may only read: every command is refused by default, and the exceptions are counted.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use orderbase_application::customers::{self, UpdateCustomer};
use orderbase_application::keys::{self, CreateKey, RotateKey};
use orderbase_application::orders::{self, ListExtras, OnExisting, UpdateOrder};
use orderbase_application::testing::{World, ctx, customer, order, tenant_as, wish_customer, wish_order, wish_tenant};
use orderbase_application::views::{CustomerQuery, OrderQuery};
use orderbase_application::{App, Code, Ctx, Error, IfMatch, tenants};
use orderbase_kernel::{ApiKeyId, CustomerId, Name, OrderId, PageLimit, Version};
use orderbase_orders::{Cancel, CancelReason, Note};
use orderbase_tenancy::{Permission, PermissionSet, Reason, Tenant};

use super::{fresh, none};

/// What a use case says to a context: nothing but a code where it refuses.
type Asked = (&'static str, Kind, Result<(), Code>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Read,
    Command,
    Protective,
}

struct Stock {
    order: OrderId,
    customer: CustomerId,
    key: ApiKeyId,
    /// Of a key that is not revoked on the way.
    kept_key: ApiKeyId,
}

/// Every use case of a tenant, asked once in this context.
async fn ask_all(app: &App, ctx: &Ctx, stock: &Stock) -> Vec<Asked> {
    fn told<V>(result: Result<V, Error>) -> Result<(), Code> {
        result.map(drop).map_err(|error| error.code())
    }
    let Stock { order, customer, key, kept_key } = *stock;
    let cancel = Cancel { reason: CancelReason::Other, note: None };
    let wish = CreateKey {
        name: Name::parse("ci").unwrap(),
        scopes: PermissionSet::of(&[Permission::OrdersRead]),
        expires_at: None,
    };
    let note = Note::parse("hello").unwrap();
    let rotate = RotateKey { id: kept_key, overlap_secs: 0, if_match: IfMatch::Absent };
    let import = orders::import(app, ctx, Vec::new(), OnExisting::Skip, orders::Effect::Commit);
    use Kind::{Command, Protective, Read};
    vec![
        ("orders/get", Read, told(orders::get(app, ctx, order, true).await)),
        ("orders/list", Read, told(orders::list(app, ctx, &OrderQuery::default(), ListExtras::default()).await)),
        ("orders/timeline", Read, told(orders::timeline(app, ctx, order, None, PageLimit::DEFAULT).await)),
        ("orders/timeline", Read, told(orders::event(app, ctx, order, Version::FIRST).await)),
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
        ("customers/list", Read, told(customers::list(app, ctx, &CustomerQuery::default(), false).await)),
        ("customers/create", Command, told(customers::create(app, ctx, wish_customer("Bob"), none()).await)),
        (
            "customers/update",
            Command,
            told(customers::update(app, ctx, customer, UpdateCustomer::default(), none()).await),
        ),
        ("customers/deactivate", Command, told(customers::deactivate(app, ctx, customer, none()).await)),
        ("customers/reactivate", Command, told(customers::reactivate(app, ctx, customer, none()).await)),
        ("customers/anonymise", Protective, told(customers::anonymise(app, ctx, customer, none()).await)),
        ("keys/list", Read, told(keys::list(app, ctx).await)),
        ("keys/create", Command, told(keys::create(app, ctx, wish).await)),
        ("keys/revoke", Protective, told(keys::revoke(app, ctx, key, none()).await)),
        ("keys/rotate", Protective, told(keys::rotate(app, ctx, rotate).await)),
        ("tenants/own", Read, told(tenants::own(app, ctx).await)),
    ]
}

async fn stocked() -> (World, Ctx, Stock) {
    let world = World::new();
    let mut wish = wish_tenant("acme");
    wish.trial_ends_at = Some(world.app.clock.now().plus_millis(1_000));
    let ctx = ctx(&world.app, &tenant_as(&world.app, wish).await);
    let ada = customer(&world.app, &ctx, "Ada").await;
    let order = order(&world.app, &ctx, ada.id).await;
    let wish = CreateKey {
        name: Name::parse("ci").unwrap(),
        scopes: PermissionSet::of(&[Permission::OrdersRead]),
        expires_at: None,
    };
    let key = keys::create(&world.app, &ctx, wish.clone()).await.unwrap().key.id;
    let kept_key = keys::create(&world.app, &ctx, wish).await.unwrap().key.id;
    let stock = Stock { order: order.id, customer: ada.id, key, kept_key };
    (world, ctx, stock)
}

fn changed(ctx: &Ctx, change: impl FnOnce(&mut Tenant)) -> Ctx {
    let mut tenant = (*ctx.tenant).clone();
    change(&mut tenant);
    Ctx { tenant: Arc::new(tenant), ..ctx.clone() }
}

#[tokio::test]
async fn reads_and_what_protects_and_nothing_else() {
    let (world, ctx, stock) = stocked().await;
    let at = world.app.clock.now();
    let expired = Ctx { at: at.plus_millis(1_000), ..ctx.clone() };
    let suspended = changed(&ctx, |tenant| drop(tenant.suspend(Reason::parse("unpaid").unwrap(), at).unwrap()));
    for (ctx, refused) in [(expired, Code::TrialExpired), (suspended, Code::TenantSuspended)] {
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

/// Every use case wants a permission, and says so before it looks at anything.
#[tokio::test]
async fn nothing_is_allowed_to_those_who_may_nothing() {
    let (world, ctx, _) = stocked().await;
    let nothing = Ctx { permissions: PermissionSet::empty(), ..ctx };
    let id = world.app.ids.next(world.app.clock.now());
    let key = ApiKeyId::from_uuid(id);
    let stock = Stock { order: OrderId::from_uuid(id), customer: CustomerId::from_uuid(id), key, kept_key: key };
    for (name, _, told) in ask_all(&world.app, &nothing, &stock).await {
        assert_eq!(told, Err(Code::PermissionDenied), "{name}");
    }
}

#[tokio::test]
async fn a_running_trial_writes() {
    let (world, ctx, stock) = stocked().await;
    fresh(orders::confirm(&world.app, &ctx, stock.order, none()).await);
}

fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                walk(&entry, found);
            } else {
                found.push(entry);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    let named = |path: PathBuf| {
        let name = path.strip_prefix(&root).unwrap().with_extension("").to_str().unwrap().replace('\\', "/");
        (name, fs::read_to_string(path).unwrap())
    };
    found.into_iter().map(named).collect()
}

/// The protective row of domain.md §5. Whoever adds a use case to it adds it here, and says why it protects.
#[test]
fn exceptions_from_read_only_are_the_protective_ones() {
    let callers: BTreeSet<_> = sources()
        .into_iter()
        .filter(|(name, text)| name != "ctx" && text.contains(".require_even_read_only("))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(callers, BTreeSet::from(["customers/anonymise", "keys/revoke", "keys/rotate"].map(str::to_owned)));
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
    let use_cases: BTreeSet<_> = sources()
        .into_iter()
        .filter(|(name, _)| {
            ["orders/", "customers/", "keys/", "tenants/"].iter().any(|folder| name.starts_with(folder))
        })
        .filter(|(_, text)| {
            text.split("\npub async fn ").skip(1).any(|function| {
                let signature = function.split('{').next().unwrap();
                signature.contains("ctx: &Ctx")
            })
        })
        .map(|(name, _)| name)
        .collect();
    assert_eq!(asked, use_cases);
}
