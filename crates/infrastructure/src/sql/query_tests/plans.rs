//! Each row of domain.md §14 that is served now, by the index it is said to walk.

use orderbase_application::views::{
    CreatedSort, CustomerFilter, CustomerPosition, CustomerQuery, OrderFilter, OrderPosition, OrderQuery, OrderSort,
    Span, TotalBounds,
};
use orderbase_kernel::{
    AggregateRef, AggregateType, BusinessDate, Currency, CustomerId, Email, ExternalReference, OrderId, Version,
};
use orderbase_orders::{CustomerStatus, OrderNumber, OrderStatus};
use orderbase_tenancy::KeyHash;

use super::plan::{Index, assert_walks};
use super::seed::{WHALE, created_at, customer_id, key_hash, order_id, seed};
use super::test_db::{TestDb, each};
use crate::sql::scope::{at_once_behind, behind};
use crate::sql::{customers, events, keys, orders};

const PRIMARY: Index = Index { postgres: "pk_orders", sqlite: "sqlite_autoindex_orders_1" };
const NUMBER: Index = Index { postgres: "uq_orders_number", sqlite: "sqlite_autoindex_orders_2" };
const REFERENCE: Index = Index { postgres: "uq_orders_external_reference", sqlite: "uq_orders_external_reference" };
const STATUS: Index = Index { postgres: "ix_orders_status", sqlite: "ix_orders_status" };
const CUSTOMER: Index = Index { postgres: "ix_orders_customer", sqlite: "ix_orders_customer" };
const CURRENCY: Index = Index { postgres: "ix_orders_currency", sqlite: "ix_orders_currency" };
const TOTAL: Index = Index { postgres: "ix_orders_total", sqlite: "ix_orders_total" };
const LINES: Index = Index { postgres: "pk_order_items", sqlite: "USING PRIMARY KEY" };

struct Case {
    name: &'static str,
    filter: OrderFilter,
    index: Index,
    rows_max: f64,
}

fn case(name: &'static str, index: Index, rows_max: f64, filter: OrderFilter) -> Case {
    Case { name, filter, index, rows_max }
}

fn cases() -> Vec<Case> {
    let any = OrderFilter::default;
    let days = |from: &str, to: &str| Span {
        from: Some(BusinessDate::parse(from).unwrap()),
        to: Some(BusinessDate::parse(to).unwrap()),
    };
    let open = vec![OrderStatus::Pending, OrderStatus::Confirmed, OrderStatus::Processing];
    let customer_id = Some(CustomerId::from_uuid(customer_id(7)));
    vec![
        case("any", PRIMARY, 21.0, any()),
        case(
            "created",
            PRIMARY,
            21.0,
            OrderFilter { created: Span { from: Some(created_at(100)), to: Some(created_at(3_000)) }, ..any() },
        ),
        // 26 h at each end are looked at and thrown away: 78 orders each.
        case("business date", PRIMARY, 200.0, OrderFilter { business_date: days("2025-01-10", "2025-01-20"), ..any() }),
        case("one status", STATUS, 21.0, OrderFilter { statuses: vec![OrderStatus::Pending], ..any() }),
        case("several statuses", STATUS, 63.0, OrderFilter { statuses: open.clone(), ..any() }),
        case("one customer", CUSTOMER, 21.0, OrderFilter { customer_id, ..any() }),
        case("one customer, statuses", CUSTOMER, 21.0, OrderFilter { customer_id, statuses: open, ..any() }),
        case("one currency", CURRENCY, 60.0, OrderFilter { currency: Some(Currency::Gbp), ..any() }),
        case("number", NUMBER, 1.0, OrderFilter { number: Some(OrderNumber::try_new(1_500).unwrap()), ..any() }),
        case(
            "reference",
            REFERENCE,
            1.0,
            OrderFilter { external_reference: Some(ExternalReference::parse("web-300").unwrap()), ..any() },
        ),
    ]
}

async fn seeded() -> [TestDb; 2] {
    let tests = each().await;
    for test in &tests {
        seed(&test.writer).await;
    }
    tests
}

