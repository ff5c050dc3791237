//! Rows for the cases: aggregates made by the domain, at a time and with a status of choice, and put in by a plain commit.

use std::collections::BTreeMap;

use orderbase_kernel::{
    Currency, CustomerId, ExternalReference, ItemId, Money, Name, OrderId, Quantity, Timestamp, UnitPrice,
};
use orderbase_orders::{
    CreateCustomer, Customer, ImportOrder, MetaValue, Metadata, NewItem, NumberText, Order, OrderStatus, ProductId,
};

use crate::app::App;
use crate::changeset::{Change, Changeset, Claim, KeptAnswer, Outcome};
use crate::conditions::IdempotencyKey;
use crate::ctx::Ctx;
use crate::events;
use crate::ports::Taking;
use crate::tenants::business_date;

pub(super) fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(super) fn reference(text: &str) -> ExternalReference {
    ExternalReference::parse(text).unwrap()
}

pub(super) fn price(minor: i64, currency: Currency) -> UnitPrice {
    UnitPrice::try_new(Money::try_new(minor, currency).unwrap()).unwrap()
}

/// An order to be put in.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub at: Timestamp,
    pub customer_id: CustomerId,
    pub status: OrderStatus,
    pub currency: Currency,
    pub total_minor: i64,
    pub reference: Option<&'static str>,
}

impl Sample {
    pub fn of(customer_id: CustomerId) -> Self {
        Self {
            at: time("2026-01-15T12:00:00Z"),
            customer_id,
            status: OrderStatus::Pending,
            currency: Currency::Usd,
            total_minor: 100,
            reference: None,
        }
    }
}

/// A number that costs nothing.
pub(super) async fn number(app: &App, ctx: &Ctx) -> orderbase_orders::OrderNumber {
    match app.numbers.take(ctx.scope(), None).await.unwrap() {
        Taking::Taken(ticket) => ticket.number,
        Taking::QuotaReached { .. } => panic!("an uncharged number met a quota"),
    }
}

pub(super) fn piece(app: &App, at: Timestamp, price: UnitPrice) -> NewItem {
    NewItem {
        id: ItemId::from_uuid(app.ids.at(at)),
        product_id: ProductId::parse("sku-1").unwrap(),
        quantity: Quantity::ONE,
        unit_price: price,
        sku: None,
        name: None,
    }
}

pub(super) async fn place_of(app: &App, ctx: &Ctx, sample: &Sample) -> orderbase_orders::PlaceOrder {
    orderbase_orders::PlaceOrder {
        id: OrderId::from_uuid(app.ids.at(sample.at)),
        tenant_id: ctx.tenant.id(),
        number: number(app, ctx).await,
        customer_id: sample.customer_id,
        currency: sample.currency,
        items: vec![piece(app, sample.at, price(sample.total_minor, sample.currency))],
        external_reference: sample.reference.map(reference),
        metadata: Metadata::empty(),
        business_date: business_date(&ctx.tenant, sample.at).unwrap(),
    }
}

/// The order and the change that inserts it.
pub(super) async fn new_order(app: &App, ctx: &Ctx, sample: &Sample) -> (Order, Change) {
    let place = place_of(app, ctx, sample).await;
    insertion(app, ctx, ImportOrder { place, status: sample.status })
}

pub(super) fn insertion(app: &App, ctx: &Ctx, import: ImportOrder) -> (Order, Change) {
    let (order, events) = Order::import(import, &ctx.order_policy()).unwrap();
    let rows = events::of_imported_order(app, ctx, &order, &events).unwrap();
    let change = Change::insert(order.clone(), rows).unwrap();
    (order, change)
}

/// Puts an order in.
pub(super) async fn put_order(app: &App, ctx: &Ctx, sample: &Sample) -> Order {
    let (order, change) = new_order(app, ctx, sample).await;
    assert_eq!(commit(app, ctx, Changeset::new().change(change)).await, Outcome::Committed);
    order
}

