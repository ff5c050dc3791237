//! Timelines, and what stands in events.

use orderbase_application::testing::{
    ctx_with, customer, customer_as, key_as, line, order, order_as, wish_customer, wish_key, wish_order,
};
use orderbase_application::{App, Code, Ctx, customers, events, json, keys, orders};
use orderbase_kernel::{
    AggregateRef, AggregateType, Email, Envelope, ExternalReference, OrderId, PageLimit, Patch, Version,
};
use orderbase_orders::{Cancel, CancelReason, ImportOrder, ItemName, Note, Order, OrderStatus, Sku};
use orderbase_tenancy::{Permission, Reason};

use super::{code, fresh, none, shop};

fn version(number: u64) -> Version {
    Version::try_new(number).unwrap()
}

async fn events_of(app: &App, ctx: &Ctx, kind: AggregateType, id: impl Into<uuid::Uuid>) -> Vec<Envelope> {
    app.events.page(ctx.scope(), AggregateRef::new(kind, id.into()), None, PageLimit::MAX).await.unwrap().rows
}

/// `data` is canonical and says what is expected.
fn says(event: &Envelope, data: &str) {
    assert_eq!(event.data, data);
    assert_eq!(json::canonical(&event.data).unwrap(), event.data, "not canonical");
    assert_eq!((event.schema_version, event.imported), (1, false));
}

