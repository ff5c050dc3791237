//! Orders, customers and their parts for tests, with ids and instants that are the same in every run.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::collections::BTreeMap;

use orderbase_kernel::{
    BusinessDate, Currency, CustomerId, Email, ExternalReference, ItemId, Money, Name, OrderId, Quantity, TenantId,
    Timestamp, UnitPrice, Uuid,
};
use orderbase_orders::{
    Cancel, CancelReason, CreateCustomer, Customer, MetaValue, Metadata, MetadataPatch, NewItem, Note, Order,
    OrderNumber, OrderPolicy, OrderPowers, OrderStatus, PlaceOrder, ProductId,
};

pub const ALL_POWERS: OrderPowers = OrderPowers { cancel_processing: true };
pub const NO_POWERS: OrderPowers = OrderPowers { cancel_processing: false };

/// 2026-01-15T12:00:00Z plus `millis`.
pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_768_478_400_000 + millis).unwrap()
}

/// The `n`-th id of an instant.
pub fn uuid(at: Timestamp, n: u64) -> Uuid {
    Uuid::from_u128(OrderId::lowest_at(at).uuid().as_u128() + u128::from(n))
}

pub fn price(minor: i64) -> UnitPrice {
    UnitPrice::try_new(Money::try_new(minor, Currency::Usd).unwrap()).unwrap()
}

pub fn item(n: u64, minor: i64, quantity: i64) -> NewItem {
    NewItem {
        id: ItemId::from_uuid(uuid(at(0), n)),
        product_id: ProductId::parse(&format!("product-{n}")).unwrap(),
        quantity: Quantity::try_new(quantity).unwrap(),
        unit_price: price(minor),
        sku: None,
        name: None,
    }
}

/// The same lines under other ids.
pub fn renumbered(items: &[NewItem], from: u64) -> Vec<NewItem> {
    let renumber =
        |(n, item): (u64, &NewItem)| NewItem { id: ItemId::from_uuid(uuid(at(0), from + n)), ..item.clone() };
    (0..).zip(items).map(renumber).collect()
}

pub fn placing(items: Vec<NewItem>) -> PlaceOrder {
    PlaceOrder {
        id: OrderId::from_uuid(uuid(at(0), 7)),
        tenant_id: TenantId::from_uuid(uuid(at(-9), 1)),
        number: OrderNumber::try_new(1_001).unwrap(),
        customer_id: CustomerId::from_uuid(uuid(at(-5), 1)),
        currency: Currency::Usd,
        items,
        external_reference: None,
        metadata: Metadata::empty(),
        business_date: BusinessDate::parse("2026-01-15").unwrap(),
    }
}

pub fn policy() -> OrderPolicy {
    OrderPolicy { allowed_currencies: vec![Currency::Usd, Currency::Eur], items_max: 2_000 }
}

pub fn pending() -> Order {
    Order::place(placing(vec![item(1, 1_999, 3), item(2, 5, 1)]), &policy()).unwrap().0
}

/// An order that took the shortest way to a status, a second per step.
pub fn order_in(status: OrderStatus) -> Order {
    let mut order = pending();
    let steps = match status {
        OrderStatus::Pending | OrderStatus::Cancelled => 0,
        OrderStatus::Confirmed => 1,
        OrderStatus::Processing => 2,
        OrderStatus::Completed => 3,
    };
    let commands = [Order::confirm, Order::process, Order::complete];
    for (second, command) in (1..).zip(&commands[..steps]) {
        command(&mut order, at(1_000 * second)).unwrap().unwrap();
    }
    if status == OrderStatus::Cancelled {
        order.cancel(why(None), NO_POWERS, at(1_000)).unwrap().unwrap();
    }
    assert_eq!(order.status(), status);
    order
}

pub fn why(note: Option<&str>) -> Cancel {
    Cancel { reason: CancelReason::Staff, note: note.map(|text| Note::parse(text).unwrap()) }
}

pub fn reference(text: &str) -> ExternalReference {
    ExternalReference::parse(text).unwrap()
}

pub fn text(value: &str) -> MetaValue {
    MetaValue::Text(value.to_owned())
}

pub fn object(entries: &[(&str, MetaValue)]) -> BTreeMap<String, MetaValue> {
    entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
}

pub fn patch(entries: &[(&str, MetaValue)]) -> MetadataPatch {
    MetadataPatch(object(entries))
}

pub fn customer() -> Customer {
    let command = CreateCustomer {
        id: CustomerId::from_uuid(uuid(at(0), 3)),
        tenant_id: TenantId::from_uuid(uuid(at(-9), 1)),
        name: Name::parse("Ada").unwrap(),
        email: Some(Email::parse("ada@example.com").unwrap()),
        external_reference: Some(reference("crm-1")),
        metadata: Metadata::try_new(object(&[("tier", text("gold"))])).unwrap(),
    };
    Customer::create(command).unwrap().0
}
