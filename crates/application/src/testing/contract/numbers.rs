//! Order numbers are unique, and accepted orders never pass the month's quota.

use std::collections::BTreeSet;

use orderbase_kernel::{Currency, Period};
use orderbase_orders::{ImportOrder, OrderNumber, OrderStatus};
use orderbase_tenancy::{OrderPrefix, Settings, TimeZoneName};

use super::Harness;
use super::stock::{Sample, commit, insertion, place_of, put_customer};
use crate::app::App;
use crate::changeset::{Changeset, Outcome};
use crate::conditions::Conditions;
use crate::ctx::Ctx;
use crate::ports::{Charge, NumberTicket, Taking};
use crate::tenants::{self, UpdateSettings};
use crate::testing::{ctx, tenant_as, tenant_ctx, wish_tenant};

fn month(yyyymm: u32) -> Period {
    Period::new(yyyymm).unwrap()
}

fn charge(yyyymm: u32, max: u64) -> Option<Charge> {
    Some(Charge { period: month(yyyymm), max })
}

async fn take(app: &App, ctx: &Ctx, charge: Option<Charge>) -> Option<NumberTicket> {
    match app.numbers.take(ctx.scope(), charge).await.unwrap() {
        Taking::Taken(ticket) => Some(ticket),
        Taking::QuotaReached { max, current } => {
            assert_eq!(Some(max), charge.map(|charge| charge.max));
            assert!(current >= max, "refused at {current} of {max}");
            None
        }
    }
}

async fn taken(app: &App, ctx: &Ctx, charge: Option<Charge>) -> NumberTicket {
    take(app, ctx, charge).await.unwrap()
}

pub async fn numbers_begin_where_the_tenant_says(harness: &impl Harness) {
    let app = harness.app().await;
    for (slug, first) in [("acme", 1_001), ("one", 1), ("far", 9_007_199_254_740_000)] {
        let mut wish = wish_tenant(slug);
        let (zone, prefix) = (TimeZoneName::utc(), OrderPrefix::none());
        wish.settings = Settings::try_new(zone, vec![Currency::Usd], Currency::Usd, prefix, first).unwrap();
        let ctx = ctx(&app, &tenant_as(&app, wish).await);
        assert_eq!(taken(&app, &ctx, charge(202_601, 10)).await.number.get(), first);
        assert_eq!(taken(&app, &ctx, charge(202_601, 10)).await.number.get(), first + 1);
    }
}

pub async fn numbers_are_unique_and_ascend(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let mut last = None;
    for _ in 0..200 {
        let ticket = taken(&app, &ctx, charge(202_601, 1_000)).await;
        assert_eq!(ticket.charged, Some(month(202_601)));
        assert!(last < Some(ticket.number));
        last = Some(ticket.number);
    }
}

pub async fn the_quota_is_used_to_its_end_and_no_further(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    for _ in 0..25 {
        taken(&app, &ctx, charge(202_601, 25)).await;
    }
    assert_eq!(take(&app, &ctx, charge(202_601, 25)).await, None);
    assert_eq!(take(&app, &ctx, charge(202_601, 0)).await, None);
    // A larger plan goes on where the smaller one ended.
    taken(&app, &ctx, charge(202_601, 26)).await;
    assert_eq!(take(&app, &ctx, charge(202_601, 26)).await, None);
    // Another tenant has a quota of its own.
    let other = tenant_ctx(&app, "other").await;
    taken(&app, &other, charge(202_601, 1)).await;
}

pub async fn a_number_given_back_costs_nothing(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    for _ in 0..50 {
        let ticket = taken(&app, &ctx, charge(202_601, 3)).await;
        app.numbers.give_back(ctx.scope(), ticket).await;
    }
    let mut numbers = BTreeSet::new();
    for _ in 0..3 {
        numbers.insert(taken(&app, &ctx, charge(202_601, 3)).await.number);
    }
    assert_eq!(numbers.len(), 3);
    assert_eq!(take(&app, &ctx, charge(202_601, 3)).await, None);
}

pub async fn a_new_month_has_a_new_quota(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let mut numbers = BTreeSet::new();
    for period in [202_601, 202_602, 202_701] {
        for _ in 0..2 {
            let ticket = taken(&app, &ctx, charge(period, 2)).await;
            assert_eq!(ticket.charged, Some(month(period)));
            assert!(numbers.insert(ticket.number));
        }
        assert_eq!(take(&app, &ctx, charge(period, 2)).await, None, "{period}");
    }
}

