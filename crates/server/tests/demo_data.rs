//! The made-up data: what it holds, that it comes again, and that memory and SQLite hold the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod demo_support;

use std::collections::{BTreeMap, BTreeSet};

use demo_support::{Sqlite, all_customers, all_orders, ctx, export, origin, seeded, timeline};
use orderbase::demo::found::{self, Found};
use orderbase::demo::keys::{self as demo_keys, DemoTenant, FULL, KeySpec};
use orderbase::demo::seed::{Origin, seed};
use orderbase_application::auth::{self, Caller, Login};
use orderbase_application::orders::{self, PlaceOrder};
use orderbase_application::testing::{self, World, client};
use orderbase_application::{App, Code, Conditions, Ctx, Error, keys};
use orderbase_kernel::{ApiKeyId, Timestamp, Uuid};
use orderbase_orders::{CustomerStatus, OrderStatus};
use orderbase_tenancy::{PlanCode, TenantStatus};

#[tokio::test]
async fn each_tenant_holds_what_the_table_says() {
    let (app, tenants) = seeded(origin()).await;
    let mut rows = Vec::new();
    for demo in &tenants {
        let (orders, customers) = (all_orders(&app, demo).await, all_customers(&app, demo).await);
        let inactive = customers.iter().filter(|customer| customer.status == CustomerStatus::Inactive).count();
        let currencies: BTreeSet<_> = orders.iter().map(|order| order.currency.code()).collect();
        let currencies: Vec<_> = currencies.into_iter().collect();
        let (tenant, counts) = (&demo.tenant, (customers.len(), inactive, orders.len(), demo.keys.len()));
        rows.push((tenant.slug().as_str(), tenant.plan(), tenant.status(), counts, currencies.join(" ")));
        assert_eq!(tenant.mode(), orderbase_tenancy::Mode::Sandbox);
    }
    let (active, suspended) = (TenantStatus::Active, TenantStatus::Suspended);
    assert_eq!(
        rows,
        [
            ("acme", PlanCode::Pro, active, (40, 3, 400, 3), "EUR USD".to_owned()),
            ("borealis", PlanCode::Enterprise, active, (12, 0, 80, 1), "AED GBP".to_owned()),
            ("cactus", PlanCode::Free, active, (4, 0, 10, 1), "USD".to_owned()),
            ("dune", PlanCode::Pro, suspended, (6, 0, 15, 1), "EUR".to_owned()),
        ]
    );
}

#[tokio::test]
async fn acme_has_orders_of_sixty_days_in_every_status_under_numbers_without_gap() {
    let (app, tenants) = seeded(origin()).await;
    let orders = all_orders(&app, &tenants[0]).await;

    let mut by_status: BTreeMap<&str, usize> = BTreeMap::new();
    for order in &orders {
        *by_status.entry(order.status.as_str()).or_default() += 1;
    }
    assert_eq!(by_status.len(), OrderStatus::ALL.len(), "{by_status:?}");
    assert!(by_status["completed"] > 250 && by_status.values().all(|count| *count >= 5), "{by_status:?}");

    let numbers: BTreeSet<u64> = orders.iter().map(|order| order.number.get()).collect();
    assert_eq!(numbers, (1_001..1_401).collect());
    let (oldest, newest) = (&orders[orders.len() - 1], &orders[0]);
    let days = (newest.created_at.millis() - oldest.created_at.millis()) / 86_400_000;
    assert!((50..60).contains(&days), "{days}");
    assert!(orders.iter().all(|order| order.updated_at <= origin().now));
    assert!(newest.created_at > origin().now.plus_millis(-30 * 60_000), "somebody ordered just now");
}

#[tokio::test]
async fn the_last_day_was_lived_by_the_key_and_the_rest_was_imported_by_the_operator() {
    let (app, tenants) = seeded(origin()).await;
    let acme = &tenants[0];
    let (mut imported, mut lived, mut longest) = (0, 0, 0);
    let mut types = BTreeSet::new();
    for order in all_orders(&app, acme).await {
        let events = timeline(&app, acme, order.id).await;
        assert_eq!(events.len() as u64, order.version.get());
        if events[0].imported {
            imported += 1;
            assert!(events.iter().all(|event| event.actor.kind() == "operator"));
        } else {
            lived += 1;
            longest = longest.max(events.len());
            assert!(events.iter().all(|event| event.actor.kind() == "api_key"));
            assert!(events.windows(2).all(|pair| pair[0].occurred_at < pair[1].occurred_at));
            types.extend(events.into_iter().map(|event| event.event_type));
        }
    }
    assert_eq!((imported, lived), (388, 12));
    assert!(longest >= 5, "{longest}");
    for step in ["confirmed", "processing_started", "completed", "cancelled", "note_added", "items_replaced"] {
        assert!(types.contains(format!("order.{step}").as_str()), "{step} in {types:?}");
    }
}

