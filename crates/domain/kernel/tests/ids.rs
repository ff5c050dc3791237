//! Ids and instants: the time in an id is the instant it was made for, and order of ids is order of time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use orderbase_kernel::{BusinessDate, OrderId, Period, Timestamp, Uuid};
use proptest::prelude::*;

/// 1970 to 9999, the instants an id can carry.
fn instant() -> impl Strategy<Value = Timestamp> {
    (0..=Timestamp::MAX.millis()).prop_map(|millis| Timestamp::from_millis(millis).unwrap())
}

fn any_instant() -> impl Strategy<Value = Timestamp> {
    (Timestamp::MIN.millis()..=Timestamp::MAX.millis()).prop_map(|millis| Timestamp::from_millis(millis).unwrap())
}

proptest! {
    /// PT13
    #[test]
    fn the_lowest_id_carries_its_instant(at in instant()) {
        let id = OrderId::lowest_at(at);
        prop_assert_eq!(id.timestamp(), Some(at));
        prop_assert_eq!((id.uuid().get_version_num(), id.uuid().get_variant()), (7, uuid::Variant::RFC4122));
    }

    /// PT13: whatever the random bits, an id lies between the lowest of its instant and that of the next.
    #[test]
    fn ids_ascend_with_time(at in 0..Timestamp::MAX.millis(), random in any::<[u8; 10]>()) {
        let at = Timestamp::from_millis(at).unwrap();
        let id = OrderId::from_uuid(uuid::Builder::from_unix_timestamp_millis(at.millis().unsigned_abs(), &random).into_uuid());
        prop_assert_eq!(id.timestamp(), Some(at));
        prop_assert!(OrderId::lowest_at(at) <= id && id < OrderId::lowest_at(at.plus_millis(1)));
    }

    /// Bytes, text and time have one order.
    #[test]
    fn text_orders_like_the_id(a in any::<u128>(), b in any::<u128>()) {
        let (a, b) = (OrderId::from_uuid(Uuid::from_u128(a)), OrderId::from_uuid(Uuid::from_u128(b)));
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        prop_assert_eq!(OrderId::parse(&a.to_string()), Ok(a));
    }

    #[test]
    fn any_text_is_an_id_of_one_form_or_refused(text in "[0-9a-fA-F{}:-]{30,40}") {
        if let Ok(id) = OrderId::parse(&text) {
            prop_assert_eq!(id.to_string(), text.to_lowercase());
        }
    }

    #[test]
    fn an_instant_is_read_back(at in any_instant()) {
        let text = at.to_string();
        prop_assert_eq!((Timestamp::parse(&text), text.len()), (Ok(at), 24));
    }

    #[test]
    fn instants_order_like_their_text(a in any_instant(), b in any_instant()) {
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
    }

    #[test]
    fn any_text_is_an_instant_or_refused(text in any::<String>()) {
        let _ = Timestamp::parse(&text);
        let _ = BusinessDate::parse(&text);
    }

    #[test]
    fn days_and_periods_agree(days in -700_000_i32..2_900_000) {
        let Ok(date) = BusinessDate::from_days(days) else { return Ok(()) };
        prop_assert_eq!(date.days_from_epoch(), days);
        prop_assert_eq!(BusinessDate::parse(&date.to_string()), Ok(date));
        prop_assert_eq!(BusinessDate::from_ymd(date.year(), date.month(), date.day()), Ok(date));
        let next = date.period().next_start();
        prop_assert_eq!(Period::new(date.period().get()), Ok(date.period()));
        if next != BusinessDate::MAX {
            prop_assert!(date < next && next.day() == 1);
            let last = BusinessDate::from_days(next.days_from_epoch() - 1).unwrap();
            prop_assert_eq!(last.period(), date.period());
        }
    }
}
