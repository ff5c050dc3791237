//! What requests cost the database: round trips to PostgreSQL, counted on the wire, and statements of SQLite. The numbers of
//! `bench/baseline/round_trips.json` may only shrink; where one does, it is lowered in the same change.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;
#[path = "support/wire.rs"]
mod wire;

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use orderbase_application::changeset::KeptAnswer;
use orderbase_application::customers::{self, CreateCustomer};
use orderbase_application::keys::{self, CreateKey};
use orderbase_application::orders::{self, ItemInput, ListExtras, PlaceOrder};
use orderbase_application::tenants::{self, CreateTenant};
use orderbase_application::views::{OrderQuery, OrderView};
use orderbase_application::{App, Client, Conditions, Ctx, IdempotencyKey, Once, Operator};
use orderbase_infrastructure::sql::{DatabaseOptions, SqlDb};
use orderbase_kernel::{Currency, CustomerId, Name, OperatorName, OrderId, Quantity, RequestId, UnitPrice};
use orderbase_orders::{Metadata, ProductId};
use orderbase_tenancy::{Mode, OrderPrefix, Permission, PermissionSet, PlanCode, Settings, Slug, TimeZoneName};
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use wire::CountingWire;

const REQUESTS: u64 = 200;

/// What most requests cost. A median leaves out what only some of them pay: a block of order numbers, a statement's first run.
type Counts = BTreeMap<&'static str, u64>;

#[tokio::test]
async fn postgres_is_waited_for_as_often_as_committed() {
    let database = support::Postgres::fresh().await;
    let direct = PgConnectOptions::from_str(&database.options.url).unwrap();
    let wire = CountingWire::to(direct.get_host(), direct.get_port()).await;
    let through = direct.host("127.0.0.1").port(wire.port()).ssl_mode(PgSslMode::Disable);
    let url = through.to_url_lossy().to_string();
    let db = SqlDb::open(&DatabaseOptions { url, ..DatabaseOptions::default() }).await.unwrap();

    let counts = counted(&support::app(&db), || wire.trips()).await;

    db.close().await;
    assert_committed("postgres_round_trips", &counts);
}

#[tokio::test]
async fn sqlite_runs_as_many_statements_as_committed() {
    let database = support::Sqlite::fresh().await;

    let counts = counted(&support::app(&database.db), || database.db.statements()).await;

    assert_committed("sqlite_statements", &counts);
}

fn assert_committed(database: &str, counts: &Counts) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../bench/baseline/round_trips.json");
    let committed: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let measured = serde_json::to_value(counts).unwrap();
    assert_eq!(
        committed[database], measured,
        "{database} of bench/baseline/round_trips.json (left) differ from what was counted (right); lower what shrank, mend \
         what grew"
    );
}

async fn counted(app: &App, count: impl Fn() -> u64) -> Counts {
    let stage = Stage::set(app).await;
    let mut counts = Counts::new();
    let mut placed = Vec::new();

    let mut costs = Costs::new(&count);
    for _ in 0..REQUESTS {
        placed.push(stage.place(app).await);
        costs.paid();
    }
    counts.insert("place", costs.median());

    let mut costs = Costs::new(&count);
    for id in &placed {
        stage.confirm(app, *id).await;
        costs.paid();
    }
    counts.insert("confirm", costs.median());

    let mut costs = Costs::new(&count);
    for id in &placed {
        orders::get(app, &stage.ctx, *id, false).await.unwrap();
        costs.paid();
    }
    counts.insert("get", costs.median());

    let mut costs = Costs::new(&count);
    for _ in 0..REQUESTS {
        let list = orders::list(app, &stage.ctx, &OrderQuery::default(), ListExtras::default()).await.unwrap();
        assert_eq!(list.page.rows.len(), 20);
        costs.paid();
    }
    counts.insert("list", costs.median());

    let mut costs = Costs::new(&count);
    for n in 0..REQUESTS {
        keys::authenticate(app, &stage.key, &client(&format!("r-{n}"))).await.unwrap();
        costs.paid();
    }
    counts.insert("key_look_up", costs.median());
    counts
}

