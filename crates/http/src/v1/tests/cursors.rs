//! Cursors as bytes: nothing is readable, nothing can be turned.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use orderbase_application::testing::PlainDigests;
use orderbase_application::views::{CustomerPosition, OrderPosition};
use orderbase_kernel::{CustomerId, OrderId, TenantId, Version};

use crate::cursor::{self, Bound, CHARS_MAX};

const ID: &str = "01980000-0000-7000-8000-0000000000a1";

fn tenant(last: u8) -> TenantId {
    TenantId::parse(&format!("01980000-0000-7000-8000-0000000000{last:02x}")).unwrap()
}

fn bound() -> Bound {
    Bound::new(tenant(1), "orders_list", "-created_at")
        .filter("status", Some("pending"))
        .filter("currency", None::<&str>)
}

fn position() -> OrderPosition {
    OrderPosition { id: OrderId::parse(ID).unwrap(), total_minor: 9_999_999_999 }
}

#[test]
fn what_is_written_is_read() {
    let digests = PlainDigests::default();
    let cursor = cursor::write(&digests, &bound(), &position());
    assert_eq!(cursor::read(&digests, &bound(), &cursor), Some(position()));
    assert_eq!(cursor, cursor::write(&digests, &bound(), &position()));
    assert!(
        cursor.len() <= CHARS_MAX && cursor.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    );
    let customer = CustomerPosition { id: CustomerId::parse(ID).unwrap() };
    let cursor = cursor::write(&digests, &bound(), &customer);
    assert_eq!(cursor::read(&digests, &bound(), &cursor), Some(customer));
    // A position of another kind of list is none here.
    assert_eq!(cursor::read::<OrderPosition>(&digests, &bound(), &cursor), None);
    let version = Version::try_new(7).unwrap();
    assert_eq!(cursor::read(&digests, &bound(), &cursor::write(&digests, &bound(), &version)), Some(version));
}

#[test]
fn a_cursor_outlives_the_turn_of_its_key_by_one() {
    let (digests, lags) = (PlainDigests::default(), PlainDigests::default());
    let reads = |digests: &PlainDigests, cursor: &str| cursor::read(digests, &bound(), cursor) == Some(position());
    let old = cursor::write(&digests, &bound(), &position());
    digests.publish();
    lags.publish();
    assert_eq!(cursor::write(&digests, &bound(), &position()), old);
    digests.turn();
    let new = cursor::write(&digests, &bound(), &position());
    assert_ne!(new, old);
    assert!(reads(&digests, &old) && reads(&lags, &new), "instances do not turn at once");
    digests.retire();
    assert_eq!((reads(&digests, &old), reads(&digests, &new)), (false, true));
}

#[test]
fn every_other_byte_is_refused() {
    let digests = PlainDigests::default();
    let cursor = cursor::write(&digests, &bound(), &position());
    let bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
    for at in 0..bytes.len() {
        for flip in [1_u8, 0x80, 0xff] {
            let mut turned = bytes.clone();
            turned[at] ^= flip;
            assert_eq!(
                cursor::read::<OrderPosition>(&digests, &bound(), &URL_SAFE_NO_PAD.encode(turned)),
                None,
                "{at}"
            );
        }
        let cut = URL_SAFE_NO_PAD.encode(&bytes[..at]);
        assert_eq!(cursor::read::<OrderPosition>(&digests, &bound(), &cut), None, "{at}");
    }
    for text in ["", "=", "AQ==", "ä", &format!("{cursor}A"), &format!("{cursor}="), &"A".repeat(CHARS_MAX + 1)] {
        assert_eq!(cursor::read::<OrderPosition>(&digests, &bound(), text), None, "{text}");
    }
}

#[test]
fn every_part_of_the_bound_counts() {
    let digests = PlainDigests::default();
    let cursor = cursor::write(&digests, &bound(), &position());
    let base = |tenant, operation: &str, sort: &str| Bound::new(tenant, operation, sort);
    for other in [
        base(tenant(2), "orders_list", "-created_at").filter("status", Some("pending")),
        base(tenant(1), "customers_list", "-created_at").filter("status", Some("pending")),
        base(tenant(1), "orders_list", "created_at").filter("status", Some("pending")),
        base(tenant(1), "orders_list", "-created_at"),
        base(tenant(1), "orders_list", "-created_at").filter("status", Some("confirmed")),
        base(tenant(1), "orders_list", "-created_at").filter("currency", Some("pending")),
        base(tenant(1), "orders_list", "-created_at").filter("status", Some("pending")).filter("currency", Some("USD")),
        base(tenant(1), "orders_list", "-created_atstatus").filter("", Some("pending")),
    ] {
        assert_eq!(cursor::read::<OrderPosition>(&digests, &other, &cursor), None, "{other:?}");
    }
}

#[test]
fn neither_id_nor_amount_is_readable() {
    let digests = PlainDigests::default();
    let bytes = URL_SAFE_NO_PAD.decode(cursor::write(&digests, &bound(), &position())).unwrap();
    let clear = [position().id.uuid().as_bytes().to_vec(), position().total_minor.to_be_bytes().to_vec()].concat();
    for part in clear.windows(4) {
        assert!(!bytes.windows(4).any(|window| window == part));
    }
}

#[test]
fn one_filter_has_one_form() {
    assert_eq!(cursor::joined(["b", "a", "b"]), Some("a,b".to_owned()));
    assert_eq!(cursor::joined(Vec::<&str>::new()), None);
}
