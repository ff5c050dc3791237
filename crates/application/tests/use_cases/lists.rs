//! Lists: which filters go with which sort, totals, customers beside the rows.

use orderbase_application::orders::{self, ListExtras};
use orderbase_application::testing::{ctx_with, customer, order};
use orderbase_application::views::{
    COUNT_MAX, Counted, CustomerFilter, CustomerQuery, OrderFilter, OrderQuery, OrderSort, Span, TotalBounds,
};
use orderbase_application::{Code, Error, Fault, Place, customers};
use orderbase_kernel::{BusinessDate, Currency, ExternalReference, InvalidCode, PageLimit, Timestamp};
use orderbase_orders::{OrderNumber, OrderStatus};
use orderbase_tenancy::Permission;

use super::{code, shop};

fn at(text: &str) -> Option<Timestamp> {
    Some(Timestamp::parse(text).unwrap())
}

fn day(text: &str) -> Option<BusinessDate> {
    Some(BusinessDate::parse(text).unwrap())
}

fn told(faults: &[Fault]) -> Vec<(&str, InvalidCode)> {
    let parameter = |fault: &Fault| match &fault.place {
        Place::Parameter(name) => name.clone(),
        other => panic!("{other:?}"),
    };
    faults.iter().map(|fault| (&*parameter(fault).leak(), fault.code)).collect()
}

#[tokio::test]
async fn filters_that_no_index_serves_are_refused_all_at_once() {
    let (world, ctx) = shop().await;
    let ada = customer(&world.app, &ctx, "Ada").await;
    let everything = OrderFilter {
        statuses: vec![OrderStatus::Pending],
        customer_id: Some(ada.id),
        currency: None,
        number: Some(OrderNumber::try_new(1_001).unwrap()),
        external_reference: Some(ExternalReference::parse("web-1").unwrap()),
        created: Span { from: at("2026-01-02T00:00:00Z"), to: at("2026-01-01T00:00:00Z") },
        business_date: Span { from: day("2026-01-02"), to: day("2026-01-01") },
        total: TotalBounds { min: Some(2), max: Some(1) },
    };
    for sort in [OrderSort::LargestFirst, OrderSort::SmallestFirst] {
        let query = OrderQuery { filter: everything.clone(), sort, ..OrderQuery::default() };
        let refused = orders::list(&world.app, &ctx, &query, ListExtras::default()).await.unwrap_err();
        let Error::Validation { faults } = refused else { panic!("{refused:?}") };
        let not_served = InvalidCode::NotServed;
        assert_eq!(
            told(&faults),
            [
                ("created_to", InvalidCode::RangeInverted),
                ("business_date_to", InvalidCode::RangeInverted),
                ("max_total", InvalidCode::RangeInverted),
                ("currency", InvalidCode::Required),
                ("status", not_served),
                ("customer_id", not_served),
                ("number", not_served),
                ("external_reference", not_served),
                ("created_from", not_served),
                ("created_to", not_served),
                ("business_date_from", not_served),
                ("business_date_to", not_served),
            ]
        );
    }
    for sort in [OrderSort::NewestFirst, OrderSort::OldestFirst] {
        let filter = OrderFilter { total: TotalBounds { min: Some(1), max: Some(1) }, ..OrderFilter::default() };
        let query = OrderQuery { filter, sort, ..OrderQuery::default() };
        let refused = orders::list(&world.app, &ctx, &query, ListExtras::default()).await.unwrap_err();
        let Error::Validation { faults } = refused else { panic!("{refused:?}") };
        assert_eq!(told(&faults), [("min_total", InvalidCode::NotServed), ("max_total", InvalidCode::NotServed)]);
    }
}

#[tokio::test]
async fn an_empty_span_is_no_inverted_one() {
    let (world, ctx) = shop().await;
    let same = at("2026-01-02T00:00:00Z");
    let filter = OrderFilter { created: Span { from: same, to: same }, ..OrderFilter::default() };
    let query = OrderQuery { filter, ..OrderQuery::default() };
    orders::list(&world.app, &ctx, &query, ListExtras::default()).await.unwrap();
    let total = TotalBounds { min: Some(5), max: Some(5) };
    let filter = OrderFilter { currency: Some(Currency::Usd), total, ..OrderFilter::default() };
    let query = OrderQuery { filter, sort: OrderSort::LargestFirst, ..OrderQuery::default() };
    orders::list(&world.app, &ctx, &query, ListExtras::default()).await.unwrap();

    let created = Span { from: at("2026-01-02T00:00:00Z"), to: at("2026-01-01T00:00:00Z") };
    let query = CustomerQuery { filter: CustomerFilter { created, ..Default::default() }, ..Default::default() };
    assert_eq!(code(customers::list(&world.app, &ctx, &query, false).await), Code::ValidationFailed);
}

#[tokio::test]
async fn a_list_brings_what_was_asked_for() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let (ada, bob) = (customer(app, &ctx, "Ada").await, customer(app, &ctx, "Bob").await);
    for owner in [&ada, &bob, &ada, &bob, &ada] {
        order(app, &ctx, owner.id).await;
    }
    let query = OrderQuery { limit: PageLimit::try_new(3).unwrap(), ..OrderQuery::default() };
    let plain = orders::list(app, &ctx, &query, ListExtras::default()).await.unwrap();
    assert_eq!((plain.page.rows.len(), plain.page.has_more, plain.total, plain.customers.len()), (3, true, None, 0));
    let extras = ListExtras { include_total: true, expand_customer: true };
    let full = orders::list(app, &ctx, &query, extras).await.unwrap();
    assert_eq!(full.page, plain.page);
    assert_eq!(full.total, Some(Counted { value: 5, exact: true }));
    let mut people = full.customers;
    people.sort_by_key(|customer| customer.id);
    assert_eq!(people, [ada, bob]);

    let clerk = ctx_with(app, &ctx.tenant, &[Permission::OrdersRead]);
    let with_customers = ListExtras { expand_customer: true, ..ListExtras::default() };
    assert_eq!(code(orders::list(app, &clerk, &query, with_customers).await), Code::PermissionDenied);
    let found = customers::list(app, &ctx, &CustomerQuery::default(), true).await.unwrap();
    assert_eq!((found.page.rows.len(), found.total), (2, Some(Counted { value: 2, exact: true })));
}

#[test]
fn a_count_says_whether_it_is_exact() {
    for (counted, value, exact) in [(0, 0, true), (COUNT_MAX, COUNT_MAX, true), (COUNT_MAX + 1, COUNT_MAX, false)] {
        assert_eq!(Counted::up_to_max(counted), Counted { value, exact });
    }
}