#[tokio::test]
async fn the_events_of_an_order_tell_the_state_after() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let mut wish = wish_order(ada.id);
    wish.items[0].sku = Some(Sku::parse("S").unwrap());
    wish.items[0].name = Some(ItemName::parse("Widget \"x\"").unwrap());
    wish.external_reference = Some(ExternalReference::parse("web-77").unwrap());
    let placed = order_as(app, &ctx, wish).await;
    orders::add_note(app, &ctx, placed.id, Note::parse("call\nback").unwrap(), none()).await.unwrap();
    let update = orders::UpdateOrder {
        external_reference: Patch::Clear,
        metadata: Patch::Set(json::read_metadata_patch(r#"{"channel":"web"}"#).unwrap()),
    };
    fresh(orders::update(app, &ctx, placed.id, update, none()).await);
    let why = Cancel { reason: CancelReason::Fraud, note: Some(Note::parse("stolen").unwrap()) };
    fresh(orders::cancel(app, &ctx, placed.id, why, none()).await);

    let history = orders::timeline(app, &ctx, placed.id, None, PageLimit::DEFAULT).await.unwrap().rows;
    let (id, ada, item) = (placed.id, ada.id, placed.items[0].id);
    says(
        &history[0],
        &format!(
            r#"{{"changed":[],"currency":"USD","customer_id":"{ada}","external_reference":"web-77","id":"{id}","item_count":1,"items":[{{"id":"{item}","line_total":"59.97","name":"Widget \"x\"","product_id":"sku-1","quantity":3,"sku":"S","unit_price":"19.99"}}],"number":1001,"status":"pending","total_amount":"59.97","version":1}}"#
        ),
    );
    says(
        &history[3],
        &format!(
            r#"{{"cancel":{{"reason":"fraud"}},"changed":["status","cancelled_at","cancel"],"currency":"USD","customer_id":"{ada}","id":"{id}","item_count":1,"number":1001,"status":"cancelled","total_amount":"59.97","version":4}}"#
        ),
    );
    assert!(history[2].data.contains(r#""changed":["external_reference","metadata.channel"]"#), "{}", history[2].data);
    let types: Vec<_> = history.iter().map(|event| &*event.event_type).collect();
    assert_eq!(types, ["order.created", "order.note_added", "order.updated", "order.cancelled"]);
    let personal: Vec<_> = history.iter().map(|event| event.personal.as_deref()).collect();
    assert_eq!(personal, [None, Some(r#"{"note":"call\nback"}"#), None, Some(r#"{"note":"stolen"}"#)]);
    assert!(history.iter().all(|event| event.actor == ctx.actor && event.request_id == ctx.request_id));
    assert!(history.windows(2).all(|pair| pair[0].id < pair[1].id));
}

#[tokio::test]
async fn too_many_items_are_left_out() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    for (lines, omitted) in [(100, false), (200, true)] {
        let mut wish = wish_order(ada.id);
        wish.items = (0..lines).map(|index| line(&format!("p-{index}"), 1, "1.00")).collect();
        let placed = order_as(app, &ctx, wish).await;
        let created = orders::event(app, &ctx, placed.id, version(1)).await.unwrap();
        assert_eq!(created.data.contains(r#""items_omitted":true"#), omitted);
        assert_eq!(created.data.contains(r#""items":["#), !omitted);
        assert!(created.data.contains(&format!(r#""item_count":{lines}"#)));
        assert!(created.data.len() <= 20_000);
    }
}

#[tokio::test]
async fn imported_events_tell_each_state_on_the_way() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let at = app.clock.now().plus_millis(-1_000);
    for (status, expected) in [
        (OrderStatus::Completed, &["pending", "confirmed", "processing", "completed"][..]),
        (OrderStatus::Cancelled, &["pending", "cancelled"][..]),
    ] {
        let place = orderbase_orders::PlaceOrder {
            id: OrderId::from_uuid(app.ids.at(at)),
            tenant_id: ctx.tenant.id(),
            number: orderbase_orders::OrderNumber::try_new(7).unwrap(),
            customer_id: ada.id,
            currency: orderbase_kernel::Currency::Usd,
            items: vec![orderbase_orders::NewItem {
                id: orderbase_kernel::ItemId::from_uuid(app.ids.at(at)),
                product_id: orderbase_orders::ProductId::parse("p").unwrap(),
                quantity: orderbase_kernel::Quantity::ONE,
                unit_price: line("p", 1, "1").unit_price,
                sku: None,
                name: None,
            }],
            external_reference: None,
            metadata: orderbase_orders::Metadata::empty(),
            business_date: at.utc_date(),
        };
        let (order, happened) = Order::import(ImportOrder { place, status }, &ctx.order_policy()).unwrap();
        let rows = events::of_imported_order(app, &ctx, &order, &happened).unwrap();
        assert_eq!(rows.len(), expected.len());
        for (index, (row, status)) in rows.iter().zip(expected).enumerate() {
            assert!(row.imported);
            assert!(row.data.contains(&format!(r#""status":"{status}","#)), "{}", row.data);
            assert!(row.data.ends_with(&format!(r#""version":{}}}"#, index + 1)), "{}", row.data);
            assert_eq!(row.data.contains("\"cancel\""), *status == "cancelled");
            assert_eq!(row.id.timestamp(), Some(at));
        }
    }
}

#[tokio::test]
async fn the_events_of_a_customer_keep_the_person_apart() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let mut wish = wish_customer("Ada");
    wish.email = Some(Email::parse("ada@example.com").unwrap());
    let ada = customer_as(app, &ctx, wish).await;
    let update = customers::UpdateCustomer { email: Patch::Clear, ..Default::default() };
    fresh(customers::update(app, &ctx, ada.id, update, none()).await);
    fresh(customers::deactivate(app, &ctx, ada.id, none()).await);
    let history = events_of(app, &ctx, AggregateType::Customer, ada.id).await;
    let id = ada.id;
    says(&history[0], &format!(r#"{{"changed":[],"id":"{id}","status":"active","version":1}}"#));
    says(&history[1], &format!(r#"{{"changed":["email"],"id":"{id}","status":"active","version":2}}"#));
    says(&history[2], &format!(r#"{{"changed":["status"],"id":"{id}","status":"inactive","version":3}}"#));
    let personal: Vec<_> = history.iter().map(|event| event.personal.as_deref()).collect();
    assert_eq!(personal, [Some(r#"{"email":"ada@example.com","name":"Ada"}"#), None, None]);
}

#[tokio::test]
async fn the_events_of_tenants_and_keys() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let id = ctx.tenant.id();
    let created = events_of(app, &ctx, AggregateType::Tenant, id).await;
    says(
        &created[0],
        &format!(
            r#"{{"changed":[],"id":"{id}","overrides":{{}},"plan":"enterprise","settings":{{"allowed_currencies":["USD","EUR","GBP","AED"],"default_currency":"USD","first_order_number":1001,"order_prefix":"","time_zone":"UTC"}},"status":"active","version":1}}"#
        ),
    );
    // Every override, so that their order by name is seen.
    let mut tenant = (*ctx.tenant).clone();
    let (few, many) = (Some(1), Some(1));
    let overrides = orderbase_tenancy::Overrides {
        requests_per_minute: few,
        burst: few,
        concurrency: few,
        orders_per_month: many,
        customers: many,
        users: many,
        api_keys: many,
        webhooks: many,
        live: few,
        exports: few,
        export_rows: many,
        items_per_order: few,
        reason: Some(Reason::parse("trial").unwrap()),
        expires_at: Some(app.clock.now()),
    };
    let event = tenant.set_overrides(overrides, app.clock.now()).unwrap().unwrap();
    let row = events::of_tenant(app, &ctx, &tenant, &event).unwrap();
    assert_eq!(json::canonical(&row.data).unwrap(), row.data);
    assert!(row.data.contains(r#""settings":{}"#) && row.data.matches(":1,").count() >= 11, "{}", row.data);

    let wish = keys::CreateKey {
        expires_at: Some(app.clock.now().plus_millis(1_000)),
        ..wish_key(&[Permission::OrdersWrite, Permission::OrdersRead])
    };
    let made = key_as(app, &ctx, wish).await;
    let (id, hint) = (made.key.id, &made.key.hint);
    let history = events_of(app, &ctx, AggregateType::ApiKey, id).await;
    says(
        &history[0],
        &format!(
            r#"{{"changed":[],"expires_at":"2026-01-15T12:00:01.000Z","hint":"{hint}","id":"{id}","name":"ci","scopes":["orders:read","orders:write"],"version":1}}"#
        ),
    );
    assert!(!history[0].data.contains(&made.text.expose()[12..]));
}

#[tokio::test]
async fn a_timeline_is_paged_and_says_what_is_missing() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let placed = order(app, &ctx, ada.id).await;
    fresh(orders::confirm(app, &ctx, placed.id, none()).await);
    let page = |after| {
        let (app, ctx) = (app.clone(), ctx.clone());
        async move { orders::timeline(&app, &ctx, placed.id, after, PageLimit::try_new(1).unwrap()).await.unwrap() }
    };
    let first = page(None).await;
    assert_eq!((first.rows[0].sequence.get(), first.has_more), (1, true));
    let second = page(Some(version(1))).await;
    assert_eq!((second.rows[0].sequence.get(), second.has_more), (2, false));
    assert_eq!(page(Some(version(2))).await.rows, []);

    assert_eq!(orders::event(app, &ctx, placed.id, version(2)).await.unwrap(), second.rows[0]);
    assert_eq!(code(orders::event(app, &ctx, placed.id, version(3)).await), Code::EventNotFound);
    let unknown = OrderId::from_uuid(app.ids.next(app.clock.now()));
    assert_eq!(code(orders::event(app, &ctx, unknown, version(1)).await), Code::OrderNotFound);
    assert_eq!(code(orders::timeline(app, &ctx, unknown, None, PageLimit::DEFAULT).await), Code::OrderNotFound);
    let stranger = ctx_with(app, &orderbase_application::testing::tenant(app, "other").await, Permission::ALL);
    assert_eq!(code(orders::event(app, &stranger, placed.id, version(1)).await), Code::OrderNotFound);
    let note = fresh(orders::add_note(app, &ctx, placed.id, Note::parse("hello").unwrap(), none()).await);
    assert_eq!(orders::event(app, &ctx, placed.id, version(3)).await.unwrap(), note);
}
