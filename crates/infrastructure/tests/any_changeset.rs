//! Whatever the changesets, the storages agree: memory, SQLite, PostgreSQL with whole changesets as one statement, and PostgreSQL
//! step by step tell the same outcomes and hold the same rows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;
#[path = "support/wishes.rs"]
mod wishes;

use orderbase_application::App;
use orderbase_application::Scope;
use orderbase_application::changeset::{Changeset, Outcome};
use orderbase_application::ports::StorageError;
use orderbase_application::testing::{World, ctx, tenant};
use orderbase_infrastructure::sql::SqlDb;
use orderbase_kernel::{AggregateRef, AggregateType, PageLimit};
use proptest::test_runner::{Config, TestRunner};
use sea_orm::Statement;
use tokio::sync::Mutex;
use uuid::Uuid;

use self::support::{Postgres, Sqlite, app, of_all_tenants};
use self::wishes::{Model, Wish, wishes};

const CASES: u32 = 24;

/// The tables of a tenant.
const TABLES: [&str; 7] =
    ["orders", "order_items", "customers", "api_keys", "api_key_directory", "events", "idempotency_keys"];

struct Storages {
    world: World,
    /// SQLite, PostgreSQL at once, PostgreSQL step by step.
    dbs: [SqlDb; 3],
    apps: [App; 3],
    cases: Mutex<u32>,
}

#[test]
fn storages_agree_on_any_changesets() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    let (sqlite, [at_once, stepwise]) =
        runtime.block_on(async { (Sqlite::fresh().await, Postgres::both_forms().await) });
    let dbs = [sqlite.db.clone(), at_once.db.clone(), stepwise.db.clone()];
    let _inside = runtime.enter();
    let apps = [app(&dbs[0]), app(&dbs[1]), app(&dbs[2])];
    let storages = Storages { world: World::new(), dbs, apps, cases: Mutex::default() };

    let config = Config { cases: CASES, max_shrink_iters: 256, failure_persistence: None, ..Config::default() };
    let ended = TestRunner::new(config).run(&wishes(), |wishes| {
        runtime.block_on(storages.agree(&wishes));
        Ok(())
    });
    if let Err(error) = ended {
        panic!("{error}");
    }
}

impl Storages {
    /// One case: a tenant of its own.
    async fn agree(&self, wishes: &[Wish]) {
        let mut model = self.begin().await;
        let scope = model.ctx.scope();
        for (step, wish) in wishes.iter().enumerate() {
            let draft = model.draft(wish);
            let outcome = self.commit(scope, &draft.changeset, draft.is_crowded(), step).await;
            if outcome == Outcome::Committed {
                model.follow(draft);
            }
        }
        for key in 0..3 {
            let question = model.question(key);
            self.commit(scope, &question, false, wishes.len()).await;
        }
        self.hold_the_same(&model).await;
    }

    /// Makes the tenant in memory, and commits what made it to the databases.
    async fn begin(&self) -> Model {
        let mut cases = self.cases.lock().await;
        *cases += 1;
        let (world, slug) = (self.world.clone(), format!("tenant-{cases}"));
        world.commits.take_seen();
        let ctx = ctx(&world.app, &tenant(&world.app, &slug).await);
        for made in world.commits.take_seen() {
            for app in &self.apps {
                assert_eq!(app.commits.commit(ctx.scope(), made.clone()).await.unwrap(), Outcome::Committed);
            }
        }
        Model::new(world, ctx)
    }

    /// Commits to all, who have to tell the same.
    async fn commit(&self, scope: Scope, changeset: &Changeset, is_crowded: bool, step: usize) -> Outcome {
        let to = |app: &App| {
            let (commits, changeset) = (app.commits.clone(), changeset.clone());
            async move { commits.commit(scope, changeset).await }
        };
        let [sqlite, at_once, stepwise] = &self.apps;
        let (memory, sqlite, at_once, stepwise) =
            tokio::join!(to(&self.world.app), to(sqlite), to(at_once), to(stepwise));
        let memory = memory.unwrap();
        for (name, outcome) in [("SQLite", sqlite), ("PostgreSQL at once", at_once), ("PostgreSQL in steps", stepwise)]
        {
            assert_eq!(
                told(outcome, is_crowded),
                told(Ok(memory.clone()), is_crowded),
                "step {step}: {name} (left) and memory (right) differ on {changeset:#?}"
            );
        }
        memory
    }

