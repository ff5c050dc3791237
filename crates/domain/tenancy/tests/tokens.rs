//! Texts of refresh tokens and tickets: golden vectors, what is refused, and what is never shown.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use orderbase_kernel::{SessionId, TenantId, Uuid};
use orderbase_tenancy::{ApiKeyText, MalformedToken, RefreshTokenText, TicketText, TokenHash};
use proptest::prelude::*;

const TENANT: &str = "01980000-0000-7000-8000-0000000000a1";
const SESSION: &str = "019bc186-de7b-7000-8000-000000000001";
// Computed by zlib and integer arithmetic elsewhere.
const REFRESH: &str = "obr_030SIrlgK2uSz8fODRD9UH032Aj17HFIm9BabBRHgBg90123456789ABCDEFGHIJKLMNOPQRSTUV0LTMVT";
const REFRESH_NIL: &str = "obr_00000000000000000000000000000000000000000000000000000000000000000000000000000f9wyJ";
const TICKET: &str = "obi_030SIrlgK2uSz8fODRD9UH0123456789ABCDEFGHIJKLMNOPQRSTUV4fiswh";
const TICKET_NIL: &str = "obi_0000000000000000000000000000000000000000000000000000002QuY2j";

fn tenant() -> TenantId {
    TenantId::parse(TENANT).unwrap()
}

fn session() -> SessionId {
    SessionId::parse(SESSION).unwrap()
}

/// Gives 0, 1, 2, …: the alphabet in its order.
fn counting(bytes: &mut [u8]) {
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = at as u8;
    }
}

/// MNOPQRSTUV, read as a number of base 62.
const SEAL: u128 = 302_923_689_427_890_599;

/// A digest with this number in its first 128 bits.
fn digest(number: u128) -> TokenHash {
    let mut bytes = [0xff; 32];
    bytes[..16].copy_from_slice(&number.to_be_bytes());
    TokenHash::from_bytes(bytes)
}

#[test]
fn the_seal_is_of_all_that_stands_before_it() {
    let text = RefreshTokenText::generate(tenant(), session(), counting, |sealed| {
        assert_eq!(sealed, &REFRESH[..70]);
        digest(SEAL)
    });
    assert_eq!(text.sealed(), &REFRESH[..70]);
    let read = RefreshTokenText::parse(REFRESH).unwrap();
    assert_eq!(read.sealed(), &REFRESH[..70]);
    assert!(read.bears(&digest(SEAL)));
    let mut place = 1;
    for _ in 0..10 {
        assert!(!read.bears(&digest(SEAL + place)), "{place}");
        place *= 62;
    }
}

#[test]
fn golden_vectors() {
    let text = RefreshTokenText::generate(tenant(), session(), counting, |_| digest(SEAL));
    assert_eq!((text.expose(), text.expose().len()), (REFRESH, RefreshTokenText::LEN));
    let text = TicketText::generate(tenant(), counting);
    assert_eq!((text.expose(), text.expose().len()), (TICKET, TicketText::LEN));

    let read = RefreshTokenText::parse(REFRESH).unwrap();
    assert_eq!((read.tenant_id(), read.session_id(), read.expose()), (tenant(), session(), REFRESH));
    let read = RefreshTokenText::parse(REFRESH_NIL).unwrap();
    assert_eq!((read.tenant_id().uuid(), read.session_id().uuid()), (Uuid::nil(), Uuid::nil()));
    assert_eq!(TicketText::parse(TICKET).unwrap().tenant_id(), tenant());
    assert_eq!(TicketText::parse(TICKET_NIL).unwrap().tenant_id().uuid(), Uuid::nil());
}

#[test]
fn ids_above_128_bits_are_refused_in_spite_of_a_right_checksum() {
    let tenant = "obi_zzzzzzzzzzzzzzzzzzzzzz0000000000000000000000000000000032TqkI";
    assert_eq!(TicketText::parse(tenant).unwrap_err(), MalformedToken);
    let session = "obr_030SIrlgK2uSz8fODRD9UHzzzzzzzzzzzzzzzzzzzzzz000000000000000000000000000000002UXjwm";
    assert_eq!(RefreshTokenText::parse(session).unwrap_err(), MalformedToken);
}

#[test]
fn one_kind_is_not_the_other() {
    assert!(RefreshTokenText::parse(TICKET).is_err() && TicketText::parse(REFRESH).is_err());
    assert!(ApiKeyText::parse(TICKET).is_err() && ApiKeyText::parse(REFRESH).is_err());
    for bad in ["", "obr_", "obi_", &REFRESH[1..], &format!("{REFRESH}0"), &format!(" {REFRESH}"), &"é".repeat(43)] {
        assert!(RefreshTokenText::parse(bad).is_err() && TicketText::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn the_text_is_not_shown() {
    assert_eq!(format!("{:?}", RefreshTokenText::parse(REFRESH).unwrap()), "RefreshTokenText(obr_..)");
    assert_eq!(format!("{:?}", TicketText::parse(TICKET).unwrap()), "TicketText(obi_..)");
}

proptest! {
    #[test]
    fn generated_texts_are_read_back(tenant in any::<u128>(), session in any::<u128>(), seed in any::<u64>()) {
        let (tenant, session) = (TenantId::from_uuid(Uuid::from_u128(tenant)), SessionId::from_uuid(Uuid::from_u128(session)));
        let mut state = seed;
        let mut fill = |bytes: &mut [u8]| {
            for byte in bytes {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *byte = (state >> 56) as u8;
            }
        };
        let text = RefreshTokenText::generate(tenant, session, &mut fill, |_| digest(u128::from(seed) << 64));
        let read = RefreshTokenText::parse(text.expose()).unwrap();
        prop_assert_eq!((read.tenant_id(), read.session_id(), read.expose().len()), (tenant, session, 86));
        let text = TicketText::generate(tenant, &mut fill);
        let read = TicketText::parse(text.expose()).unwrap();
        prop_assert_eq!((read.tenant_id(), read.expose().len()), (tenant, 64));
    }

    #[test]
    fn one_wrong_character_is_found(at in 0_usize..86, to in "[ -~]") {
        let mut typo = REFRESH.to_owned();
        typo.replace_range(at..=at, &to);
        prop_assert_eq!(RefreshTokenText::parse(&typo).is_ok(), typo == REFRESH);
        if at < 64 {
            let mut typo = TICKET.to_owned();
            typo.replace_range(at..=at, &to);
            prop_assert_eq!(TicketText::parse(&typo).is_ok(), typo == TICKET);
        }
    }

    #[test]
    fn any_text_is_a_token_or_refused(text in any::<String>()) {
        prop_assert!(RefreshTokenText::parse(&text).is_err() && TicketText::parse(&text).is_err());
    }
}
