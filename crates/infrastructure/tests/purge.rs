//! The end of a tenant, on both databases: everything goes but itself and its events, and nobody else loses a row.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use orderbase_application::changeset::Outcome;
use orderbase_application::ports::Clock as _;
use orderbase_application::tenants::{self, Which};
use orderbase_application::testing::{FixedClock, customer, invited, key_as, operator, tenant_ctx, user, wish_key};
use orderbase_application::{App, Conditions};
use orderbase_infrastructure::security::{KeyRing, SealKeys};
use orderbase_infrastructure::sql::{SqlAuditSeals, SqlDb, SqlKeyUsage, purge};
use orderbase_infrastructure::system::SystemClock;
use orderbase_kernel::{AggregateRef, AggregateType, Email, Name, PageLimit, TenantId};
use orderbase_tenancy::{Overrides, Permission, Reason, Role, Slug};
use sea_orm::{ConnectionTrait, Statement, Value};

use self::support::stock::Shop;
use self::support::{Postgres, Sqlite, app, is_postgres, of_all_tenants, rows};

/// A tenant with rows in every table.
async fn furnished(app: &App, db: &SqlDb, slug: &str) -> Shop {
    let ctx = tenant_ctx(app, slug).await;
    let customer_id = customer(app, &ctx, "Ada").await.id;
    let shop = Shop { app: app.clone(), ctx, customer_id };
    for key in ["one", "two"] {
        // More lines than one round takes.
        let (_, changeset) = shop.order(700, None).await;
        assert_eq!(shop.commit(changeset.claim(Some(shop.claim(key, 1)))).await.unwrap(), Outcome::Committed);
    }
    let key = key_as(app, &shop.ctx, wish_key(&[Permission::OrdersRead])).await.key;
    let usage = SqlKeyUsage::new(db.clone());
    usage.note(shop.ctx.tenant.id(), key.id, app.clock.now());
    usage.flush().await.unwrap();
    let overrides = Overrides { users: Some(70), reason: Some(Reason::parse(CANARY).unwrap()), ..Overrides::default() };
    let which = Which::Id(shop.ctx.tenant.id());
    tenants::set_limits(app, &operator(app), &which, overrides, reason(), Conditions::default()).await.unwrap();
    let owner = user(app, &shop.ctx, Role::Owner).await;
    invited(app, &owner, &Email::parse("eve@example.com").unwrap(), Role::Member).await;
    let seals =
        SqlAuditSeals::new(db.clone(), Arc::new(SealKeys::of_ring(&KeyRing::generate(app.clock.now())).unwrap()));
    assert!(seals.seal(Duration::ZERO).await.unwrap() > 0);
    shop
}

fn reason() -> Reason {
    Reason::parse("left").unwrap()
}

/// How many rows of the tenant each table has that has rows of tenants, by what the catalogue says.
async fn rows_of(db: &SqlDb, id: TenantId) -> BTreeMap<String, i64> {
    let tables = match is_postgres(db) {
        true => {
            "SELECT table_name::text FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema = 'public'"
        }
        false => {
            "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'tenant_id' WHERE m.type = 'table'"
        }
    };
    let mut counts = BTreeMap::new();
    for row in rows(db, tables).await {
        let table: String = row.try_get_by_index(0).unwrap();
        let sql = format!("SELECT count(*) FROM {table} WHERE tenant_id = $1");
        let values = [Value::from(id.uuid())];
        let count = of_all_tenants(db, Statement::from_sql_and_values(db.backend(), sql, values)).await;
        counts.insert(table, count[0].try_get_by_index(0).unwrap());
    }
    counts
}

/// The application as it was so many days ago.
fn days_ago(app: &App, days: i64) -> App {
    let then = SystemClock.now().plus_millis(-days * 24 * 60 * 60 * 1_000);
    App { clock: Arc::new(FixedClock::at(then)), ..app.clone() }
}

/// What operators wrote of it, and its name.
const CANARY: &str = "agreed with Mrs. Canary";

async fn texts_of_events(db: &SqlDb) -> String {
    let rows = rows(db, "SELECT data || coalesce(personal, '') FROM events").await;
    rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect()
}

