//! Lists of orders: each filter, each sort, and walks from page to page.

use std::collections::{BTreeSet, HashSet};

use orderbase_kernel::{BusinessDate, Currency, CustomerId, OrderId, PageLimit};
use orderbase_orders::{Order, OrderNumber, OrderStatus};

use super::Harness;
use super::stock::{
    Sample, change_of, commit, insertion, piece, place_of, price, put_customer, put_order, reference, time,
};
use crate::app::App;
use crate::changeset::{Changeset, Outcome};
use crate::ctx::Ctx;
use crate::testing::tenant_ctx;
use crate::views::{OrderFilter, OrderPosition, OrderQuery, OrderSort, OrderView, PAGE_ITEMS_MAX, Span, TotalBounds};

/// A shop with 24 orders of every kind, oldest first.
async fn shop(app: &App, ctx: &Ctx) -> (Vec<Order>, Vec<CustomerId>) {
    let customers = [put_customer(app, ctx, "Ada").await.id(), put_customer(app, ctx, "Bob").await.id()];
    let mut orders = Vec::new();
    for index in 0..24_usize {
        let sample = Sample {
            // Five hours apart, so that days begin in between.
            at: time("2026-01-10T00:30:00Z").plus_millis(index as i64 * 5 * 3_600_000),
            customer_id: customers[usize::from(index % 5 == 0)],
            status: OrderStatus::ALL[index % 5],
            currency: if index % 3 == 0 { Currency::Eur } else { Currency::Usd },
            total_minor: 100 + (index as i64 * 37) % 11,
            reference: match index {
                7 => Some("web-7"),
                8 => Some("web-8"),
                _ => None,
            },
        };
        orders.push(put_order(app, ctx, &sample).await);
    }
    (orders, customers.to_vec())
}

fn limit(rows: i64) -> PageLimit {
    PageLimit::try_new(rows).unwrap()
}

fn position(order: &OrderView) -> OrderPosition {
    OrderPosition { id: order.id, total_minor: order.total.minor() }
}

/// All pages in turn. Every page but the last says that more follows, and is not empty.
async fn walk(app: &App, ctx: &Ctx, mut query: OrderQuery) -> Vec<OrderView> {
    let mut seen = Vec::new();
    loop {
        let page = app.orders.page(ctx.scope(), &query).await.unwrap();
        assert!(page.rows.len() <= usize::from(query.limit.get()));
        query.after = page.rows.last().map(position).or(query.after);
        assert!(!page.has_more || !page.rows.is_empty(), "an empty page says that more follows");
        seen.extend(page.rows);
        if !page.has_more {
            return seen;
        }
    }
}

