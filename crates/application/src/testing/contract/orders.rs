//! Orders come back as they were put in, at every bound.

use orderbase_kernel::{Currency, ExternalReference, ITEMS_MAX, ItemId, Quantity};
use orderbase_orders::{
    Cancel, CancelReason, ImportOrder, ItemName, NewItem, Note, Order, OrderStatus, ProductId, Sku,
};

use super::Harness;
use super::stock::{
    Sample, change_of, commit, insertion, largest_metadata, new_order, piece, place_of, price, put_customer, put_order,
    reference, time,
};
use crate::app::App;
use crate::changeset::{Changeset, Outcome};
use crate::ctx::Ctx;
use crate::testing::tenant_ctx;
use crate::views::OrderView;

/// Reads the order both ways.
async fn comes_back(app: &App, ctx: &Ctx, order: &Order) {
    let stored = app.aggregates.order(ctx.scope(), order.id()).await.unwrap();
    assert!(
        stored.as_ref() == Some(order),
        "the aggregate differs: {:?}",
        stored.map(|stored| stored.to_parts().status)
    );
    let view = app.orders.get(ctx.scope(), order.id()).await.unwrap();
    assert!(view == Some(OrderView::from(order)), "the view differs");
}

pub async fn the_smallest_order_comes_back(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_customer(&app, &ctx, "A").await;
    for currency in Currency::ALL {
        let sample = Sample { currency, total_minor: 1, ..Sample::of(ada.id()) };
        let order = put_order(&app, &ctx, &sample).await;
        comes_back(&app, &ctx, &order).await;
    }
    // The first and the last instant that an id can carry.
    for at in ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"] {
        let order = put_order(&app, &ctx, &Sample { at: time(at), ..Sample::of(ada.id()) }).await;
        assert_eq!(order.created_at(), time(at));
        comes_back(&app, &ctx, &order).await;
    }
}

/// 2 000 lines, the dearest total, the longest texts.
pub async fn the_largest_order_comes_back(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_customer(&app, &ctx, "Ada").await;
    let sample = Sample::of(ada.id());
    let mut place = place_of(&app, &ctx, &sample).await;
    let long = |index: usize| NewItem {
        id: ItemId::from_uuid(app.ids.at(sample.at)),
        product_id: ProductId::parse(&format!("{index:0>64}")).unwrap(),
        quantity: Quantity::try_new(if index == 0 { 1_000_000 } else { 1 }).unwrap(),
        unit_price: price(if index == 1 { 9_998_998_001 } else { 1 }, Currency::Usd),
        sku: Some(Sku::parse(&"s".repeat(64)).unwrap()),
        name: Some(ItemName::parse(&"\u{1F4A1}".repeat(200)).unwrap()),
    };
    place.items = (0..ITEMS_MAX).map(long).collect();
    place.external_reference = Some(ExternalReference::parse(&"~".repeat(128)).unwrap());
    place.metadata = largest_metadata();
    let (order, change) = insertion(&app, &ctx, ImportOrder { place, status: OrderStatus::Pending });
    assert_eq!(order.total().minor(), 9_999_999_999);
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    comes_back(&app, &ctx, &order).await;

    let longest = Note::parse(&"\u{1F4A1}".repeat(2_000)).unwrap();
    let why = Cancel { reason: CancelReason::Fraud, note: Some(longest) };
    let (order, change) = change_of(&app, &ctx, &order, |order| order.cancel(why, ctx.order_powers(), sample.at));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    comes_back(&app, &ctx, &order).await;
}

