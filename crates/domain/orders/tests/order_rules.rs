//! The rules of an order that no sequence of few commands meets: limits, imports, edits of settled orders, broken rows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod common;

use common::{
    ALL_POWERS, at, item, object, order_in, patch, pending, placing, policy, reference, renumbered, text, why,
};
use orderbase_kernel::{Currency, Money, OrderId, OrderTotal, Patch, Uuid, Version};
use orderbase_orders::{
    CancelReason, EVENTS_MAX, ImportOrder, ItemName, MetaValue, NewItem, Note, Order, OrderError, OrderParts,
    OrderPolicy, OrderStatus, PlaceOrder, Sku, UpdateOrder,
};

fn note() -> Note {
    Note::parse("n").unwrap()
}

fn setting(name: &str) -> UpdateOrder {
    UpdateOrder { external_reference: Patch::Set(reference(name)), metadata: None }
}

/// Versions as if that many events had happened.
fn aged(order: &Order, version: u64) -> Order {
    Order::rehydrate(OrderParts { version: Version::try_new(version).unwrap(), ..order.to_parts() }).unwrap()
}

#[test]
fn an_id_without_time_places_nothing() {
    let command = PlaceOrder { id: OrderId::from_uuid(Uuid::nil()), ..placing(vec![item(1, 1, 1)]) };
    assert_eq!(Order::place(command, &policy()).unwrap_err(), OrderError::NotV7);
}

#[test]
fn after_a_thousand_events_only_transitions_work() {
    let metadata = || UpdateOrder { metadata: Some(patch(&[("a", text("1"))])), ..UpdateOrder::default() };
    let mut young = aged(&pending(), EVENTS_MAX - 1);
    assert!(young.add_note(note(), at(1)).unwrap().is_some());
    assert_eq!(young.version().get(), EVENTS_MAX);

    let old = aged(&pending(), EVENTS_MAX);
    let mut order = old.clone();
    assert_eq!(order.add_note(note(), at(1)), Err(OrderError::EventLimit));
    assert_eq!(order.update(metadata(), at(1)), Err(OrderError::EventLimit));
    assert_eq!(order.update(setting("r"), at(1)), Err(OrderError::EventLimit));
    assert_eq!(order.replace_items(vec![item(9, 9, 9)], &policy(), at(1)), Err(OrderError::EventLimit));
    assert_eq!(order, old);
    // What needs no event meets no limit.
    assert_eq!(order.update(UpdateOrder::default(), at(1)), Ok(None));
    for command in [Order::confirm, Order::process, Order::complete] {
        assert!(command(&mut order, at(2)).unwrap().is_some());
    }
    let mut order = aged(&order_in(OrderStatus::Processing), 5_000);
    assert!(order.cancel(why(Some("n")), ALL_POWERS, at(60_000)).unwrap().is_some());
    assert_eq!(order.version().get(), 5_001);
}

#[test]
fn a_reference_is_settled_with_the_order() {
    for status in OrderStatus::ALL {
        let mut order = order_in(status);
        assert!(order.update(setting("first"), at(60_000)).unwrap().is_some(), "{status}: set when empty");
        assert_eq!(order.update(setting("first"), at(60_000)), Ok(None), "{status}: the same again");
        let before = order.clone();
        let both = UpdateOrder { metadata: Some(patch(&[("a", text("1"))])), ..setting("second") };
        let cleared = UpdateOrder { external_reference: Patch::Clear, metadata: None };
        if status.is_terminal() {
            assert_eq!(order.update(both, at(60_000)), Err(OrderError::NotEditable { from: status }));
            assert_eq!(order.update(cleared, at(60_000)), Err(OrderError::NotEditable { from: status }));
            assert_eq!(order, before, "{status}: all or nothing");
        } else {
            let event = order.update(both, at(60_000)).unwrap().unwrap();
            assert_eq!(event.changed(), ["external_reference", "metadata.a"]);
            assert!(order.update(cleared, at(60_000)).unwrap().is_some());
            assert_eq!(order.external_reference(), None);
        }
        assert!(order.add_note(note(), at(60_000)).unwrap().is_some(), "{status}: notes are always taken");
    }
}

