//! The second wall between tenants (security.md §8): what the policies hold back where a statement forgets its tenant, and that no
//! setting outlives the statement it was made for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use orderbase_application::changeset::Outcome;
use orderbase_application::ports::Taking;
use orderbase_application::testing::{customer, tenant_ctx};
use orderbase_application::views::{AuditFilter, AuditQuery, CustomerQuery, OrderQuery, UserFilter, UserQuery};
use orderbase_application::{App, Ctx};
use orderbase_infrastructure::security::{KeyRing, SealKeys};
use orderbase_infrastructure::sql::{
    DatabaseOptions, SqlAuditSeals, SqlDb, WallBreach, pepper_needs, purge, sweep, wall_breaches,
};
use orderbase_kernel::{AggregateRef, AggregateType, Email, PageLimit, SessionId, TenantId, UserId};
use orderbase_tenancy::{Slug, TokenHash};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, QueryResult, Statement};
use uuid::Uuid;

use self::support::stock::Shop;
use self::support::{Postgres, app, as_role, rows};

/// Every table that has a tenant's rows.
const TABLES: [&str; 14] = [
    "tenant_counters",
    "customers",
    "orders",
    "order_items",
    "events",
    "idempotency_keys",
    "api_keys",
    "users",
    "user_credentials",
    "sessions",
    "tickets",
    "audit_log",
    "api_key_usage",
    "audit_seals",
];

async fn query(db: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap()
}

async fn count(db: &DatabaseConnection, sql: &str) -> i64 {
    query(db, sql).await[0].try_get_by_index(0).unwrap()
}

/// SQLSTATE 42501, which a policy answers with as a missing grant does.
fn assert_refused<T: std::fmt::Debug>(answer: Result<T, DbErr>, what: &str) {
    let error = answer.expect_err(what).to_string();
    assert!(
        error.contains("row-level security") || error.contains("permission denied") || error.contains("owner"),
        "{what}: {error}"
    );
}

/// A tenant with a customer, an order under a key, and a block of numbers.
async fn furnished(app: &App, slug: &str) -> Shop {
    let ctx = tenant_ctx(app, slug).await;
    let customer_id = customer(app, &ctx, "Ada").await.id;
    let shop = Shop { app: app.clone(), ctx, customer_id };
    let (_, changeset) = shop.order(3, Some("web-1")).await;
    assert_eq!(shop.commit(changeset.claim(Some(shop.claim("key", 1)))).await.unwrap(), Outcome::Committed);
    shop
}