pub async fn an_earlier_month_is_charged_to_the_present(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    taken(&app, &ctx, charge(202_602, 3)).await;
    let late = taken(&app, &ctx, charge(202_601, 3)).await;
    assert_eq!(late.charged, Some(month(202_602)));
    taken(&app, &ctx, charge(202_602, 3)).await;
    assert_eq!(take(&app, &ctx, charge(202_601, 3)).await, None);
    assert_eq!(take(&app, &ctx, charge(202_602, 3)).await, None);
}

pub async fn two_instances_share_one_quota(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let mut numbers = BTreeSet::new();
    let (mut open, mut turns) = ([true, true], 0);
    while open.contains(&true) {
        turns += 1;
        let at = turns % 2;
        match take([&app, &other][at], &ctx, charge(202_601, 100)).await {
            Some(ticket) => assert!(numbers.insert(ticket.number), "{ticket:?} was given twice"),
            None => open[at] = false,
        }
    }
    assert_eq!(numbers.len(), 100);
}

pub async fn uncharged_numbers_leave_the_quota_alone(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let mut numbers = BTreeSet::new();
    for _ in 0..5 {
        let free = taken(&app, &ctx, None).await;
        assert_eq!(free.charged, None);
        assert!(numbers.insert(free.number));
    }
    for _ in 0..2 {
        assert!(numbers.insert(taken(&app, &ctx, charge(202_601, 2)).await.number));
    }
    assert_eq!(take(&app, &ctx, charge(202_601, 2)).await, None);
    let free = taken(&app, &ctx, None).await;
    app.numbers.give_back(ctx.scope(), free).await;
    assert_eq!(take(&app, &ctx, charge(202_601, 2)).await, None, "a number that cost nothing gave a quota back");
    assert!(numbers.insert(taken(&app, &ctx, None).await.number));
}

/// As after a lost counter: numbers are in use that the counter does not know.
pub async fn a_resync_passes_the_numbers_in_use(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_customer(&app, &ctx, "Ada").await;
    let first = taken(&app, &ctx, charge(202_601, 1_000)).await;
    let mut place = place_of(&app, &ctx, &Sample::of(ada.id())).await;
    place.number = OrderNumber::try_new(first.number.get() + 500).unwrap();
    let (order, change) = insertion(&app, &ctx, ImportOrder { place, status: OrderStatus::Pending });
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);

    app.numbers.resync(ctx.scope()).await.unwrap();

    for charge in [charge(202_601, 1_000), None] {
        let next = taken(&app, &ctx, charge).await;
        assert!(next.number > order.number(), "{next:?}");
    }
    // Without orders it changes nothing.
    let other = tenant_ctx(&app, "other").await;
    app.numbers.resync(other.scope()).await.unwrap();
    assert_eq!(taken(&app, &other, charge(202_601, 5)).await.number.get(), 1_001);
}

pub async fn a_resync_heeds_a_raised_first_number(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    for (first, expected) in [(5_001, 5_001..=5_001), (70_000, 70_000..=70_000), (1, 70_001..=u64::MAX)] {
        let of = ctx.tenant.settings();
        let settings = Settings::try_new(
            of.time_zone().clone(),
            of.allowed_currencies().to_vec(),
            of.default_currency(),
            of.order_prefix().clone(),
            first,
        );
        let update = UpdateSettings { name: None, settings: Some(settings.unwrap()) };
        tenants::update_settings(&app, &ctx, update, Conditions::default()).await.unwrap();
        // Lowered it gives no number twice.
        let number = taken(&app, &ctx, charge(202_601, 1_000)).await.number.get();
        assert!(expected.contains(&number), "{number} after {first}");
    }
}

pub async fn closing_returns_the_quota(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let mut tickets = Vec::new();
    for _ in 0..10 {
        tickets.push(taken(&app, &ctx, charge(202_601, 10)).await);
    }
    for ticket in tickets.drain(4..) {
        app.numbers.give_back(ctx.scope(), ticket).await;
    }
    app.numbers.close().await.unwrap();

    let kept: BTreeSet<_> = tickets.into_iter().map(|ticket| ticket.number).collect();
    for _ in 0..6 {
        let ticket = taken(&other, &ctx, charge(202_601, 10)).await;
        assert!(!kept.contains(&ticket.number));
    }
    assert_eq!(take(&other, &ctx, charge(202_601, 10)).await, None);
}

pub async fn no_tenant_no_numbers(harness: &impl Harness) {
    let app = harness.app().await;
    let known = tenant_ctx(&app, "acme").await;
    let mut scope = known.scope();
    scope.tenant_id = orderbase_kernel::TenantId::from_uuid(app.ids.next(known.at));
    let taking = app.numbers.take(scope, charge(202_601, 5)).await.unwrap();
    assert!(matches!(taking, Taking::QuotaReached { max: 5, .. }), "{taking:?}");
}
