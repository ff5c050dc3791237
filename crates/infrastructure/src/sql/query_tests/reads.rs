//! What is read is what was stored, on both databases; and what breaks a rule is told, not served.

use orderbase_application::ports::{
    Aggregates, CustomerQueries, EventQueries, KeyDirectory, KeyQueries, OrderQueries, StorageError, Tenants,
};
use orderbase_application::views::{
    CustomerFilter, CustomerQuery, OrderFilter, OrderPosition, OrderQuery, OrderSort, OrderView, Span, TotalBounds,
};
use orderbase_kernel::{
    AggregateRef, AggregateType, BusinessDate, Currency, CustomerId, ExternalReference, OrderId, PageLimit, TenantId,
    Version,
};
use orderbase_orders::{OrderNumber, OrderStatus};
use orderbase_tenancy::{KeyHash, Slug};
use sea_orm::ConnectionTrait;

use super::seed::{
    SMALL, business_date, created_at, currency, customer_id, id, key_hash, lines, order_id, scope, seed, status,
    total_minor,
};
use super::test_db::{TestDb, each};
use crate::sql::{SqlAggregates, SqlCustomers, SqlEvents, SqlKeys, SqlOrders, SqlTenants};

async fn walk(orders: &SqlOrders, filter: &OrderFilter, sort: OrderSort, limit: i64) -> Vec<OrderView> {
    let mut query = OrderQuery { filter: filter.clone(), sort, after: None, limit: PageLimit::try_new(limit).unwrap() };
    let mut all = Vec::new();
    loop {
        let page = orders.page(scope(2), &query).await.unwrap();
        assert!(page.rows.len() <= usize::try_from(limit).unwrap());
        let last = page.rows.last().map(|order| OrderPosition { id: order.id, total_minor: order.total.minor() });
        all.extend(page.rows);
        match last {
            Some(last) if page.has_more => query.after = Some(last),
            _ => return all,
        }
    }
}

/// What the filter says, said again over the seed.
fn expected(filter: &OrderFilter, sort: OrderSort) -> Vec<u64> {
    let mut found: Vec<u64> = (0..SMALL)
        .filter(|n| {
            let reference = (n % 3 == 0).then(|| format!("web-{n}"));
            (filter.statuses.is_empty() || filter.statuses.contains(&status(*n)))
                && filter.customer_id.is_none_or(|id| id.uuid() == customer_id(n * 31 % super::seed::CUSTOMERS))
                && filter.currency.is_none_or(|wanted| wanted == currency(*n))
                && filter.number.is_none_or(|number| number.get() == 1_001 + n)
                && filter.external_reference.as_ref().is_none_or(|wanted| reference.as_deref() == Some(wanted.as_str()))
                && filter.created.contains(&created_at(*n))
                && filter.business_date.contains(&business_date(*n))
                && filter.total.min.is_none_or(|min| total_minor(*n) >= min)
                && filter.total.max.is_none_or(|max| total_minor(*n) <= max)
        })
        .collect();
    match sort {
        OrderSort::OldestFirst => {}
        OrderSort::NewestFirst => found.reverse(),
        OrderSort::SmallestFirst => found.sort_by_key(|n| (total_minor(*n), *n)),
        OrderSort::LargestFirst => found.sort_by_key(|n| std::cmp::Reverse((total_minor(*n), *n))),
    }
    found
}