/// Two processes erase at once.
async fn all_goes_but_the_tenant(db: &SqlDb, other: &SqlDb, recorded_long_ago: impl AsyncFn()) {
    let app = app(db);
    let first = days_ago(&app, 40);
    let (shop, beside) = (furnished(&first, db, "acme").await, furnished(&first, db, "borealis").await);
    let (id, beside_id) = (shop.ctx.tenant.id(), beside.ctx.tenant.id());
    let before = rows_of(db, id).await;
    assert!(before.values().all(|count| *count > 0), "every table takes part: {before:?}");
    assert!(texts_of_events(db).await.contains(CANARY));
    let others = rows_of(db, beside_id).await;
    let which = Which::Id(id);

    let then = days_ago(&app, 31);
    tenants::close_by_operator(&then, &operator(&then), &which, reason(), Conditions::default()).await.unwrap();
    assert_eq!(purge::purged_tenants(db).await.unwrap(), 0, "closed is not purged");
    tenants::purge(&app, &operator(&app), &which, reason(), Conditions::default()).await.unwrap();
    assert_eq!(purge::purged_tenants(db).await.unwrap(), 0, "what was cached of it is waited for");
    recorded_long_ago().await;
    let (gone, gone_beside) = tokio::join!(purge::purged_tenants(db), purge::purged_tenants(other));
    assert!(gone.unwrap() + gone_beside.unwrap() > 1_400);

    let left = rows_of(db, id).await;
    assert!(left.iter().all(|(table, count)| *count == 0 || table == "events"), "{left:?}");
    let of = AggregateRef::new(AggregateType::Tenant, id.uuid());
    let events = app.events.page(shop.ctx.scope(), of, None, PageLimit::MAX).await.unwrap().rows;
    let types: Vec<_> = events.iter().map(|event| event.event_type.as_ref()).collect();
    assert_eq!(types, ["tenant.created", "tenant.limits_changed", "tenant.closed", "tenant.purged"]);
    assert_eq!(left["events"], 4);
    assert!(events.iter().all(|event| event.personal.is_none() && !event.data.contains("Canary")), "{events:?}");
    let tenant = app.tenants.get(id).await.unwrap().unwrap();
    assert_eq!((tenant.name().as_str(), tenant.slug()), (Name::PURGED, &Slug::purged(id)));
    assert!(app.tenants.by_slug_unscoped(shop.ctx.tenant.slug()).await.unwrap().is_none(), "its slug is free");
    assert_eq!(rows_of(db, beside_id).await, others, "nobody else lost a row");
    assert_eq!(purge::purged_tenants(db).await.unwrap(), 0, "it is done once");
    let seals =
        SqlAuditSeals::new(db.clone(), Arc::new(SealKeys::of_ring(&KeyRing::generate(app.clock.now())).unwrap()));
    seals.seal(Duration::ZERO).await.unwrap();
    assert_eq!(rows_of(db, id).await, left, "what is left is not sealed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_goes_but_the_tenant_on_sqlite() {
    let sqlite = Sqlite::fresh().await;
    let recorded =
        async || sqlite.outside("UPDATE tenants SET purged_at = purged_at - 60000 WHERE purged_at > 0").await;
    all_goes_but_the_tenant(&sqlite.db, &sqlite.db, recorded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_goes_but_the_tenant_on_postgres() {
    let postgres = Postgres::fresh().await;
    let recorded = async || {
        postgres.root("UPDATE tenants SET purged_at = purged_at - 60000 WHERE purged_at > 0").await;
        postgres.root(CLOSED_LONG_AGO).await;
    };
    all_goes_but_the_tenant(&postgres.db, &postgres.other, recorded).await;
}

/// The one thing about a tenant's day that the server's role cannot write.
const CLOSED_LONG_AGO: &str =
    "UPDATE events SET recorded_at = recorded_at - 31::bigint * 24 * 60 * 60 * 1000 WHERE event_type = 'tenant.closed'";

/// The function asks for itself: whoever calls it, no tenant loses a row before its day.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_function_erases_no_tenant_before_its_day() {
    let postgres = Postgres::fresh().await;
    let app = days_ago(&app(&postgres.db), 31);
    let shop = furnished(&app, &postgres.db, "acme").await;
    let id = shop.ctx.tenant.id();
    let call = format!("SELECT purge_tenant_v1('{id}', 7)");
    let as_app = async |sql: &str| postgres.db.pool().execute_unprepared(sql).await;
    let mark = |what: &str| format!("UPDATE tenants SET {what} WHERE id = '{id}'");
    let closed =
        tenants::close_by_operator(&app, &operator(&app), &Which::Id(id), reason(), Conditions::default()).await;
    drop(closed.unwrap());
    let before = rows_of(&postgres.db, id).await;
    // All that the server's role may say of the tenant says that it is to be erased.
    postgres.root(&mark("purged_at = 1, purge_after = 1, closed_at = created_at")).await;
    as_app(&call).await.unwrap();
    assert_eq!(rows_of(&postgres.db, id).await, before, "the closing was recorded just now");
    for refused in [
        "DELETE FROM events",
        "UPDATE events SET recorded_at = 1",
        "INSERT INTO events (recorded_at) VALUES (1)",
        "INSERT INTO audit_log (recorded_at) VALUES (1)",
    ] {
        let error = as_app(refused).await.unwrap_err().to_string();
        assert!(error.contains("permission denied"), "{refused}: {error}");
    }
    postgres.root(CLOSED_LONG_AGO).await;
    for state in ["purged_at = NULL", "purged_at = 1, purge_after = 4102444800000", "purge_after = 1, erased_at = 1"] {
        postgres.root(&mark(state)).await;
        as_app(&call).await.unwrap();
        assert_eq!(rows_of(&postgres.db, id).await, before, "{state}");
    }
    postgres.root(&mark("erased_at = NULL")).await;
    as_app(&call).await.unwrap();
    assert_eq!(rows_of(&postgres.db, id).await["order_items"], before["order_items"] - 7, "so many at once");
}