#[tokio::test]
async fn borealis_has_the_addresses_and_references_of_acme_and_nothing_else_of_it() {
    let (app, tenants) = seeded(origin()).await;
    let (acme, borealis) = (&tenants[0], &tenants[1]);
    let (theirs, own) = (all_customers(&app, acme).await, all_customers(&app, borealis).await);
    let emails: BTreeSet<_> = theirs.iter().map(|customer| customer.email.clone().unwrap()).collect();
    let references: BTreeSet<_> = theirs.iter().map(|customer| customer.external_reference.clone().unwrap()).collect();
    assert!(own.iter().all(|customer| emails.contains(customer.email.as_ref().unwrap())));
    assert!(own.iter().all(|customer| references.contains(customer.external_reference.as_ref().unwrap())));
    assert!(own.iter().all(|customer| theirs.iter().all(|other| other.id != customer.id)));

    let (theirs, own) = (all_orders(&app, acme).await, all_orders(&app, borealis).await);
    let references: BTreeSet<_> = theirs.iter().map(|order| order.external_reference.clone().unwrap()).collect();
    assert!(own.iter().all(|order| references.contains(order.external_reference.as_ref().unwrap())));
    assert!(own.iter().all(|order| theirs.iter().all(|other| other.id != order.id)));
}

#[tokio::test]
async fn the_same_seed_and_now_make_the_same_data_and_others_do_not() {
    let (one, tenants) = seeded(origin()).await;
    let first = export(&one, &tenants).await;

    // Other secrets: the generator of this world stands elsewhere.
    let other = World::new().app;
    other.digests.fill_random(&mut [0; 1_000]);
    let again = seed(&other, origin()).await.unwrap();
    assert_eq!(export(&other, &again).await, first);
    assert!(tenants.iter().zip(&again).all(|(one, other)| one.key() != other.key()));

    let (app, tenants) = seeded(Origin { seed: 43, ..origin() }).await;
    assert_ne!(export(&app, &tenants).await, first);
    let (app, tenants) = seeded(Origin { now: origin().now.plus_millis(1), ..origin() }).await;
    assert_ne!(export(&app, &tenants).await, first);
}

#[tokio::test]
async fn memory_and_sqlite_hold_the_same() {
    let (memory, tenants) = seeded(origin()).await;
    let expected = export(&memory, &tenants).await;
    let sqlite = Sqlite::open().await;
    let tenants = seed(&sqlite.app, origin()).await.unwrap();
    assert_eq!(export(&sqlite.app, &tenants).await, expected);
    next_number_is_free(&sqlite.app, &tenants[0]).await;
    sqlite.close().await;
}

#[tokio::test]
async fn earliest_and_latest_now_can_be_seeded() {
    let earliest = Timestamp::from_millis(Origin::EARLIEST_MILLIS).unwrap();
    for now in [earliest, Origin::LATEST] {
        let (app, tenants) = seeded(Origin { seed: 0, now }).await;
        assert_eq!(all_orders(&app, &tenants[0]).await.len(), 400, "{now}");
    }
}

#[tokio::test]
async fn keys_open_what_they_say_and_dune_cannot_be_written() {
    let (app, tenants) = seeded(origin()).await;
    next_number_is_free(&app, &tenants[0]).await;
    for demo in &tenants {
        for key in &demo.keys {
            let caller = authenticated(&app, key.text.expose()).await;
            assert_eq!(caller.tenant.id(), demo.tenant.id());
            assert_eq!(caller.permissions, orderbase_tenancy::PermissionSet::of(key.scopes));
        }
    }
    let dune = &tenants[3];
    let customer = all_customers(&app, dune).await[0].id;
    let caller = authenticated(&app, dune.key().unwrap()).await;
    let refused = orders::place(&app, &caller, testing::wish_order(customer), Conditions::default()).await;
    assert_eq!(refused.unwrap_err().code(), Code::TenantSuspended);
}

#[tokio::test]
async fn an_earlier_start_is_found_and_its_keys_get_new_secrets() {
    let app = World::new().app;
    assert!(matches!(found::look(&app).await.unwrap(), Found::Nothing));
    let first = seed(&app, origin()).await.unwrap();
    let ids = key_ids(&app, &first).await;
    let alike = KeySpec { name: FULL.name, scopes: FULL.scopes };
    demo_keys::make(&app, &first[0].tenant, &[alike]).await.unwrap();

    let second = reopened(&app).await;
    let counts: Vec<_> = second.iter().map(|demo| (demo.spec.slug, demo.keys.len())).collect();
    assert_eq!(counts, [("acme", 3), ("borealis", 1), ("cactus", 1), ("dune", 1)]);
    assert_eq!(key_ids(&app, &second).await, ids, "what was kept under a key is still found");
    for key in first.iter().flat_map(|demo| &demo.keys) {
        let refused = keys::authenticate(&app, key.text.expose(), &client()).await;
        assert_eq!(refused.unwrap_err().code(), Code::Unauthenticated);
    }
    assert_eq!(key_ids(&app, &reopened(&app).await).await, ids, "as often as one likes");
}