fn filters() -> Vec<OrderFilter> {
    let any = OrderFilter::default;
    let date = |text| Some(BusinessDate::parse(text).unwrap());
    use OrderStatus::{Cancelled, Completed, Confirmed, Pending, Processing};
    vec![
        any(),
        OrderFilter { statuses: vec![Pending], ..any() },
        OrderFilter { statuses: vec![Pending, Cancelled], ..any() },
        OrderFilter { statuses: vec![Cancelled, Pending, Confirmed, Processing], ..any() },
        OrderFilter { statuses: vec![Completed, Pending, Confirmed, Cancelled, Processing], ..any() },
        OrderFilter { customer_id: Some(CustomerId::from_uuid(customer_id(31))), ..any() },
        OrderFilter {
            customer_id: Some(CustomerId::from_uuid(customer_id(124))),
            statuses: vec![Cancelled, Pending],
            ..any()
        },
        OrderFilter { currency: Some(Currency::Gbp), ..any() },
        OrderFilter { currency: Some(Currency::Usd), statuses: vec![Completed, Cancelled], ..any() },
        OrderFilter { number: Some(OrderNumber::try_new(1_077).unwrap()), ..any() },
        OrderFilter { number: Some(OrderNumber::try_new(1_077).unwrap()), statuses: vec![Pending, Cancelled], ..any() },
        OrderFilter { external_reference: Some(ExternalReference::parse("web-33").unwrap()), ..any() },
        OrderFilter { external_reference: Some(ExternalReference::parse("web-34").unwrap()), ..any() },
        OrderFilter { created: Span { from: Some(created_at(40)), to: Some(created_at(90)) }, ..any() },
        OrderFilter { created: Span { from: None, to: Some(created_at(1)) }, ..any() },
        OrderFilter { business_date: Span { from: date("2025-01-02"), to: date("2025-01-04") }, ..any() },
        OrderFilter { business_date: Span { from: date("2025-01-03"), to: None }, ..any() },
        OrderFilter { business_date: Span { from: None, to: date("2025-01-01") }, ..any() },
        OrderFilter { business_date: Span { from: date("0001-01-01"), to: date("0001-01-01") }, ..any() },
        OrderFilter {
            business_date: Span { from: date("2025-01-02"), to: date("2025-01-04") },
            created: Span { from: Some(created_at(80)), to: None },
            statuses: vec![Completed, Pending],
            ..any()
        },
    ]
}

#[tokio::test]
async fn every_filter_finds_what_it_says_in_its_order() {
    for test in each().await {
        seed(&test.writer).await;
        let orders = SqlOrders::new(test.db.clone());
        for filter in filters() {
            for sort in [OrderSort::NewestFirst, OrderSort::OldestFirst] {
                let expected = expected(&filter, sort);
                for limit in [7, 100] {
                    assert_found(&walk(&orders, &filter, sort, limit).await, &expected, &filter);
                }
            }
            let count = expected(&filter, OrderSort::NewestFirst).len() as u64;
            assert_eq!(orders.count(scope(2), &filter, 1_000).await.unwrap(), count, "{filter:?}");
            assert_eq!(orders.count(scope(2), &filter, 5).await.unwrap(), count.min(5));
        }
        for total in [
            TotalBounds::default(),
            TotalBounds { min: Some(2_000), max: None },
            TotalBounds { min: Some(total_minor(14)), max: Some(9_000) },
        ] {
            let filter = OrderFilter { currency: Some(Currency::Gbp), total, ..OrderFilter::default() };
            for sort in [OrderSort::LargestFirst, OrderSort::SmallestFirst] {
                assert_found(&walk(&orders, &filter, sort, 9).await, &expected(&filter, sort), &filter);
            }
        }
    }
}

fn assert_found(found: &[OrderView], expected: &[u64], filter: &OrderFilter) {
    let found: Vec<_> = found.iter().map(|order| order.number.get() - 1_001).collect();
    assert_eq!(found, expected, "{filter:?}");
}