    async fn hold_the_same(&self, model: &Model) {
        let expected = picture(&self.world.app, model).await;
        for order in &model.orders {
            let of = order.last().unwrap();
            assert!(expected.contains(&format!("{:?}", Some(of))), "memory does not hold what was committed: {of:?}");
        }
        let [sqlite, at_once, stepwise] = &self.apps;
        let pictures = tokio::join!(picture(sqlite, model), picture(at_once, model), picture(stepwise, model));
        for (name, picture) in [("SQLite", pictures.0), ("PostgreSQL at once", pictures.1), ("in steps", pictures.2)] {
            assert_eq!(picture, expected, "{name} (left) and memory (right) hold different things");
        }

        let tenant_id = model.ctx.tenant.id().uuid();
        let expected = model_counts(model);
        for db in &self.dbs {
            assert_eq!(counts(db, tenant_id).await, expected, "rows of {TABLES:?} and counted customers");
        }
        for table in TABLES {
            let (at_once, stepwise) = (texts(&self.dbs[1], table, tenant_id), texts(&self.dbs[2], table, tenant_id));
            let (at_once, stepwise) = tokio::join!(at_once, stepwise);
            assert_eq!(at_once, stepwise, "rows of {table}, written at once (left) and in steps (right)");
        }
    }
}

/// The outcome to compare. In a crowd it is left open which row's taken value is named.
fn told(outcome: Result<Outcome, StorageError>, is_crowded: bool) -> String {
    match outcome {
        Ok(Outcome::Duplicate { .. }) if is_crowded => "something is taken".to_owned(),
        outcome => format!("{outcome:?}"),
    }
}

/// All that can be read of what was ever wanted.
async fn picture(app: &App, model: &Model) -> Vec<String> {
    let scope = model.ctx.scope();
    let mut seen = Vec::new();
    let mut of = Vec::new();
    for id in &model.tried {
        seen.push(format!("{:?}", app.aggregates.order(scope, *id).await.unwrap()));
        of.push(AggregateRef::new(AggregateType::Order, id.uuid()));
    }
    for customer in &model.customers {
        let id = customer[0].id();
        seen.push(format!("{:?}", app.aggregates.customer(scope, id).await.unwrap()));
        of.push(AggregateRef::new(AggregateType::Customer, id.uuid()));
    }
    seen.push(format!("{:?}", app.keys.all(scope).await.unwrap()));
    of.extend(model.keys.iter().map(|key| AggregateRef::new(AggregateType::ApiKey, key[0].id().uuid())));
    for of in of {
        seen.push(format!("{:?}", app.events.page(scope, of, None, PageLimit::MAX).await.unwrap().rows));
    }
    seen
}

/// How many rows there are of each table, and how many customers are counted.
fn model_counts(model: &Model) -> [i64; 8] {
    let last = model.orders.iter().map(|order| order.last().unwrap());
    let items: usize = last.map(|order| order.item_count()).sum();
    let events = model.orders.iter().map(Vec::len).chain(model.customers.iter().map(Vec::len));
    let events: usize = events.chain(model.keys.iter().map(Vec::len)).sum();
    let [orders, customers, keys] = [model.orders.len(), model.customers.len(), model.keys.len()];
    // One event more is the tenant's.
    [orders, items, customers, keys, keys, events + 1, model.claims.len(), customers]
        .map(|count| i64::try_from(count).unwrap())
}

async fn counts(db: &SqlDb, tenant_id: Uuid) -> [i64; 8] {
    let of = TABLES.map(|table| format!("(SELECT count(*) FROM {table} WHERE tenant_id = $1)")).join(", ");
    let sql = format!("SELECT {of}, (SELECT used FROM tenant_counters WHERE tenant_id = $1 AND kind = 'customers')");
    let statement = Statement::from_sql_and_values(db.backend(), sql, [tenant_id.into()]);
    let row = of_all_tenants(db, statement).await.remove(0);
    std::array::from_fn(|column| row.try_get_by_index(column).unwrap())
}

/// The rows of a tenant as PostgreSQL prints them, but for the times of the database's own clock.
async fn texts(db: &SqlDb, table: &str, tenant_id: Uuid) -> Vec<String> {
    let sql = format!(
        "SELECT (to_jsonb(t) - 'expires_at' - 'recorded_at')::text FROM {table} t WHERE tenant_id = $1 ORDER BY 1"
    );
    let statement = Statement::from_sql_and_values(db.backend(), sql, [tenant_id.into()]);
    let rows = of_all_tenants(db, statement).await;
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}