#[test]
fn metadata_that_breaks_a_limit_changes_nothing() {
    let mut order = pending();
    let before = order.clone();
    let deep = MetaValue::Map(object(&[("b", MetaValue::Map(object(&[("c", MetaValue::List(vec![]))])))]));
    let update = UpdateOrder { metadata: Some(patch(&[("a", deep)])), ..setting("r") };
    let Err(OrderError::Metadata(fault)) = order.update(update, at(1)) else { panic!("four levels are too many") };
    assert_eq!((fault.path.join("/").as_str(), order), ("a/b/c", before));
}

#[test]
fn lists_that_say_the_same_are_no_change() {
    let full =
        |n| NewItem { sku: Some(Sku::parse("s").unwrap()), name: Some(ItemName::parse("n").unwrap()), ..item(n, 5, 2) };
    let items = vec![full(1), full(2), item(3, 7, 1)];
    let (order, _) = Order::place(placing(items.clone()), &policy()).unwrap();
    let replaced = |change: &dyn Fn(&mut Vec<NewItem>)| {
        let mut items = items.clone();
        change(&mut items);
        let mut order = order.clone();
        order.replace_items(renumbered(&items, 50), &policy(), at(1)).unwrap().map(|event| event.changed().join(","))
    };
    assert_eq!(replaced(&|_| {}), None);
    let (lines, both) = (Some("items".to_owned()), Some("items,total_amount".to_owned()));
    assert_eq!(replaced(&|items| items.swap(0, 2)), lines);
    assert_eq!(replaced(&|items| items[0].sku = None), lines);
    assert_eq!(replaced(&|items| items[1].name = None), lines);
    assert_eq!(replaced(&|items| items[0].product_id = items[2].product_id.clone()), lines);
    assert_eq!(replaced(&|items| items[2].quantity = items[0].quantity), both);
    assert_eq!(replaced(&|items| items[2].unit_price = items[0].unit_price), both);
    assert_eq!(replaced(&|items| items.truncate(2)), both);
    // The list that is there stays, even where a plan has become smaller since.
    let smaller = OrderPolicy { allowed_currencies: vec![Currency::Aed], items_max: 1 };
    assert_eq!(order.clone().replace_items(items.clone(), &smaller, at(1)), Ok(None));
    let error = order.clone().replace_items(vec![item(8, 1, 1), item(9, 1, 1)], &smaller, at(1)).unwrap_err();
    assert_eq!(error, OrderError::TooManyItems { max: 1, current: 2 });
}

#[test]
fn lines_are_replaced_while_pending_only() {
    for status in OrderStatus::ALL {
        let before = order_in(status);
        let mut order = before.clone();
        let outcome = order.replace_items(vec![item(9, 100, 2)], &policy(), at(60_000));
        if status == OrderStatus::Pending {
            assert!(outcome.unwrap().is_some() && order.total().minor() == 200);
        } else {
            assert_eq!(outcome, Err(OrderError::NotEditable { from: status }));
            assert_eq!(order, before);
        }
    }
}

#[test]
fn imports_take_the_steps_at_the_time_of_creation() {
    let cases = [
        (OrderStatus::Pending, "order.created"),
        (OrderStatus::Confirmed, "order.created order.confirmed"),
        (OrderStatus::Processing, "order.created order.confirmed order.processing_started"),
        (OrderStatus::Completed, "order.created order.confirmed order.processing_started order.completed"),
        (OrderStatus::Cancelled, "order.created order.cancelled"),
    ];
    for (status, types) in cases {
        let import = ImportOrder { place: placing(vec![item(1, 5, 1)]), status };
        let (order, events) = Order::import(import, &policy()).unwrap();
        let seen: Vec<_> = events.iter().map(|event| event.event_type()).collect();
        assert_eq!((order.status(), seen.join(" ").as_str()), (status, types));
        assert_eq!(order.version().get(), events.len() as u64);
        assert!(events.iter().all(|event| event.occurred_at == order.created_at()));
        assert_eq!((order.created_at(), order.updated_at()), (at(0), at(0)));
        assert_eq!(Order::from_events(&events).as_ref(), Ok(&order));
        assert_eq!(Order::rehydrate(order.to_parts()).as_ref(), Ok(&order));
        let cancelled = order.cancel_details().map(|cancel| cancel.reason);
        assert_eq!(cancelled, (status == OrderStatus::Cancelled).then_some(CancelReason::Other));
    }
}