#[tokio::test]
async fn an_order_is_read_whole() {
    for test in each().await {
        seed(&test.writer).await;
        let orders = SqlOrders::new(test.db.clone());
        let aggregates = SqlAggregates::new(test.db.clone());
        for n in [0, 3, 4, 7, 44, 101] {
            let id = OrderId::from_uuid(order_id(n));
            let view = orders.get(scope(1), id).await.unwrap().unwrap();
            assert_eq!(view.items.len() as u64, lines(n));
            assert_eq!(view.total.minor(), view.items.iter().map(|item| item.line_total.minor()).sum::<i64>());
            assert!(view.items.is_sorted_by_key(|item| item.id));
            assert_eq!((view.status, view.currency, view.created_at), (status(n), currency(n), created_at(n)));
            assert_eq!(view.metadata, format!(r#"{{"n":{n}}}"#));
            let aggregate = aggregates.order(scope(1), id).await.unwrap().unwrap();
            assert_eq!(OrderView::from(&aggregate), view);
            assert_eq!(aggregate.tenant_id(), scope(1).tenant_id);
        }
        let unknown = OrderId::from_uuid(id(5, 77));
        assert_eq!(orders.get(scope(1), unknown).await.unwrap(), None);
        assert_eq!(aggregates.order(scope(1), unknown).await.unwrap(), None);
        let whales = OrderId::from_uuid(order_id(SMALL + 1));
        assert!(orders.get(scope(1), whales).await.unwrap().is_some());
        assert_eq!(orders.get(scope(2), whales).await.unwrap(), None, "another tenant's order is not there");
        let references = ["web-3", "web-4", "web-6"].map(|text| ExternalReference::parse(text).unwrap());
        let mut found = orders.with_references(scope(2), &references).await.unwrap();
        found.sort_by_key(|(_, id)| *id);
        let expected = [(0, 3), (2, 6)].map(|(at, n)| (references[at].clone(), OrderId::from_uuid(order_id(n))));
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn a_page_ends_before_it_has_too_many_lines() {
    for test in each().await {
        seed(&test.writer).await;
        fatten(&test).await;
        let orders = SqlOrders::new(test.db.clone());
        let query = OrderQuery { limit: PageLimit::MAX, ..OrderQuery::default() };
        let page = orders.page(scope(2), &query).await.unwrap();
        // 13 × 2 000 lines would be 26 000.
        assert_eq!((page.rows.len(), page.has_more), (12, true));
        assert_eq!(page.rows.iter().map(|order| order.items.len()).sum::<usize>(), 24_000);
        let last = page.rows.last().unwrap();
        let after = Some(OrderPosition { id: last.id, total_minor: last.total.minor() });
        let next = orders.page(scope(2), &OrderQuery { after, ..query }).await.unwrap();
        assert_eq!(next.rows.len(), 100);
        assert_eq!(next.rows[0].number.get() + 1, last.number.get());
    }
}

/// Gives the 13 newest orders of tenant 2 the most lines that an order can have.
async fn fatten(test: &TestDb) {
    let tenant = scope(2).tenant_id.uuid().simple().to_string();
    let first = order_id(SMALL - 13).simple().to_string();
    let literal = |hex: &str| if test.is_postgres() { format!("'{hex}'::uuid") } else { format!("x'{hex}'") };
    let series = if test.is_postgres() {
        "generate_series(1, 2000) AS s (n)".to_owned()
    } else {
        "(WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 2000) SELECT n FROM s) AS s"
            .to_owned()
    };
    let line = if test.is_postgres() {
        "(substr(o.id::text, 1, 24) || lpad(to_hex(s.n + 100000), 12, '0'))::uuid"
    } else {
        "unhex(substr(hex(o.id), 1, 20) || printf('%012x', s.n + 100000))"
    };
    let of = format!("tenant_id = {} AND {{}} >= {}", literal(&tenant), literal(&first));
    for sql in [
        format!("DELETE FROM order_items WHERE {}", of.replace("{}", "order_id")),
        format!("UPDATE orders SET item_count = 2000, total_minor = 2000 WHERE {}", of.replace("{}", "id")),
        format!(
            "INSERT INTO order_items (tenant_id, order_id, id, product_id, quantity, unit_price_minor)
             SELECT o.tenant_id, o.id, {line}, 'p', 1, 1 FROM orders o CROSS JOIN {series} WHERE o.{}",
            of.replace("{}", "o.id")
        ),
    ] {
        test.writer.execute_unprepared(&sql).await.unwrap();
    }
}

#[tokio::test]
async fn customers_events_tenants_and_keys_are_read() {
    for test in each().await {
        seed(&test.writer).await;
        let customers = SqlCustomers::new(test.db.clone());
        let eight = CustomerId::from_uuid(customer_id(8));
        let view = customers.get(scope(1), eight).await.unwrap().unwrap();
        assert_eq!((view.name.as_str(), view.email.as_ref().unwrap().as_str()), ("Customer 8", "c8@example.com"));
        let aggregates = SqlAggregates::new(test.db.clone());
        let aggregate = aggregates.customer(scope(1), eight).await.unwrap().unwrap();
        assert_eq!(orderbase_application::views::CustomerView::from(&aggregate), view);
        let ids: Vec<_> = (0..30).map(|n| CustomerId::from_uuid(customer_id(n * 100))).collect();
        assert_eq!(customers.some(scope(1), &ids).await.unwrap().len(), 20, "those that exist");
        let page = customers.page(scope(1), &CustomerQuery::default()).await.unwrap();
        assert_eq!((page.rows.len(), page.has_more), (20, true));
        assert_eq!(customers.count(scope(1), &CustomerFilter::default(), 150).await.unwrap(), 150);

        let history = SqlEvents::new(test.db.clone());
        let of = AggregateRef::new(AggregateType::Order, order_id(9));
        let first = history.page(scope(1), of, None, PageLimit::try_new(1).unwrap()).await.unwrap();
        assert!(first.has_more && first.rows[0].event_type == "order.created" && first.rows[0].personal.is_some());
        let rest = history.page(scope(1), of, Some(Version::FIRST), PageLimit::MAX).await.unwrap();
        assert!(!rest.has_more && rest.rows.len() == 1 && rest.rows[0].imported);
        assert_eq!(history.get(scope(1), of, Version::FIRST).await.unwrap().as_ref(), first.rows.first());
        assert_eq!(
            history.get(scope(2), AggregateRef { id: order_id(3_999), ..of }, Version::FIRST).await.unwrap(),
            None
        );

        let tenants = SqlTenants::new(test.db.clone());
        let tenant = tenants.by_slug_unscoped(&Slug::parse("tenant-2").unwrap()).await.unwrap().unwrap();
        assert_eq!((tenant.id(), tenant.overrides().burst), (scope(2).tenant_id, Some(7)));
        assert_eq!(tenants.get(TenantId::from_uuid(id(0, 99))).await.unwrap(), None);
        assert_eq!(tenants.all_unscoped().await.unwrap().len(), 2);

        let keys = SqlKeys::new(test.db.clone());
        let hash = KeyHash::from_bytes(key_hash(2, 5));
        let holder = keys.holder_unscoped(&hash).await.unwrap().unwrap();
        assert_eq!((holder.tenant.id(), holder.key.id().uuid()), (scope(2).tenant_id, id(5, 3)));
        assert_eq!(keys.holder_unscoped(&KeyHash::from_bytes([9; 32])).await.unwrap(), None);
        let all = keys.all(scope(2)).await.unwrap();
        assert!(all.len() == 1_000 && all.is_sorted_by(|one, next| one.id() > next.id()));
        assert_eq!(aggregates.api_key(scope(2), all[0].id()).await.unwrap().as_ref(), all.first());
    }
}

#[tokio::test]
async fn a_row_that_breaks_a_rule_is_corrupt() {
    let set = |what: &str| format!("UPDATE orders SET {what} WHERE number = 1001");
    let cases = [
        (set("currency = 'XXX'"), "the currency is one of those served"),
        (set("item_count = 1999"), "item_count is the number of lines, at least 1"),
        (set("external_reference = ' x'"), "the external reference is printable ASCII"),
        (set("created_at = 9000000000000000"), "times lie in the years 0001 to 9999"),
    ];
    for test in each().await {
        seed(&test.writer).await;
        let orders = SqlOrders::new(test.db.clone());
        let aggregates = SqlAggregates::new(test.db.clone());
        for (sql, rule) in &cases {
            test.writer.execute_unprepared(sql).await.unwrap();
            match orders.get(scope(1), OrderId::from_uuid(order_id(0))).await {
                Err(StorageError::Corrupt(corrupt)) => assert_eq!(corrupt.rule, *rule),
                other => panic!("{sql}: {other:?}"),
            }
            test.writer
                .execute_unprepared(
                    "UPDATE orders SET currency = 'USD', item_count = 1, external_reference = 'web-0', created_at = updated_at
                     WHERE number = 1001",
                )
                .await
                .unwrap();
        }
        test.writer.execute_unprepared(&set("total_minor = total_minor + 1")).await.unwrap();
        let loaded = aggregates.order(scope(1), OrderId::from_uuid(order_id(0))).await;
        assert!(
            matches!(loaded, Err(StorageError::Corrupt(corrupt)) if corrupt.rule == "the total is the sum of the lines")
        );
    }
}