#[tokio::test]
async fn a_revoked_key_is_made_anew_where_that_may_be() {
    let app = World::new().app;
    let first = seed(&app, origin()).await.unwrap();
    let ids = key_ids(&app, &first).await;
    for demo in [&first[2], &first[3]] {
        let id = authenticated(&app, demo.key().unwrap()).await.principal_id;
        keys::revoke(&app, &ctx(&app, demo), ApiKeyId::from_uuid(id), Conditions::default()).await.unwrap();
    }
    let second = reopened(&app).await;
    let counts: Vec<_> = second.iter().map(|demo| demo.keys.len()).collect();
    assert_eq!(counts, [3, 1, 1, 0], "a suspended tenant gets no key");
    let now = key_ids(&app, &second).await;
    assert_eq!(now[..4], ids[..4]);
    assert_ne!(now[4], ids[4]);
}

async fn reopened(app: &App) -> Vec<DemoTenant> {
    let Found::Demonstration(whole) = found::look(app).await.unwrap() else { panic!("it is there") };
    found::reopen(app, whole).await.unwrap()
}

/// Who the keys say they are.
async fn key_ids(app: &App, tenants: &[DemoTenant]) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for key in tenants.iter().flat_map(|demo| &demo.keys) {
        ids.push(authenticated(app, key.text.expose()).await.principal_id);
    }
    ids
}

#[tokio::test]
async fn other_data_and_halves_are_told_apart() {
    let app = World::new().app;
    testing::tenant(&app, "real").await;
    assert!(matches!(found::look(&app).await.unwrap(), Found::Foreign));
    let app = World::new().app;
    testing::tenant(&app, "acme").await;
    assert!(matches!(found::look(&app).await.unwrap(), Found::Foreign), "a live tenant that is called acme");
    let app = World::new().app;
    let wish = orderbase::demo::tenants::TENANTS[0].wish().unwrap();
    testing::tenant_as(&app, wish).await;
    assert!(matches!(found::look(&app).await.unwrap(), Found::Half));
}

async fn authenticated(app: &App, key: &str) -> Ctx {
    keys::authenticate(app, key, &client()).await.unwrap()
}

/// Whoever the person signs in as.
async fn signed_in(app: &App, slug: &str, email: &str, password: &str) -> Result<Ctx, Error> {
    let (tenant, email, password) = (Some(slug.to_owned()), email.to_owned(), password.to_owned());
    let tokens = auth::login(app, &client(), Login { tenant, email, password, scope: None }).await?;
    match auth::bearer(app, &tokens.access_token, &client()).await? {
        Caller::Tenant(ctx) => Ok(*ctx),
        Caller::Operator(_) => panic!("an operator"),
    }
}

#[tokio::test]
async fn people_sign_in_in_their_roles_and_with_new_passwords_after_the_next_start() {
    let app = World::new().app;
    let first = seed(&app, origin()).await.unwrap();
    let counts: Vec<_> = first.iter().map(|demo| demo.users.len()).collect();
    assert_eq!(counts, [4, 4, 3, 4]);
    for demo in &first {
        for user in &demo.users {
            let ctx = signed_in(&app, demo.spec.slug, user.email.as_str(), user.password.expose()).await.unwrap();
            assert_eq!((ctx.tenant.id(), ctx.role), (demo.tenant.id(), Some(user.role)));
        }
    }
    let second = reopened(&app).await;
    assert_eq!(second.iter().map(|demo| demo.users.len()).collect::<Vec<_>>(), counts);
    for (old, new) in first.iter().zip(&second).flat_map(|(old, new)| old.users.iter().zip(&new.users)) {
        assert_eq!(old.email, new.email);
        let slug = old.email.as_str().split(['@', '.']).nth(1).unwrap();
        let refused = signed_in(&app, slug, old.email.as_str(), old.password.expose()).await;
        assert!(matches!(refused, Err(Error::InvalidCredentials)), "{}", old.email);
        signed_in(&app, slug, new.email.as_str(), new.password.expose()).await.unwrap();
    }
}

/// The counter knows what was made up.
async fn next_number_is_free(app: &App, acme: &DemoTenant) {
    let customers = all_customers(app, acme).await;
    let active = customers.iter().find(|customer| customer.status == CustomerStatus::Active).unwrap();
    let wish = PlaceOrder { external_reference: None, ..testing::wish_order(active.id) };
    let order = orders::place(app, &ctx(app, acme), wish, Conditions::default()).await.unwrap().into_fresh().unwrap();
    assert_eq!(order.number.get(), 1_401);
}