/// A command on an order, as a change from the version it has now.
pub(super) fn change_of(
    app: &App,
    ctx: &Ctx,
    order: &Order,
    command: impl FnOnce(&mut Order) -> Result<Option<orderbase_orders::OrderEvent>, orderbase_orders::OrderError>,
) -> (Order, Change) {
    let mut changed = order.clone();
    let event = command(&mut changed).unwrap().unwrap();
    let row = events::of_order(app, ctx, &changed, &event).unwrap();
    let change = Change::update(changed.clone(), order.version(), row).unwrap();
    (changed, change)
}

/// The same for a customer.
pub(super) fn customer_change_of(
    app: &App,
    ctx: &Ctx,
    customer: &Customer,
    command: impl FnOnce(&mut Customer) -> Result<Option<orderbase_orders::CustomerEvent>, orderbase_orders::CustomerError>,
) -> (Customer, Change) {
    let mut changed = customer.clone();
    let event = command(&mut changed).unwrap().unwrap();
    let row = events::of_customer(app, ctx, &changed, &event).unwrap();
    let change = Change::update(changed.clone(), customer.version(), row).unwrap();
    (changed, change)
}

/// The customer of that name and the change that inserts it.
pub(super) fn new_customer(app: &App, ctx: &Ctx, name: &str, at: Timestamp) -> (Customer, Change) {
    customer_insertion(
        app,
        ctx,
        CreateCustomer {
            id: CustomerId::from_uuid(app.ids.at(at)),
            tenant_id: ctx.tenant.id(),
            name: Name::parse(name).unwrap(),
            email: None,
            external_reference: None,
            metadata: Metadata::empty(),
        },
    )
}

pub(super) fn customer_insertion(app: &App, ctx: &Ctx, create: CreateCustomer) -> (Customer, Change) {
    let (customer, event) = Customer::create(create).unwrap();
    let row = events::of_customer(app, ctx, &customer, &event).unwrap();
    let change = Change::insert(customer.clone(), vec![row]).unwrap();
    (customer, change)
}

pub(super) async fn put_customer(app: &App, ctx: &Ctx, name: &str) -> Customer {
    let (customer, change) = new_customer(app, ctx, name, time("2026-01-01T00:00:00Z"));
    assert_eq!(commit(app, ctx, Changeset::new().change(change)).await, Outcome::Committed);
    customer
}

/// The outcome; a storage that gives none fails the case.
pub(super) async fn commit(app: &App, ctx: &Ctx, changeset: Changeset) -> Outcome {
    app.commits.commit(ctx.scope(), changeset).await.unwrap()
}

pub(super) fn claim(app: &App, ctx: &Ctx, key: &str, fingerprint: u8, body: &str) -> Claim {
    let answer = KeptAnswer { status: 201, body: body.as_bytes().to_vec(), ..KeptAnswer::default() };
    Claim {
        principal_id: ctx.principal_id,
        key: IdempotencyKey::parse(key).unwrap(),
        attempt: app.ids.next(app.clock.now()),
        fingerprint: [fingerprint; 32],
        answer: answer.into(),
    }
}

/// 50 keys, three levels, exactly 8 KiB in canonical form.
pub(super) fn largest_metadata() -> Metadata {
    let mut entries: BTreeMap<_, _> = (0..48)
        .map(|index| (format!("key-{index}"), MetaValue::Number(NumberText::parse("-1.50e-7").unwrap())))
        .collect();
    let inner = BTreeMap::from([("ä\"\\".to_owned(), MetaValue::List(vec![MetaValue::Null, MetaValue::Bool(true)]))]);
    entries.insert("nested".to_owned(), MetaValue::Map(inner));
    let filled = |length: usize| {
        let mut entries = entries.clone();
        entries.insert("filler".to_owned(), MetaValue::Text("x".repeat(length)));
        Metadata::try_new(entries)
    };
    let used = filled(0).unwrap().canonical().len();
    let metadata = filled(Metadata::BYTES_MAX - used).unwrap();
    assert_eq!((metadata.canonical().len(), metadata.entries().len()), (Metadata::BYTES_MAX, Metadata::KEYS_MAX));
    metadata
}
