//! Twenty tenants over three connections, with callers who hang up and callers who panic in between: nobody ever sees a row of another
//! (security.md §10, P17).
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

use orderbase_application::testing::{customer, order, tenant_ctx};
use orderbase_application::views::OrderQuery;
use orderbase_application::{App, Ctx, Error, customers, orders};
use orderbase_infrastructure::sql::{DatabaseOptions, SqlDb};
use orderbase_kernel::{CustomerId, OrderId};
use tokio::task::JoinSet;

use self::support::{Postgres, app, is_postgres};

const TENANTS: usize = 20;
const ROUNDS: usize = 600;

/// One tenant and all that is its.
#[derive(Clone)]
struct Own {
    ctx: Ctx,
    customer: CustomerId,
    order: OrderId,
}

async fn furnished(app: &App) -> Vec<Own> {
    let mut all = Vec::new();
    for at in 0..TENANTS {
        let ctx = tenant_ctx(app, &format!("tenant-{at}")).await;
        let customer = customer(app, &ctx, &format!("Ada {at}")).await.id;
        let order = order(app, &ctx, customer).await.id;
        all.push(Own { ctx, customer, order });
    }
    all
}

/// What one caller does; `number` decides what. Whatever it is shown has to be its own.
async fn act(app: App, all: Arc<Vec<Own>>, number: usize) {
    let (own, other) = (&all[number % TENANTS], &all[(number * 7 + 3) % TENANTS]);
    let foreign = own.ctx.tenant.id() != other.ctx.tenant.id();
    match number % 6 {
        0 => {
            let page = app.orders.page(own.ctx.scope(), &OrderQuery::default()).await.unwrap();
            assert!(page.rows.iter().all(|order| order.customer_id == own.customer), "a foreign order in a list");
            assert!(!page.rows.is_empty());
        }
        1 => assert_eq!(orders::get(&app, &own.ctx, own.order, true).await.unwrap().order.id, own.order),
        2 if foreign => {
            let found = orders::get(&app, &own.ctx, other.order, false).await;
            assert!(matches!(found, Err(Error::NotFound(_))), "{found:?}");
        }
        3 if foreign => {
            let found = customers::get(&app, &own.ctx, other.customer).await;
            assert!(matches!(found, Err(Error::NotFound(_))), "{found:?}");
        }
        4 => drop(order(&app, &own.ctx, own.customer).await),
        _ => {
            let keys = app.keys.all(own.ctx.scope()).await.unwrap();
            assert!(keys.iter().all(|key| key.tenant_id() == own.ctx.tenant.id()));
        }
    }
    assert!(!number.is_multiple_of(11), "this caller panics with a connection behind it");
}

async fn interleave(db: &SqlDb) {
    let app = app(db);
    let all = Arc::new(furnished(&app).await);
    let mut crowd = JoinSet::new();
    let mut panics = 0;
    for number in 0..ROUNDS {
        let handle = crowd.spawn(act(app.clone(), Arc::clone(&all), number));
        // Every seventh hangs up somewhere on the way.
        if number % 7 == 0 {
            tokio::time::sleep(Duration::from_micros((number as u64 * 37) % 2_000)).await;
            handle.abort();
        }
        while crowd.len() >= 30 {
            panics += usize::from(judged(crowd.join_next().await.unwrap()));
        }
    }
    while let Some(ended) = crowd.join_next().await {
        panics += usize::from(judged(ended));
    }
    assert!(panics > 10, "{panics} callers panicked");
    assert_eq!(db.poisoned(), 0);
    // Afterwards everything is where it was.
    for own in all.iter() {
        assert_eq!(orders::get(&app, &own.ctx, own.order, false).await.unwrap().order.customer_id, own.customer);
    }
}

/// Whether the caller panicked as it was meant to. Fails the test on any other panic.
fn judged(ended: Result<(), tokio::task::JoinError>) -> bool {
    match ended {
        Ok(()) => false,
        Err(error) if error.is_cancelled() => false,
        Err(error) => {
            let payload = error.into_panic();
            let text = payload.downcast_ref::<String>().cloned();
            let text =
                text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default();
            assert!(text.contains("this caller panics"), "{text}");
            true
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_tenants_share_three_connections() {
    let options = DatabaseOptions { pool_max: 3, acquire_timeout_ms: 20_000, ..DatabaseOptions::default() };
    let postgres = Postgres::with(options).await;
    assert!(is_postgres(&postgres.db));
    interleave(&postgres.db).await;
}

/// The general form, as behind a pooler without prepared statements.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_tenants_share_three_connections_without_prepared_statements() {
    let options =
        DatabaseOptions { pool_max: 3, statement_cache: 0, acquire_timeout_ms: 20_000, ..DatabaseOptions::default() };
    let postgres = Postgres::with(options).await;
    interleave(&postgres.db).await;
}