#[tokio::test]
async fn pages_of_orders_walk_their_index() {
    for test in seeded().await {
        let after = OrderPosition { id: OrderId::from_uuid(order_id(WHALE / 2)), total_minor: 5_000 };
        for case in cases() {
            for sort in [OrderSort::NewestFirst, OrderSort::OldestFirst] {
                for after in [None, Some(after)] {
                    let query = OrderQuery { filter: case.filter.clone(), sort, after, ..OrderQuery::default() };
                    eprintln!("{} {sort:?} {after:?} {:?}", case.name, test.db.backend());
                    let backend = test.db.backend();
                    let page = test.sent(|tenant| orders::statement::page(backend, tenant, &query));
                    assert_walks(&test, &page, case.index, case.rows_max).await;
                    assert_walks(&test, &page, LINES, case.rows_max).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn pages_by_total_walk_their_index() {
    for test in seeded().await {
        for sort in [OrderSort::LargestFirst, OrderSort::SmallestFirst] {
            for total in [TotalBounds::default(), TotalBounds { min: Some(1_000), max: Some(9_000) }] {
                for position in [None, Some(OrderPosition { id: OrderId::from_uuid(order_id(50)), total_minor: 4_000 })]
                {
                    let filter = OrderFilter { currency: Some(Currency::Eur), total, ..OrderFilter::default() };
                    let query = OrderQuery { filter, sort, after: position, ..OrderQuery::default() };
                    let backend = test.db.backend();
                    let page = test.sent(|tenant| orders::statement::page(backend, tenant, &query));
                    assert_walks(&test, &page, TOTAL, 21.0).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn single_orders_and_counts_walk_their_index() {
    for test in seeded().await {
        let one = test.sent(|tenant| orders::statement::one(tenant, OrderId::from_uuid(order_id(77))));
        assert_walks(&test, &one, PRIMARY, 1.0).await;
        assert_walks(&test, &one, LINES, 1.0).await;
        let pending = OrderFilter { statuses: vec![OrderStatus::Pending], ..OrderFilter::default() };
        let count = test.sent(|tenant| orders::statement::count(tenant, &pending, 100));
        assert_walks(&test, &count, STATUS, 100.0).await;
        let references: Vec<_> = (0..7).map(|n| ExternalReference::parse(&format!("web-{n}")).unwrap()).collect();
        let named = test.sent(|tenant| orders::statement::with_references(tenant, &references));
        assert_walks(&test, &named, REFERENCE, 20.0).await;
    }
}

#[tokio::test]
async fn customers_walk_their_index() {
    let primary = Index { postgres: "pk_customers", sqlite: "sqlite_autoindex_customers_1" };
    let email = Index { postgres: "uq_customers_email", sqlite: "uq_customers_email" };
    let reference = Index { postgres: "uq_customers_external_reference", sqlite: "uq_customers_external_reference" };
    let any = CustomerFilter::default;
    let filters = [
        (primary, any()),
        (primary, CustomerFilter { status: Some(CustomerStatus::Active), ..any() }),
        (primary, CustomerFilter { created: Span { from: Some(created_at(5)), to: Some(created_at(90)) }, ..any() }),
        (email, CustomerFilter { email: Some(Email::parse("c8@example.com").unwrap()), ..any() }),
        (reference, CustomerFilter { external_reference: Some(ExternalReference::parse("crm-9").unwrap()), ..any() }),
    ];
    let after = CustomerPosition { id: CustomerId::from_uuid(customer_id(200)) };
    for test in seeded().await {
        for (index, filter) in &filters {
            for sort in [CreatedSort::NewestFirst, CreatedSort::OldestFirst] {
                for after in [None, Some(after)] {
                    let query = CustomerQuery { filter: filter.clone(), sort, after, ..CustomerQuery::default() };
                    assert_walks(&test, &test.sent(|tenant| customers::page(tenant, &query)), *index, 0.0).await;
                }
            }
        }
        let ids: Vec<_> = (0..3).map(|n| CustomerId::from_uuid(customer_id(n))).collect();
        assert_walks(&test, &test.sent(|tenant| customers::one(tenant, ids[0])), primary, 0.0).await;
        assert_walks(&test, &test.sent(|tenant| customers::some(tenant, &ids)), primary, 0.0).await;
        let of_order = test.sent(|tenant| customers::of_order(tenant, OrderId::from_uuid(order_id(9))));
        for index in [primary, PRIMARY] {
            assert_walks(&test, &of_order, index, 1.0).await;
        }
        let references: Vec<_> = (0..7).map(|n| ExternalReference::parse(&format!("crm-{n}")).unwrap()).collect();
        assert_walks(&test, &test.sent(|tenant| customers::with_references(tenant, &references)), reference, 0.0).await;
    }
}

#[tokio::test]
async fn events_and_keys_walk_their_index() {
    let history = Index { postgres: "pk_events", sqlite: "sqlite_autoindex_events_1" };
    let directory = Index { postgres: "pk_api_key_directory", sqlite: "api_key_directory" };
    let key = Index { postgres: "pk_api_keys", sqlite: "sqlite_autoindex_api_keys_1" };
    let of = AggregateRef::new(AggregateType::Order, order_id(9));
    for test in seeded().await {
        assert_walks(&test, &test.sent(|tenant| events::page(tenant, of, Some(Version::FIRST), 21)), history, 0.0)
            .await;
        assert_walks(&test, &test.sent(|tenant| events::page(tenant, of, None, 21)), history, 0.0).await;
        let finder = keys::directory(&KeyHash::from_bytes(key_hash(1, 500)));
        let holder =
            if test.is_postgres() { at_once_behind(&finder, keys::found) } else { behind(&finder, keys::found) };
        assert_walks(&test, &holder, key, 0.0).await;
        assert_walks(&test, &holder, directory, 0.0).await;
    }
}
