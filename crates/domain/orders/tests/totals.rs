//! PT6: the total is the sum of the lines, and neither their order nor the way a quantity is split matters.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod common;

use common::{item, placing, policy, renumbered};
use orderbase_kernel::{AMOUNT_MINOR_MAX, Currency, Quantity, UnitPrice};
use orderbase_orders::{NewItem, Order, OrderError, OrderEventKind, OrderPolicy};
use proptest::prelude::*;

fn lines() -> impl Strategy<Value = Vec<NewItem>> {
    proptest::collection::vec((1_i64..=100_000, 1_i64..=1_000), 1..12)
        .prop_map(|lines| (1..).zip(lines).map(|(n, (minor, quantity))| item(n, minor, quantity)).collect())
}

fn total(items: Vec<NewItem>) -> i64 {
    Order::place(placing(items), &policy()).unwrap().0.total().minor()
}

proptest! {
    #[test]
    fn the_total_is_the_sum_of_quantity_times_price(items in lines()) {
        let exact: i128 = items.iter().map(|i| i128::from(i.quantity.get()) * i128::from(i.unit_price.minor())).sum();
        let (order, _) = Order::place(placing(items), &policy()).unwrap();
        prop_assert_eq!(i128::from(order.total().minor()), exact);
        prop_assert_eq!(order.items().iter().map(|item| i128::from(item.line_total().minor())).sum::<i128>(), exact);
    }

    #[test]
    fn the_order_of_lines_does_not_matter((items, shuffled) in lines().prop_flat_map(|items| (Just(items.clone()), Just(items).prop_shuffle()))) {
        prop_assert_eq!(total(items), total(renumbered(&shuffled, 100)));
    }

    #[test]
    fn splitting_a_quantity_does_not_matter(items in lines(), which in any::<proptest::sample::Index>(), part in 1_i64..1_000) {
        let mut split = items.clone();
        let at = which.index(split.len());
        let whole = i64::from(split[at].quantity.get());
        prop_assume!(part < whole);
        split[at].quantity = Quantity::try_new(part).unwrap();
        let rest = NewItem { quantity: Quantity::try_new(whole - part).unwrap(), ..split[at].clone() };
        split.insert(at + 1, rest);
        prop_assert_eq!(total(items), total(renumbered(&split, 100)));
    }
}

#[test]
fn lines_and_totals_meet_the_cap() {
    let place = |items| Order::place(placing(items), &policy()).map(|(order, _)| order.total().minor());
    assert_eq!(place(vec![item(1, AMOUNT_MINOR_MAX, 1)]), Ok(AMOUNT_MINOR_MAX));
    assert_eq!(
        place(vec![item(1, 1, 1), item(2, AMOUNT_MINOR_MAX, 2)]),
        Err(OrderError::LineTotalOutOfRange { index: 1 })
    );
    assert_eq!(place(vec![item(1, AMOUNT_MINOR_MAX, 1), item(2, 1, 1)]), Err(OrderError::TotalOutOfRange));
}

#[test]
fn what_is_no_list_of_lines_is_refused() {
    let place = |items, policy: &OrderPolicy| Order::place(placing(items), policy).map(|_| ());
    let many = |n: u64| (1..=n).map(|n| item(n, 1, 1)).collect::<Vec<_>>();
    assert_eq!(place(vec![], &policy()), Err(OrderError::NoItems));
    assert_eq!(place(many(2_000), &policy()), Ok(()));
    assert_eq!(place(many(2_001), &policy()), Err(OrderError::TooManyItems { max: 2_000, current: 2_001 }));
    let lower = OrderPolicy { items_max: 2, ..policy() };
    assert_eq!(place(many(3), &lower), Err(OrderError::TooManyItems { max: 2, current: 3 }));
    let higher = OrderPolicy { items_max: 9_000, ..policy() };
    assert_eq!(place(many(2_001), &higher), Err(OrderError::TooManyItems { max: 2_000, current: 2_001 }));
    let euro = NewItem { unit_price: UnitPrice::parse("1", Currency::Eur).unwrap(), ..item(2, 1, 1) };
    assert_eq!(place(vec![item(1, 1, 1), euro], &policy()), Err(OrderError::CurrencyMismatch { index: 1 }));
    assert_eq!(place(vec![item(2, 1, 1), item(1, 1, 1)], &policy()), Err(OrderError::NotV7));
    assert_eq!(place(vec![item(1, 1, 1), item(1, 1, 1)], &policy()), Err(OrderError::NotV7));
    let dirhams = OrderPolicy { allowed_currencies: vec![Currency::Aed], items_max: 9 };
    assert_eq!(place(many(1), &dirhams), Err(OrderError::CurrencyNotAllowed { currency: Currency::Usd }));
}

#[test]
fn order_and_event_share_the_lines() {
    let items = (1..=2_000).map(|n| item(n, 1, 1)).collect();
    let (order, event) = Order::place(placing(items), &policy()).unwrap();
    let OrderEventKind::Placed(placed) = event.kind else { panic!("the first event is order.created") };
    assert!(std::ptr::eq(order.items(), placed.items.as_slice()));
}