/// A filter with what it means.
type Case = (&'static str, OrderFilter, Box<dyn Fn(&Order) -> bool>);

fn cases(orders: &[Order], customers: &[CustomerId]) -> Vec<Case> {
    let mut cases = cases_of_kind(customers);
    cases.extend(cases_of_one_and_of_time(orders));
    cases
}

fn cases_of_kind(customers: &[CustomerId]) -> Vec<Case> {
    let (bob, none) = (customers[1], OrderFilter::default());
    vec![
        ("none", none.clone(), Box::new(|_| true)),
        (
            "one status",
            OrderFilter { statuses: vec![OrderStatus::Confirmed], ..none.clone() },
            Box::new(|order| order.status() == OrderStatus::Confirmed),
        ),
        (
            "three statuses",
            OrderFilter {
                statuses: vec![OrderStatus::Cancelled, OrderStatus::Pending, OrderStatus::Completed],
                ..none.clone()
            },
            Box::new(|order| !matches!(order.status(), OrderStatus::Confirmed | OrderStatus::Processing)),
        ),
        (
            "one status twice",
            OrderFilter { statuses: vec![OrderStatus::Pending, OrderStatus::Pending], ..none.clone() },
            Box::new(|order| order.status() == OrderStatus::Pending),
        ),
        ("all statuses", OrderFilter { statuses: OrderStatus::ALL.to_vec(), ..none.clone() }, Box::new(|_| true)),
        (
            "customer",
            OrderFilter { customer_id: Some(bob), ..none.clone() },
            Box::new(move |order| order.customer_id() == bob),
        ),
        (
            "currency",
            OrderFilter { currency: Some(Currency::Eur), ..none.clone() },
            Box::new(|order| order.currency() == Currency::Eur),
        ),
        (
            "a currency nobody paid in",
            OrderFilter { currency: Some(Currency::Aed), ..none.clone() },
            Box::new(|_| false),
        ),
    ]
}

fn cases_of_one_and_of_time(orders: &[Order]) -> Vec<Case> {
    let (from, to) = (orders[5].created_at(), orders[17].created_at());
    let day = |text| BusinessDate::parse(text).unwrap();
    let (first_day, last_day) = (day("2026-01-11"), day("2026-01-13"));
    let (number, none) = (orders[9].number(), OrderFilter::default());
    vec![
        (
            "number",
            OrderFilter { number: Some(number), ..none.clone() },
            Box::new(move |order| order.number() == number),
        ),
        (
            "reference",
            OrderFilter { external_reference: Some(reference("web-7")), ..none.clone() },
            Box::new(|order| order.external_reference() == Some(&reference("web-7"))),
        ),
        (
            "created from",
            OrderFilter { created: Span { from: Some(from), to: None }, ..none.clone() },
            Box::new(move |order| order.created_at() >= from),
        ),
        (
            "created to",
            OrderFilter { created: Span { from: None, to: Some(to) }, ..none.clone() },
            Box::new(move |order| order.created_at() < to),
        ),
        (
            "created within",
            OrderFilter { created: Span { from: Some(from), to: Some(to) }, ..none.clone() },
            Box::new(move |order| order.created_at() >= from && order.created_at() < to),
        ),
        (
            "created in an empty span",
            OrderFilter { created: Span { from: Some(from), to: Some(from) }, ..none.clone() },
            Box::new(|_| false),
        ),
        (
            "business days",
            OrderFilter { business_date: Span { from: Some(first_day), to: Some(last_day) }, ..none },
            Box::new(move |order| order.business_date() >= first_day && order.business_date() < last_day),
        ),
    ]
}

/// Both filters at once, where each has what the other has not.
fn joined(one: &OrderFilter, other: &OrderFilter) -> OrderFilter {
    let span = |one: &Span<_>, other: &Span<_>| if one.is_unbounded() { *other } else { *one };
    OrderFilter {
        statuses: if one.statuses.is_empty() { other.statuses.clone() } else { one.statuses.clone() },
        customer_id: one.customer_id.or(other.customer_id),
        currency: one.currency.or(other.currency),
        number: one.number.or(other.number),
        external_reference: one.external_reference.clone().or_else(|| other.external_reference.clone()),
        created: span(&one.created, &other.created),
        business_date: if one.business_date.is_unbounded() { other.business_date } else { one.business_date },
        total: TotalBounds::default(),
    }
}

fn disjoint(one: &OrderFilter, other: &OrderFilter) -> bool {
    let fields = |filter: &OrderFilter| {
        [
            !filter.statuses.is_empty(),
            filter.customer_id.is_some(),
            filter.currency.is_some(),
            filter.number.is_some(),
            filter.external_reference.is_some(),
            !filter.created.is_unbounded(),
            !filter.business_date.is_unbounded(),
        ]
    };
    fields(one).into_iter().zip(fields(other)).all(|(one, other)| !(one && other))
}

/// Berlin, so that business days are not those of UTC.
async fn berlin(app: &App) -> Ctx {
    let mut wish = crate::testing::wish_tenant("acme");
    wish.settings = orderbase_tenancy::Settings::try_new(
        orderbase_tenancy::TimeZoneName::parse("Europe/Berlin").unwrap(),
        Currency::ALL.to_vec(),
        Currency::Eur,
        orderbase_tenancy::OrderPrefix::none(),
        1_001,
    )
    .unwrap();
    crate::testing::ctx(app, &crate::testing::tenant_as(app, wish).await)
}

pub async fn each_filter_and_pair_of_filters(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = berlin(&app).await;
    let (orders, customers) = shop(&app, &ctx).await;
    let elsewhere = tenant_ctx(&app, "other").await;
    shop(&app, &elsewhere).await;

    let cases = cases(&orders, &customers);
    for (name, filter, means) in &cases {
        for (other_name, other, also_means) in &cases {
            if !disjoint(filter, other) {
                continue;
            }
            let filter = joined(filter, other);
            let expected: Vec<_> =
                orders.iter().filter(|order| means(order) && also_means(order)).map(Order::id).collect();
            let count = app.orders.count(ctx.scope(), &filter, 1_000).await.unwrap();
            assert_eq!(count, expected.len() as u64, "count: {name} and {other_name}");
            for sort in [OrderSort::OldestFirst, OrderSort::NewestFirst] {
                let query = OrderQuery { filter: filter.clone(), sort, limit: limit(3), after: None };
                let mut seen: Vec<_> = walk(&app, &ctx, query).await.iter().map(|order| order.id).collect();
                if sort == OrderSort::NewestFirst {
                    seen.reverse();
                }
                assert_eq!(seen, expected, "{name} and {other_name}, {sort:?}");
            }
        }
    }
}

pub async fn each_sort_and_page_size(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let (orders, _) = shop(&app, &ctx).await;
    let views: Vec<_> = orders.iter().map(OrderView::from).collect();
    for size in [1, 2, 7, 23, 24, 25, 100] {
        let query = OrderQuery { limit: limit(size), ..OrderQuery::default() };
        let newest = walk(&app, &ctx, query.clone()).await;
        assert!(newest.iter().eq(views.iter().rev()), "newest first, {size} a page");
        let oldest = walk(&app, &ctx, OrderQuery { sort: OrderSort::OldestFirst, ..query.clone() }).await;
        assert_eq!(oldest, views, "oldest first, {size} a page");

        for bounds in
            [(None, None), (Some(103), None), (None, Some(106)), (Some(102), Some(107)), (Some(105), Some(105))]
        {
            let total = TotalBounds { min: bounds.0, max: bounds.1 };
            let filter = OrderFilter { currency: Some(Currency::Usd), total, ..OrderFilter::default() };
            let mut expected: Vec<_> = views
                .iter()
                .filter(|order| order.currency == Currency::Usd)
                .filter(|order| bounds.0.is_none_or(|min| min <= order.total.minor()))
                .filter(|order| bounds.1.is_none_or(|max| order.total.minor() <= max))
                .collect();
            expected.sort_by_key(|order| (order.total.minor(), order.id));
            let query = OrderQuery { filter, ..query.clone() };
            let smallest = walk(&app, &ctx, OrderQuery { sort: OrderSort::SmallestFirst, ..query.clone() }).await;
            assert!(smallest.iter().eq(expected.iter().copied()), "smallest first, {size} a page, {bounds:?}");
            let largest = walk(&app, &ctx, OrderQuery { sort: OrderSort::LargestFirst, ..query.clone() }).await;
            assert!(largest.iter().rev().eq(expected.iter().copied()), "largest first, {size} a page, {bounds:?}");
            let count = app.orders.count(ctx.scope(), &query.filter, 1_000).await.unwrap();
            assert_eq!(count, expected.len() as u64);
        }
    }
}

pub async fn equal_totals_are_walked_by_id(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_customer(&app, &ctx, "Ada").await;
    let mut ids = Vec::new();
    for _ in 0..7 {
        ids.push(put_order(&app, &ctx, &Sample::of(ada.id())).await.id());
    }
    let filter = OrderFilter { currency: Some(Currency::Usd), ..OrderFilter::default() };
    let query = OrderQuery { filter, sort: OrderSort::SmallestFirst, limit: limit(2), after: None };
    let seen: Vec<_> = walk(&app, &ctx, query.clone()).await.iter().map(|order| order.id).collect();
    assert_eq!(seen, ids);
    let query = OrderQuery { sort: OrderSort::LargestFirst, ..query };
    let seen: Vec<_> = walk(&app, &ctx, query).await.iter().rev().map(|order| order.id).collect();
    assert_eq!(seen, ids);
}

/// While one walks, others place and confirm. No order twice; none missing that existed and matched throughout.
pub async fn a_walk_sees_what_stands_throughout_once(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_customer(&app, &ctx, "Ada").await.id();
    for sort in [OrderSort::NewestFirst, OrderSort::OldestFirst, OrderSort::LargestFirst, OrderSort::SmallestFirst] {
        let by_total = sort.is_by_total();
        let statuses = if by_total { Vec::new() } else { vec![OrderStatus::Pending] };
        let filter = OrderFilter { statuses, currency: Some(Currency::Usd), ..OrderFilter::default() };
        let mut query = OrderQuery { filter, sort, limit: limit(3), after: None };
        for minor in 0..12 {
            put_order(&app, &ctx, &Sample { total_minor: 100 + minor % 4, ..Sample::of(ada) }).await;
        }
        let before: Vec<_> = walk(&app, &ctx, query.clone()).await;
        let mut moved: HashSet<OrderId> = HashSet::new();
        let mut seen: Vec<OrderId> = Vec::new();
        loop {
            let page = app.orders.page(ctx.scope(), &query).await.unwrap();
            seen.extend(page.rows.iter().map(|order| order.id));
            query.after = page.rows.last().map(position).or(query.after);
            if !page.has_more {
                break;
            }
            // Three more at both ends of the list, and one that was there stops matching.
            if seen.len() < 60 {
                for (at, total_minor) in
                    [("2025-12-31T00:00:00Z", 1), ("2026-02-01T00:00:00Z", 900), ("2026-01-15T12:00:00Z", 102)]
                {
                    put_order(&app, &ctx, &Sample { at: time(at), total_minor, ..Sample::of(ada) }).await;
                }
            }
            let open = before.iter().rev().find(|order| !moved.contains(&order.id) && !seen.contains(&order.id));
            if let Some(open) = open.filter(|_| !by_total) {
                let order = app.aggregates.order(ctx.scope(), open.id).await.unwrap().unwrap();
                let (_, change) = change_of(&app, &ctx, &order, |order| order.confirm(time("2026-01-15T12:00:00Z")));
                assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
                moved.insert(open.id);
            }
        }
        let distinct: BTreeSet<_> = seen.iter().copied().collect();
        assert_eq!(distinct.len(), seen.len(), "{sort:?}: an order was seen twice");
        let missing: Vec<_> =
            before.iter().map(|order| order.id).filter(|id| !moved.contains(id) && !distinct.contains(id)).collect();
        assert_eq!(missing, [], "{sort:?}");
    }
}

/// 13 orders of 2 000 lines are 26 000: the page ends before the thirteenth.
pub async fn a_page_ends_before_too_many_items(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_customer(&app, &ctx, "Ada").await;
    let sample = Sample::of(ada.id());
    for _ in 0..13 {
        let mut place = place_of(&app, &ctx, &sample).await;
        place.items = (0..2_000).map(|_| piece(&app, sample.at, price(1, Currency::Usd))).collect();
        let import = orderbase_orders::ImportOrder { place, status: OrderStatus::Pending };
        let (_, change) = insertion(&app, &ctx, import);
        assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    }
    for sort in [OrderSort::NewestFirst, OrderSort::SmallestFirst] {
        let filter = OrderFilter { currency: Some(Currency::Usd), ..OrderFilter::default() };
        let query = OrderQuery { filter, sort, limit: limit(100), after: None };
        let first = app.orders.page(ctx.scope(), &query).await.unwrap();
        assert_eq!((first.rows.len(), first.has_more), (PAGE_ITEMS_MAX / 2_000, true));
        assert!(first.rows.iter().all(|order| order.items.len() == 2_000));
        let rest = OrderQuery { after: first.rows.last().map(position), ..query };
        let last = app.orders.page(ctx.scope(), &rest).await.unwrap();
        assert_eq!((last.rows.len(), last.has_more), (1, false));
    }
}

pub async fn counts_stop_where_they_are_told(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    shop(&app, &ctx).await;
    let all = OrderFilter::default();
    for (up_to, counted) in [(1, 1), (23, 23), (24, 24), (25, 24), (10_001, 24)] {
        assert_eq!(app.orders.count(ctx.scope(), &all, up_to).await.unwrap(), counted);
    }
    let none = OrderFilter { number: Some(OrderNumber::try_new(999_999).unwrap()), ..all };
    assert_eq!(app.orders.count(ctx.scope(), &none, 10).await.unwrap(), 0);
}
