//! Few statement texts: each is prepared once per connection, and 128 fit the cache (performance.md §6).

use std::collections::BTreeSet;

use orderbase_application::views::{OrderFilter, OrderPosition, OrderQuery, OrderSort, Span};
use orderbase_kernel::{Currency, CustomerId, ExternalReference, OrderId, PageLimit};
use orderbase_orders::OrderStatus;
use sea_orm::DbBackend;

use super::seed::{business_date, created_at, customer_id, order_id, scope};
use crate::sql::orders::statement;
use crate::sql::scope::Tenant;

/// Every subset of statuses with and without each other filter, in both orders, from every kind of place, of any length.
fn queries() -> Vec<OrderQuery> {
    let mut queries = Vec::new();
    for bits in 0..(1_u32 << 5) {
        let chosen = |at: usize| bits & (1 << at) != 0;
        let statuses: Vec<_> =
            OrderStatus::ALL.into_iter().enumerate().filter(|(at, _)| chosen(*at)).map(|(_, status)| status).collect();
        for others in 0..(1_u32 << 5) {
            let has = |at: u32| others & (1 << at) != 0;
            let filter = OrderFilter {
                statuses: statuses.clone(),
                customer_id: has(0).then(|| CustomerId::from_uuid(customer_id(1))),
                currency: has(1).then_some(Currency::Eur),
                business_date: Span { from: has(2).then(|| business_date(9)), to: has(3).then(|| business_date(900)) },
                created: Span { from: has(4).then(|| created_at(9)), to: has(3).then(|| created_at(900)) },
                ..OrderFilter::default()
            };
            let after = has(0).then(|| OrderPosition { id: OrderId::from_uuid(order_id(5)), total_minor: 1 });
            let limit = PageLimit::try_new(i64::from(1 + bits * 3)).unwrap();
            for sort in [OrderSort::NewestFirst, OrderSort::OldestFirst] {
                queries.push(OrderQuery { filter: filter.clone(), sort, after, limit });
            }
        }
    }
    queries
}

#[test]
fn lists_of_orders_have_few_texts() {
    let tenant = Tenant::value(scope(1).tenant_id.uuid());
    for backend in [DbBackend::Postgres, DbBackend::Sqlite] {
        let page = |query: &OrderQuery| backend.build(&statement::page(backend, &tenant, query)).sql;
        let texts: BTreeSet<_> = queries().iter().map(page).collect();
        // Any, one, two, three or four statuses, or those beside a customer: 8 kinds; currency, dates, direction: 2 each.
        assert!(texts.len() <= 64, "{} texts", texts.len());
    }
}

#[test]
fn look_ups_by_lists_have_few_texts() {
    let references: Vec<_> = (0..100).map(|n| ExternalReference::parse(&format!("r{n}")).unwrap()).collect();
    let tenant = Tenant::value(scope(1).tenant_id.uuid());
    let text = |n: usize| DbBackend::Postgres.build(&statement::with_references(&tenant, &references[..n])).sql;
    let texts: BTreeSet<_> = (1..=100).map(text).collect();
    assert_eq!(texts.len(), 4);
}