/// A server with one connection, so that what one call leaves behind the next one finds.
async fn narrow(postgres: &Postgres, statement_cache: usize) -> SqlDb {
    let url = postgres.options.url.clone();
    let options = DatabaseOptions { url, pool_max: 1, statement_cache, ..DatabaseOptions::default() };
    SqlDb::open(&options).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_a_tenant_there_is_nothing() {
    let postgres = Postgres::fresh().await;
    let shop = furnished(&app(&postgres.db), "acme").await;
    let plain = narrow(&postgres, 256).await;
    for table in TABLES {
        assert_eq!(count(plain.pool(), &format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    for (sql, what) in inserts(shop.ctx.tenant.id()) {
        assert_refused(plain.pool().execute_unprepared(&sql).await, what);
    }
    let gone = plain.pool().execute_unprepared("DELETE FROM order_items").await.unwrap();
    assert_eq!(gone.rows_affected(), 0);
    assert_eq!(count_all(&postgres, "order_items").await, 3);
}

async fn count_all(postgres: &Postgres, table: &str) -> i64 {
    rows(&postgres.db, &format!("SELECT count(*) FROM {table}")).await[0].try_get_by_index(0).unwrap()
}

fn inserts(tenant: TenantId) -> [(String, &'static str); 3] {
    let id = tenant.uuid();
    [
        (format!("INSERT INTO tenant_counters (tenant_id, kind) VALUES ('{id}', 'webhooks')"), "a counter"),
        (
            format!(
                "INSERT INTO customers (tenant_id, id, name, status, metadata, created_at, updated_at, version) \
                 VALUES ('{id}', '{}', 'Eve', 'active', '{{}}', 1, 1, 1)",
                Uuid::from_u128(7)
            ),
            "a customer",
        ),
        (format!("INSERT INTO api_key_usage VALUES ('{id}', '{id}', 1)"), "a key's use"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_statement_that_forgets_its_tenant_sees_one_alone() {
    let postgres = Postgres::fresh().await;
    let app = app(&postgres.db);
    let (one, other) = (furnished(&app, "acme").await, furnished(&app, "borealis").await);
    let plain = narrow(&postgres, 256).await;
    let db = plain.pool();
    let begin = format!("BEGIN; SET LOCAL app.tenant_id = '{}'", one.ctx.tenant.id());
    for table in ["tenant_counters", "customers", "orders", "order_items", "events", "idempotency_keys"] {
        db.execute_unprepared(&begin).await.unwrap();
        let all = count(db, &format!("SELECT count(*) FROM {table}")).await;
        let foreign = format!("SELECT count(*) FROM {table} WHERE tenant_id <> '{}'", one.ctx.tenant.id());
        assert!(all > 0, "{table}");
        assert_eq!(count(db, &foreign).await, 0, "{table}");
        db.execute_unprepared("ROLLBACK").await.unwrap();
    }
    // Nor does it change what is another's, or write there.
    for sql in ["UPDATE customers SET name = 'Eve'", "DELETE FROM order_items"] {
        db.execute_unprepared(&begin).await.unwrap();
        db.execute_unprepared(sql).await.unwrap();
        db.execute_unprepared("COMMIT").await.unwrap();
    }
    assert_eq!(count_all(&postgres, "order_items").await, 3, "those of the other");
    let kept = other.app.customers.get(other.ctx.scope(), other.customer_id).await.unwrap().unwrap();
    assert_eq!(kept.name.as_str(), "Ada");
    for (sql, what) in inserts(other.ctx.tenant.id()) {
        db.execute_unprepared(&begin).await.unwrap();
        assert_refused(db.execute_unprepared(&sql).await, what);
        db.execute_unprepared("ROLLBACK").await.unwrap();
    }
    // Everybody finds a tenant, and changes none but the one that is set.
    assert_eq!(count(db, "SELECT count(*) FROM tenants").await, 2);
    let renamed = db.execute_unprepared("UPDATE tenants SET name = 'Eve'").await.unwrap();
    assert_eq!(renamed.rows_affected(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_only_added_stays() {
    let postgres = Postgres::fresh().await;
    furnished(&app(&postgres.db), "acme").await;
    let db = postgres.db.pool();
    for sql in [
        "DELETE FROM events",
        "UPDATE events SET data = '{}'",
        "UPDATE audit_log SET outcome = 'failed'",
        "DELETE FROM audit_log",
        "UPDATE audit_seals SET count = 2",
        "DELETE FROM audit_seals",
        "DELETE FROM tenants",
        "TRUNCATE orders CASCADE",
        "ALTER TABLE orders DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON orders",
        "CREATE TABLE mine (id int)",
    ] {
        assert_refused(db.execute_unprepared(sql).await, sql);
    }
    db.execute_unprepared("UPDATE events SET personal = NULL").await.unwrap();
}

/// Asks every adapter something, as a user of `ctx` that may not be there.
async fn ask_everything(shop: &Shop, db: &SqlDb, after: impl AsyncFn(&str)) {
    let (app, ctx) = (&shop.app, &shop.ctx);
    let scope = ctx.scope();
    let limit = PageLimit::try_new(10).unwrap();
    let found = app.orders.page(scope, &OrderQuery::default()).await.unwrap();
    assert_eq!(found.rows.len(), 1);
    after("a page of orders").await;
    let order = app.aggregates.order(scope, found.rows[0].id).await.unwrap().unwrap();
    after("an order").await;
    assert_eq!(app.customers.page(scope, &CustomerQuery::default()).await.unwrap().rows.len(), 1);
    after("a page of customers").await;
    let of = AggregateRef::new(AggregateType::Order, order.id().uuid());
    assert_eq!(app.events.page(scope, of, None, limit).await.unwrap().rows.len(), 1);
    after("a history").await;
    let users = UserQuery { filter: UserFilter::default(), limit, after: None };
    app.users.page(scope, &users).await.unwrap();
    after("a page of users").await;
    let log = AuditQuery { filter: AuditFilter::default(), limit, after: None };
    assert!(!app.audit.page(scope, &log).await.unwrap().rows.is_empty());
    after("the audit log").await;
    let email = Email::parse("ada@example.com").unwrap();
    let signing_in = app.accounts.sign_in_unscoped(&Slug::parse("acme").unwrap(), &email).await.unwrap().unwrap();
    assert_eq!((signing_in.tenant.id(), signing_in.account), (ctx.tenant.id(), None));
    after("a sign-in").await;
    let (user, session) = (UserId::from_uuid(Uuid::from_u128(1)), SessionId::from_uuid(Uuid::from_u128(1)));
    assert_eq!(app.accounts.account(scope, user).await.unwrap(), None);
    assert_eq!(app.accounts.session(scope, session).await.unwrap(), None);
    assert_eq!(app.accounts.ticket(scope, &TokenHash::from_bytes([1; 32])).await.unwrap(), None);
    assert!(app.accounts.sessions(scope, user).await.unwrap().is_empty());
    after("sessions and tickets").await;
    app.keys.all(scope).await.unwrap();
    after("the keys").await;
    let Taking::Taken(ticket) = app.numbers.take(scope, None).await.unwrap() else { panic!("no number") };
    after("a number").await;
    app.numbers.give_back(scope, ticket).await;
    app.numbers.resync(scope).await.unwrap();
    after("the counter").await;
    let (_, changeset) = shop.order(2, Some("web-2")).await;
    assert_eq!(shop.commit(changeset.clone()).await.unwrap(), Outcome::Committed);
    after("a commit").await;
    purge::purged_tenants(db).await.unwrap();
    after("a look for purged tenants").await;
    pepper_needs::of_key_pepper(db, "none", app.clock.now(), 60).await.unwrap();
    pepper_needs::of_password_pepper(db, "none").await.unwrap();
    after("what needs a pepper").await;
    let (_, twin) = shop.order(2, Some("web-2")).await;
    let taken = shop.commit(twin).await.unwrap();
    assert!(matches!(taken, Outcome::Duplicate { existing_id: Some(_), .. }), "{taken:?}");
    after("a commit that was refused").await;
    sweep::expired_answers(db).await.unwrap();
    sweep::ended_sign_ins(db).await.unwrap();
    after("the sweeps").await;
    let ring = KeyRing::generate(app.clock.now());
    let seals = SqlAuditSeals::new(db.clone(), Arc::new(SealKeys::of_ring(&ring).unwrap()));
    assert_eq!(seals.seal(Duration::ZERO).await.unwrap(), 1);
    after("a seal").await;
    assert!(seals.verify(scope).await.unwrap().is_whole());
    after("the check of seals").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_setting_outlives_its_statement() {
    for statement_cache in [256, 0] {
        let postgres = Postgres::fresh().await;
        let shop = furnished(&app(&postgres.db), "acme").await;
        let db = narrow(&postgres, statement_cache).await;
        let shop = Shop { app: app(&db), ..shop };
        ask_everything(&shop, &db, async |what| {
            let rows = query(db.pool(), "SELECT coalesce(current_setting('app.tenant_id', true), '')").await;
            assert_eq!(rows[0].try_get_by_index::<String>(0).unwrap(), "", "{what} left its tenant behind");
        })
        .await;
    }
}

/// The tenant is set before a policy looks, whatever the planner thinks of costs.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_plan_finds_the_rows() {
    let postgres = Postgres::fresh().await;
    let mut shop = Some(furnished(&app(&postgres.db), "acme").await);
    furnished(&app(&postgres.db), "borealis").await;
    for settings in [
        "plan_cache_mode = force_generic_plan",
        "enable_nestloop = off",
        "enable_indexscan = off",
        "enable_hashjoin = off",
        "enable_material = off",
    ] {
        postgres.root(&format!("ALTER ROLE orderbase_app IN DATABASE {} SET {settings}", name(&postgres))).await;
        let db = narrow(&postgres, 256).await;
        let Shop { ctx, customer_id, .. } = shop.take().unwrap();
        let asked = Shop { app: app(&db), ctx, customer_id };
        found(&asked).await;
        db.close().await;
        shop = Some(asked);
        postgres.root(&format!("ALTER ROLE orderbase_app IN DATABASE {} RESET ALL", name(&postgres))).await;
    }
}

fn name(postgres: &Postgres) -> String {
    postgres.root.rsplit_once('/').unwrap().1.to_owned()
}

async fn found(shop: &Shop) {
    let (app, scope) = (&shop.app, shop.ctx.scope());
    let page = app.orders.page(scope, &OrderQuery::default()).await.unwrap();
    assert_eq!(page.rows.len(), 1);
    assert_eq!(page.rows[0].items.len(), 3);
    assert_eq!(app.orders.get(scope, page.rows[0].id).await.unwrap().as_ref(), Some(&page.rows[0]));
    assert_eq!(app.orders.count(scope, &OrderQuery::default().filter, 10).await.unwrap(), 1);
    assert!(app.customers.get(scope, shop.customer_id).await.unwrap().is_some());
    assert!(app.customers.of_order(scope, page.rows[0].id).await.unwrap().is_some());
    let Taking::Taken(ticket) = app.numbers.take(scope, None).await.unwrap() else { panic!("no number") };
    app.numbers.give_back(scope, ticket).await;
    foreign(app, &shop.ctx, page.rows[0].id.uuid()).await;
}

/// The same ids under a tenant that is not there.
async fn foreign(app: &App, ctx: &Ctx, order: Uuid) {
    let scope = orderbase_application::Scope { tenant_id: TenantId::from_uuid(Uuid::from_u128(1)) };
    assert_ne!(scope, ctx.scope());
    assert_eq!(app.orders.get(scope, orderbase_kernel::OrderId::from_uuid(order)).await.unwrap(), None);
    assert!(app.orders.page(scope, &OrderQuery::default()).await.unwrap().rows.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_knows_a_role_that_no_policy_holds() {
    let postgres = Postgres::fresh().await;
    assert_eq!(wall_breaches(&postgres.db).await.unwrap(), []);

    let opened = |url: String| async move { SqlDb::open(&DatabaseOptions { url, ..DatabaseOptions::default() }).await };
    let root = opened(postgres.root.clone()).await.unwrap();
    let breaches = wall_breaches(&root).await.unwrap();
    assert!(matches!(&breaches[..], [WallBreach::Superuser(_), WallBreach::Bypasses(_)]), "{breaches:?}");
    let owner = opened(as_role(&postgres.root, "orderbase_owner")).await.unwrap();
    let breaches = wall_breaches(&owner).await.unwrap();
    assert!(breaches.len() > TABLES.len(), "{breaches:?}");
    assert!(breaches.iter().all(|breach| matches!(breach, WallBreach::Owner { .. })), "{breaches:?}");

    for (opening, table) in [
        ("ALTER TABLE orders NO FORCE ROW LEVEL SECURITY", "orders"),
        ("DROP POLICY tenant ON sessions", "sessions"),
        ("ALTER TABLE tenants DISABLE ROW LEVEL SECURITY", "tenants"),
    ] {
        postgres.root(opening).await;
        let open = WallBreach::Open(table.to_owned());
        assert!(wall_breaches(&postgres.db).await.unwrap().contains(&open), "{opening}");
    }
}

/// A role of its own for the test: those of the cluster are everybody's.
async fn breaches_of_member(postgres: &Postgres, of: &str) -> (String, Vec<WallBreach>) {
    let role = format!("member_{}_{}", name(postgres), of);
    let password = postgres.root.split_once("//").unwrap().1.split_once('@').unwrap().0.split_once(':').unwrap().1;
    postgres
        .root(&format!("CREATE ROLE {role} LOGIN PASSWORD '{password}'; GRANT orderbase_app, {of} TO {role}"))
        .await;
    let url = as_role(&postgres.root, &role);
    let db = SqlDb::open(&DatabaseOptions { url, ..DatabaseOptions::default() }).await.unwrap();
    let breaches = wall_breaches(&db).await.unwrap();
    db.close().await;
    postgres.root(&format!("DROP ROLE {role}")).await;
    (role, breaches)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_knows_a_role_that_may_become_another() {
    let postgres = Postgres::fresh().await;
    let (_, none) = breaches_of_member(&postgres, "orderbase_app").await;
    assert_eq!(none, []);
    let (role, breaches) = breaches_of_member(&postgres, "orderbase_backup").await;
    assert_eq!(breaches, [WallBreach::Member { role, of: "orderbase_backup".to_owned() }]);
    let (role, breaches) = breaches_of_member(&postgres, "orderbase_worker").await;
    assert!(breaches.contains(&WallBreach::Member { role, of: "orderbase_worker".to_owned() }), "{breaches:?}");
    for table in ["events", "audit_log", "api_key_usage", "audit_seals"] {
        let widened = WallBreach::Widened { table: table.to_owned(), policy: "worker".to_owned() };
        assert!(breaches.contains(&widened), "{table}: {breaches:?}");
    }
    let (_, breaches) = breaches_of_member(&postgres, "orderbase_owner").await;
    assert!(breaches.iter().any(|breach| matches!(breach, WallBreach::Owner { .. })), "{breaches:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_knows_a_policy_that_opens_a_table() {
    let postgres = Postgres::fresh().await;
    let widened =
        |table: &str, policy: &str| WallBreach::Widened { table: table.to_owned(), policy: policy.to_owned() };
    for (making, table, policy) in [
        ("CREATE POLICY report ON orders FOR SELECT USING (true)", "orders", "report"),
        ("CREATE POLICY mine ON sessions FOR SELECT TO orderbase_app USING (true)", "sessions", "mine"),
        ("CREATE POLICY wide ON tenants FOR UPDATE USING (true)", "tenants", "wide"),
        // The right name, and another condition.
        ("ALTER POLICY tenant ON customers USING (true)", "customers", "tenant"),
        ("ALTER POLICY tenant ON api_keys WITH CHECK (true)", "api_keys", "tenant"),
        ("ALTER POLICY founded ON tenants WITH CHECK (true)", "tenants", "founded"),
    ] {
        assert!(!wall_breaches(&postgres.db).await.unwrap().contains(&widened(table, policy)), "before {making}");
        postgres.root(making).await;
        assert!(wall_breaches(&postgres.db).await.unwrap().contains(&widened(table, policy)), "{making}");
    }
    // What narrows, and what is another role's, opens nothing.
    let before = wall_breaches(&postgres.db).await.unwrap();
    postgres.root("CREATE POLICY less ON orders AS RESTRICTIVE USING (true)").await;
    postgres.root("CREATE POLICY theirs ON orders FOR SELECT TO orderbase_backup USING (true)").await;
    assert_eq!(wall_breaches(&postgres.db).await.unwrap(), before);
}