fn client(request_id: &str) -> Client {
    Client { request_id: RequestId::parse(request_id).unwrap(), ..orderbase_application::testing::client() }
}

/// The cost of each request: how far the count moved since the one before.
struct Costs<'count> {
    count: &'count dyn Fn() -> u64,
    last: u64,
    each: Vec<u64>,
}

impl<'count> Costs<'count> {
    fn new(count: &'count dyn Fn() -> u64) -> Self {
        Self { last: count(), count, each: Vec::new() }
    }

    fn paid(&mut self) {
        let now = (self.count)();
        self.each.push(now - self.last);
        self.last = now;
    }

    fn median(mut self) -> u64 {
        self.each.sort_unstable();
        self.each[self.each.len() / 2]
    }
}

/// A tenant with a customer and a key, and who holds the key.
struct Stage {
    ctx: Ctx,
    key: String,
    customer_id: CustomerId,
}

impl Stage {
    async fn set(app: &App) -> Self {
        let operator = Operator::on_host(app, OperatorName::parse("tests").unwrap(), Permission::ALL);
        let settings =
            Settings::try_new(TimeZoneName::utc(), vec![Currency::Usd], Currency::Usd, OrderPrefix::none(), 1_001);
        let tenant = CreateTenant {
            name: Name::parse("Acme").unwrap(),
            slug: Slug::parse("acme").unwrap(),
            mode: Mode::Live,
            plan: PlanCode::Enterprise,
            trial_ends_at: None,
            settings: settings.unwrap(),
            owner_email: None,
            reason: None,
        };
        let tenant = tenants::create(app, &operator, tenant, Conditions::default()).await.unwrap();
        let host = operator.within(Arc::new(tenant.into_fresh().unwrap().tenant));
        let scopes = PermissionSet::grantable_to_keys();
        let name = Name::parse("ci").unwrap();
        let wish = CreateKey { name, scopes, expires_at: None, rate_limit: None, ip_allowlist: Vec::new() };
        let key = keys::create(app, &host, wish, Conditions::default()).await.unwrap().into_fresh().unwrap();
        let key = key.text.expose().to_owned();
        let ctx = keys::authenticate(app, &key, &client("r-0")).await.unwrap();
        let ada = CreateCustomer {
            name: Name::parse("Ada").unwrap(),
            email: None,
            external_reference: None,
            metadata: Metadata::empty(),
        };
        let ada = customers::create(app, &ctx, ada, Conditions::default()).await.unwrap().into_fresh().unwrap();
        Self { ctx, key, customer_id: ada.id }
    }

    /// Three lines under a key of its own, as the benchmark's K3.
    async fn place(&self, app: &App) -> OrderId {
        let item = |n: u32| ItemInput {
            product_id: ProductId::parse(&format!("sku-{n}")).unwrap(),
            quantity: Quantity::ONE,
            unit_price: UnitPrice::parse("19.99", Currency::Usd).unwrap(),
            sku: None,
            name: None,
        };
        let order = PlaceOrder {
            customer_id: self.customer_id,
            currency: Currency::Usd,
            items: (1..=3).map(item).collect(),
            external_reference: None,
            metadata: Metadata::empty(),
        };
        let key = IdempotencyKey::parse(&app.ids.next(app.clock.now()).to_string());
        let id = Arc::new(std::sync::Mutex::new(None));
        let seen = Arc::clone(&id);
        let render = move |view: &OrderView| {
            *seen.lock().unwrap() = Some(view.id);
            KeptAnswer { status: 201, body: b"{}".to_vec(), ..KeptAnswer::default() }
        };
        let once = Some(Once { key: key.unwrap(), fingerprint: [7; 32], render: Box::new(render) });
        orders::place(app, &self.ctx, order, Conditions { once, ..Conditions::default() }).await.unwrap();
        let placed = id.lock().unwrap().take();
        placed.unwrap()
    }

    async fn confirm(&self, app: &App, id: OrderId) {
        let confirmed = orders::confirm(app, &self.ctx, id, Conditions::default()).await.unwrap();
        assert_eq!(confirmed.into_fresh().unwrap().version.get(), 2);
    }
}