pub async fn every_state_comes_back(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_customer(&app, &ctx, "Ada").await;
    for status in OrderStatus::ALL {
        let imported = put_order(&app, &ctx, &Sample { status, ..Sample::of(ada.id()) }).await;
        assert_eq!(imported.status(), status);
        comes_back(&app, &ctx, &imported).await;
    }

    // The same step by step, each at a time of its own.
    let mut order = put_order(&app, &ctx, &Sample::of(ada.id())).await;
    for (step, at) in ["12:00:00.001", "12:00:01", "13:00:00"].into_iter().enumerate() {
        let at = time(&format!("2026-01-15T{at}Z"));
        let (after, change) = change_of(&app, &ctx, &order, |order| match step {
            0 => order.confirm(at),
            1 => order.process(at),
            _ => order.complete(at),
        });
        assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
        comes_back(&app, &ctx, &after).await;
        order = after;
    }
    for reason in CancelReason::ALL {
        let order = put_order(&app, &ctx, &Sample::of(ada.id())).await;
        let note = (reason == CancelReason::Staff).then(|| Note::parse("line one\n\tline two").unwrap());
        let at = time("2026-01-16T00:00:00Z");
        let (order, change) =
            change_of(&app, &ctx, &order, |order| order.cancel(Cancel { reason, note }, ctx.order_powers(), at));
        assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
        comes_back(&app, &ctx, &order).await;
    }
}

pub async fn items_are_replaced_whole(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_customer(&app, &ctx, "Ada").await;
    let neighbour = put_order(&app, &ctx, &Sample::of(ada.id())).await;
    let mut order = put_order(&app, &ctx, &Sample::of(ada.id())).await;
    let at = time("2026-01-15T12:00:00Z");
    for count in [3, 1, 5] {
        let lines = (1..=count).map(|minor| piece(&app, at, price(minor, Currency::Usd))).collect();
        let (after, change) =
            change_of(&app, &ctx, &order, |order| order.replace_items(lines, &ctx.order_policy(), at));
        assert!(change.items_replaced());
        assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
        comes_back(&app, &ctx, &after).await;
        order = after;
    }
    comes_back(&app, &ctx, &neighbour).await;
}

pub async fn references_find_their_orders(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, elsewhere) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "other").await);
    let ada = put_customer(&app, &ctx, "Ada").await;
    let first = put_order(&app, &ctx, &Sample { reference: Some("web-1"), ..Sample::of(ada.id()) }).await;
    put_order(&app, &ctx, &Sample { reference: Some("web-2"), ..Sample::of(ada.id()) }).await;
    let third = put_order(&app, &ctx, &Sample { reference: Some("web-3"), ..Sample::of(ada.id()) }).await;
    put_order(&app, &ctx, &Sample::of(ada.id())).await;

    let mut wanted: Vec<_> = ["web-1", "web-3", "web-4", "WEB-2"].into_iter().map(reference).collect();
    let mut found = app.orders.with_references(ctx.scope(), &wanted).await.unwrap();
    found.sort();
    assert_eq!(found, [(reference("web-1"), first.id()), (reference("web-3"), third.id())]);
    assert_eq!(app.orders.with_references(ctx.scope(), &[]).await.unwrap(), []);
    assert_eq!(app.orders.with_references(elsewhere.scope(), &wanted).await.unwrap(), []);
    wanted.extend((4..100).map(|index| reference(&format!("none-{index}"))));
    assert_eq!(app.orders.with_references(ctx.scope(), &wanted).await.unwrap().len(), 2);
}

pub async fn a_foreign_order_is_not_there(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, elsewhere) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "other").await);
    let ada = put_customer(&app, &ctx, "Ada").await;
    let order = put_order(&app, &ctx, &Sample::of(ada.id())).await;
    let (unsaved, _) = new_order(&app, &ctx, &Sample::of(ada.id())).await;
    for (scope, id) in [(elsewhere.scope(), order.id()), (ctx.scope(), unsaved.id())] {
        assert_eq!(app.aggregates.order(scope, id).await.unwrap(), None);
        assert_eq!(app.orders.get(scope, id).await.unwrap(), None);
    }
    assert_eq!(app.orders.page(elsewhere.scope(), &Default::default()).await.unwrap().rows, []);
    assert_eq!(app.orders.count(elsewhere.scope(), &Default::default(), 10).await.unwrap(), 0);
}
