//! What the tests of the demonstration share: seeded worlds, and everything a tenant holds as text.
#![allow(dead_code, reason = "each test binary takes what it needs")]

mod sqlite;

use std::sync::Arc;

use orderbase::demo::keys::{DemoTenant, operator};
use orderbase::demo::seed::{Origin, seed};
use orderbase_application::testing::World;
use orderbase_application::views::{
    CustomerQuery, CustomerView, OrderPosition, OrderQuery, OrderView, UserFilter, UserQuery,
};
use orderbase_application::{App, Ctx, customers, keys, orders, users};
use orderbase_kernel::{AggregateRef, AggregateType, Envelope, OrderId, PageLimit, Timestamp};

#[allow(unused_imports, reason = "each test binary takes what it needs")]
pub use sqlite::Sqlite;

pub const NOW: &str = "2026-01-15T12:00:00Z";

pub fn origin() -> Origin {
    Origin { seed: 42, now: Timestamp::parse(NOW).unwrap() }
}

/// A demonstration in memory.
pub async fn seeded(origin: Origin) -> (App, Vec<DemoTenant>) {
    let app = World::new().app;
    let tenants = seed(&app, origin).await.unwrap();
    (app, tenants)
}

pub fn ctx(app: &App, demo: &DemoTenant) -> Ctx {
    operator(app).unwrap().within(Arc::clone(&demo.tenant))
}

/// Newest first.
pub async fn all_orders(app: &App, demo: &DemoTenant) -> Vec<OrderView> {
    let mut all: Vec<OrderView> = Vec::new();
    loop {
        let after = all.last().map(|order| OrderPosition { id: order.id, total_minor: order.total.minor() });
        let query = OrderQuery { after, limit: PageLimit::MAX, ..OrderQuery::default() };
        let page = orders::list(app, &ctx(app, demo), &query, Default::default()).await.unwrap().page;
        all.extend(page.rows);
        if !page.has_more {
            return all;
        }
    }
}

pub async fn all_customers(app: &App, demo: &DemoTenant) -> Vec<CustomerView> {
    let query = CustomerQuery { limit: PageLimit::MAX, ..CustomerQuery::default() };
    let page = customers::list(app, &ctx(app, demo), &query, false).await.unwrap().page;
    assert!(!page.has_more);
    page.rows
}

pub async fn timeline(app: &App, demo: &DemoTenant, id: OrderId) -> Vec<Envelope> {
    events(app, demo, AggregateRef::new(AggregateType::Order, id.uuid())).await
}

async fn events(app: &App, demo: &DemoTenant, of: AggregateRef) -> Vec<Envelope> {
    let page = app.events.page(ctx(app, demo).scope(), of, None, PageLimit::MAX).await.unwrap();
    assert!(!page.has_more);
    page.rows
}

/// Everything that is stored, line by line, without what is derived from secrets.
pub async fn export(app: &App, tenants: &[DemoTenant]) -> Vec<String> {
    let mut lines = Vec::new();
    for demo in tenants {
        let stored = app.tenants.get(demo.tenant.id()).await.unwrap().unwrap();
        lines.push(format!("{stored:?}"));
        let mut aggregates = vec![AggregateRef::new(AggregateType::Tenant, demo.tenant.id().uuid())];
        for mut key in keys::list(app, &ctx(app, demo)).await.unwrap() {
            key.hint.clear();
            lines.push(format!("{key:?}"));
            aggregates.push(AggregateRef::new(AggregateType::ApiKey, key.id.uuid()));
        }
        let query = UserQuery { filter: UserFilter::default(), limit: PageLimit::MAX, after: None };
        for user in users::list(app, &ctx(app, demo), &query).await.unwrap().rows {
            lines.push(format!("{user:?}"));
            aggregates.push(AggregateRef::new(AggregateType::User, user.id().uuid()));
        }
        for customer in all_customers(app, demo).await {
            lines.push(format!("{customer:?}"));
            aggregates.push(AggregateRef::new(AggregateType::Customer, customer.id.uuid()));
        }
        for order in all_orders(app, demo).await {
            lines.push(format!("{order:?}"));
            aggregates.push(AggregateRef::new(AggregateType::Order, order.id.uuid()));
        }
        for of in aggregates {
            let events = events(app, demo, of).await;
            assert!(!events.is_empty());
            lines.extend(events.into_iter().map(|event| without_hint(&format!("{event:?}"))));
        }
    }
    lines
}

/// Four characters of a key's text stand behind its prefix.
fn without_hint(text: &str) -> String {
    match text.split_once("ob_test_") {
        Some((before, after)) => format!("{before}ob_test_****{}", &after[4..]),
        None => text.to_owned(),
    }
}
