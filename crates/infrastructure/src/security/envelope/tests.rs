use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use orderbase_kernel::Timestamp;

use super::*;

fn keys(ids: &[(&str, u8)]) -> MasterKeys {
    let entries: Vec<_> = ids.iter().map(|(id, fill)| format!("{id}:{}", STANDARD.encode([*fill; 32]))).collect();
    MasterKeys::parse(&entries.join(",")).unwrap()
}

fn envelopes(ids: &[(&str, u8)]) -> Envelopes {
    Envelopes::new(keys(ids))
}

fn tenant(millis: i64) -> TenantId {
    TenantId::lowest_at(Timestamp::from_millis(millis).unwrap())
}

fn place(row: &str) -> Place<'_> {
    Place { table: "webhook_endpoints", column: "secret", tenant_id: Some(tenant(1)), row }
}

#[test]
fn what_is_sealed_opens_at_its_place_and_nowhere_else() {
    let envelopes = envelopes(&[("k1", 1)]);
    for value in [&b""[..], b"whsec_x", &[7; 5_000]] {
        let sealed = envelopes.seal(place("a"), value).unwrap();
        assert_eq!(envelopes.open(place("a"), &sealed).unwrap().expose(), value);
        let elsewhere = [
            Place { table: "key_ring", ..place("a") },
            Place { column: "previous_secret", ..place("a") },
            Place { tenant_id: Some(tenant(2)), ..place("a") },
            Place { tenant_id: None, ..place("a") },
            place("b"),
            place(""),
        ];
        for other in elsewhere {
            assert_eq!(envelopes.open(other, &sealed).unwrap_err(), EnvelopeFault::Altered, "{other:?}");
            assert_eq!(
                envelopes.rewrap(other, &sealed),
                Ok(None),
                "an envelope of the newest key is left alone, wherever it lies"
            );
        }
    }
}

#[test]
fn the_bytes_are_as_documented() {
    let envelopes = envelopes(&[("k1", 1)]);
    let sealed = envelopes.seal(place("a"), b"value").unwrap();
    assert_eq!(sealed.len(), 1 + 1 + 2 + 12 + 48 + 12 + 5 + 16);
    assert_eq!(&sealed[..4], b"\x01\x02k1");
    assert_eq!(Envelopes::kek_id(&sealed), Ok("k1"));
    let associated = b"orderbase/1|webhook_endpoints|secret|00000000-0001-7000-8000-000000000000|a";
    let read = |key: &[u8], nonce: &[u8], text: &[u8]| {
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap());
        let mut text = text.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).unwrap();
        key.open_in_place(nonce, Aad::from(&associated[..]), &mut text).unwrap().to_vec()
    };
    let data_key = read(&[1; 32], &sealed[4..16], &sealed[16..64]);
    assert_eq!(read(&data_key, &sealed[64..76], &sealed[76..]), b"value");
}

/// Sealed by another implementation of AES-GCM: kek id `k1`, key 32 × 01, data key 32 × 02, nonces 12 × 03 and 12 × 04.
const GOLDEN: &str = "AQJrMQMDAwMDAwMDAwMDA/pjFpj9hjVrr/7kZc4bJqq6MaNPhc3AsK4Sv0SoSIRxzHEu429/pehs0CvgoMhrzAQEBAQEBAQEBAQEBGMjvWqbJbAs/DKihWmC4eN6eUO9eNOwQJDOUrE=";

#[test]
fn an_envelope_of_another_implementation_opens() {
    let sealed = STANDARD.decode(GOLDEN).unwrap();
    assert_eq!(envelopes(&[("k1", 1)]).open(place("a"), &sealed).unwrap().expose(), b"golden value");
}

#[test]
fn every_flipped_bit_and_every_cut_is_found() {
    let envelopes = envelopes(&[("k1", 1), ("k0", 2)]);
    let sealed = envelopes.seal(place("a"), b"value").unwrap();
    for at in 0..sealed.len() {
        for bit in 0..8 {
            let mut other = sealed.clone();
            other[at] ^= 1 << bit;
            assert!(envelopes.open(place("a"), &other).is_err(), "byte {at}, bit {bit}");
        }
        assert!(envelopes.open(place("a"), &sealed[..at]).is_err(), "cut at {at}");
    }
    let longer = [&sealed[..], b"\0"].concat();
    assert_eq!(envelopes.open(place("a"), &longer).unwrap_err(), EnvelopeFault::Altered);
}

#[test]
fn no_two_envelopes_are_alike() {
    let envelopes = envelopes(&[("k1", 1)]);
    let one = envelopes.seal(place("a"), b"value").unwrap();
    let two = envelopes.seal(place("a"), b"value").unwrap();
    assert!(one[4..16] != two[4..16] && one[64..76] != two[64..76] && one[76..] != two[76..]);
}

#[test]
fn older_keys_open_until_they_are_gone() {
    let old = envelopes(&[("old", 1)]);
    let both = envelopes(&[("new", 2), ("old", 1)]);
    let new = envelopes(&[("new", 2)]);
    let sealed = old.seal(place("a"), b"value").unwrap();
    assert_eq!(both.open(place("a"), &sealed).unwrap().expose(), b"value");
    assert_eq!(new.open(place("a"), &sealed).unwrap_err(), EnvelopeFault::UnknownKey { id: "old".to_owned() });
    assert_eq!(new.rewrap(place("a"), &sealed), Err(EnvelopeFault::UnknownKey { id: "old".to_owned() }));
    assert_eq!(both.rewrap(place("b"), &sealed), Err(EnvelopeFault::Altered));

    let rewrapped = both.rewrap(place("a"), &sealed).unwrap().unwrap();
    assert_eq!(Envelopes::kek_id(&rewrapped), Ok("new"));
    assert_eq!(new.open(place("a"), &rewrapped).unwrap().expose(), b"value");
    assert_eq!(rewrapped[sealed.len() - 33..], sealed[sealed.len() - 33..], "the ciphertext stays as it was");
    assert_eq!(both.rewrap(place("a"), &rewrapped), Ok(None));
    let impostor = envelopes(&[("old", 9)]);
    assert_eq!(impostor.open(place("a"), &sealed).unwrap_err(), EnvelopeFault::Altered, "same id, other key");
}

#[test]
fn other_bytes_are_no_envelope() {
    let envelopes = envelopes(&[("k1", 1)]);
    for bytes in [&b""[..], b"\x01", b"\x02\x02k1", b"whsec_plain_text_that_was_never_sealed", &[1; 60], &[0xff; 200]] {
        assert!(envelopes.open(place("a"), bytes).is_err());
        assert!(Envelopes::kek_id(bytes).is_err());
    }
}