type Spoil = fn(&mut OrderParts);

#[test]
fn broken_rows_are_corrupt() {
    use OrderStatus::{Cancelled, Completed, Confirmed, Pending, Processing};
    let cases: [(OrderStatus, Spoil, &str); 21] = [
        (Pending, |p| p.created_at = at(1), "created_at is the time in the id"),
        (Pending, |p| p.id = OrderId::from_uuid(Uuid::nil()), "created_at is the time in the id"),
        (Pending, |p| p.updated_at = at(-1), "updated_at is not before created_at"),
        (Pending, |p| p.confirmed_at = Some(at(0)), "the times of the steps fit the status"),
        (Pending, |p| p.status = Confirmed, "the times of the steps fit the status"),
        (Confirmed, |p| p.confirmed_at = None, "the times of the steps fit the status"),
        (Confirmed, |p| p.confirmed_at = Some(at(-1)), "the times of the steps fit the status"),
        (Processing, |p| p.confirmed_at = Some(at(2_001)), "the times of the steps fit the status"),
        (Completed, |p| p.updated_at = at(2_999), "the times of the steps fit the status"),
        (Completed, |p| p.processing_at = None, "the times of the steps fit the status"),
        (Cancelled, |p| p.completed_at = Some(at(0)), "the times of the steps fit the status"),
        (Cancelled, |p| p.cancel = None, "cancel and cancelled_at are present exactly when cancelled"),
        (Cancelled, |p| p.cancelled_at = None, "cancel and cancelled_at are present exactly when cancelled"),
        (Pending, |p| p.cancel = Some(why(None)), "cancel and cancelled_at are present exactly when cancelled"),
        (Completed, |p| p.version = Version::try_new(3).unwrap(), "the version counts at least the steps taken"),
        (Pending, |p| p.items.clear(), "an order has 1 to 2000 lines"),
        (Pending, |p| p.items.reverse(), "the ids of the lines ascend"),
        (Pending, |p| p.currency = Currency::Eur, "every price has the currency of the order"),
        (Pending, |p| p.items[0].unit_price = common::price(9_999_999_999), "every line total lies within the cap"),
        (Pending, |p| p.items[1].unit_price = common::price(9_999_999_999), "the total lies within the cap"),
        (
            Pending,
            |p| p.total = OrderTotal::try_new(Money::try_new(1, Currency::Usd).unwrap()).unwrap(),
            "the total is the sum of the lines",
        ),
    ];
    for (status, spoil, rule) in cases {
        let mut parts = order_in(status).to_parts();
        assert!(Order::rehydrate(parts.clone()).is_ok());
        spoil(&mut parts);
        let corrupt = Order::rehydrate(parts.clone()).unwrap_err();
        assert_eq!((corrupt.rule, corrupt.id), (rule, parts.id.uuid()), "{status}");
    }
}

#[test]
fn a_late_cancel_keeps_its_note() {
    let mut order = order_in(OrderStatus::Processing);
    order.cancel(why(Some("lost")), ALL_POWERS, at(60_000)).unwrap();
    let mut parts = order.to_parts();
    parts.cancel = Some(why(None));
    assert!(Order::rehydrate(parts).is_err());
    assert!(Order::rehydrate(order.to_parts()).is_ok());
}
