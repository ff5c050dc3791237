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

use orderbase_application::changeset::Outcome;
use orderbase_application::ports::Clock as _;
use orderbase_application::tenants::{self, Which};
use orderbase_application::testing::{FixedClock, customer, invited, key_as, operator, tenant_ctx, user, wish_key};
use orderbase_application::{App, Conditions};
use orderbase_infrastructure::sql::{SqlDb, SqlKeyUsage, purge};
use orderbase_infrastructure::system::SystemClock;
use orderbase_kernel::{AggregateRef, AggregateType, Email, Name, PageLimit, TenantId};
use orderbase_tenancy::{Permission, Reason, Role, Slug};
use sea_orm::{ConnectionTrait, Statement, Value};

use self::support::stock::Shop;
use self::support::{Postgres, Sqlite, app, is_postgres, of_all_tenants, rows};

/// A tenant with rows in every table.
async fn furnished(app: &App, db: &SqlDb, slug: &str) -> Shop {
    let ctx = tenant_ctx(app, slug).await;
    let customer_id = customer(app, &ctx, "Ada").await.id;
    let shop = Shop { app: app.clone(), ctx, customer_id };
    for key in ["one", "two"] {
        let (_, changeset) = shop.order(3, None).await;
        assert_eq!(shop.commit(changeset.claim(Some(shop.claim(key, 1)))).await.unwrap(), Outcome::Committed);
    }
    let key = key_as(app, &shop.ctx, wish_key(&[Permission::OrdersRead])).await.key;
    let usage = SqlKeyUsage::new(db.clone());
    usage.note(shop.ctx.tenant.id(), key.id, app.clock.now());
    usage.flush().await.unwrap();
    let owner = user(app, &shop.ctx, Role::Owner).await;
    invited(app, &owner, &Email::parse("eve@example.com").unwrap(), Role::Member).await;
    shop
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

async fn all_goes_but_the_tenant(db: &SqlDb) {
    let app = app(db);
    let then = days_ago(&app, 31);
    let (shop, beside) = (furnished(&then, db, "acme").await, furnished(&then, db, "borealis").await);
    let (id, other) = (shop.ctx.tenant.id(), beside.ctx.tenant.id());
    let before = rows_of(db, id).await;
    assert!(before.values().all(|count| *count > 0), "every table takes part: {before:?}");
    let others = rows_of(db, other).await;
    let (which, reason) = (Which::Id(id), Reason::parse("left").unwrap());

    tenants::close_by_operator(&then, &operator(&then), &which, reason.clone(), Conditions::default()).await.unwrap();
    assert_eq!(purge::purged_tenants(db).await.unwrap(), 0, "closed is not purged");
    tenants::purge(&app, &operator(&app), &which, reason, Conditions::default()).await.unwrap();
    assert!(purge::purged_tenants(db).await.unwrap() > 0);

    let left = rows_of(db, id).await;
    assert!(left.iter().all(|(table, count)| *count == 0 || table == "events"), "{left:?}");
    let of = AggregateRef::new(AggregateType::Tenant, id.uuid());
    let events = app.events.page(shop.ctx.scope(), of, None, PageLimit::MAX).await.unwrap().rows;
    let types: Vec<_> = events.iter().map(|event| event.event_type.as_ref()).collect();
    assert_eq!((types.len(), &left["events"]), (3, &3));
    assert_eq!(types, ["tenant.created", "tenant.closed", "tenant.purged"]);
    let tenant = app.tenants.get(id).await.unwrap().unwrap();
    assert_eq!((tenant.name().as_str(), tenant.slug()), (Name::PURGED, &Slug::purged(id)));
    assert!(app.tenants.by_slug_unscoped(shop.ctx.tenant.slug()).await.unwrap().is_none(), "its slug is free");
    assert_eq!(rows_of(db, other).await, others, "nobody else lost a row");
    assert_eq!(purge::purged_tenants(db).await.unwrap(), 0, "it is done once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_goes_but_the_tenant_on_sqlite() {
    all_goes_but_the_tenant(&Sqlite::fresh().await.db).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_goes_but_the_tenant_on_postgres() {
    all_goes_but_the_tenant(&Postgres::fresh().await.db).await;
}

/// The function asks for itself: whoever calls it, no tenant loses a row before its day.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_function_erases_no_tenant_before_its_day() {
    let postgres = Postgres::fresh().await;
    let app = app(&postgres.db);
    let shop = furnished(&app, &postgres.db, "acme").await;
    let id = shop.ctx.tenant.id();
    let before = rows_of(&postgres.db, id).await;
    let call = format!("SELECT purge_tenant_v1('{id}', 1000)");
    let mark = |what: &str| format!("UPDATE tenants SET {what} WHERE id = '{id}'");
    for state in ["purged_at = 1", "status = 'closed', closed_at = updated_at", "purge_after = 4102444800000"] {
        postgres.root(&mark(state)).await;
        postgres.db.pool().execute_unprepared(&call).await.unwrap();
        assert_eq!(rows_of(&postgres.db, id).await, before, "{state}");
    }
    postgres.root(&mark("purge_after = updated_at")).await;
    postgres.db.pool().execute_unprepared(&call).await.unwrap();
    assert_ne!(rows_of(&postgres.db, id).await, before);
    let denied = postgres.db.pool().execute_unprepared("DELETE FROM events").await.unwrap_err().to_string();
    assert!(denied.contains("permission denied"), "{denied}");
}
