use orderbase_kernel::{Timestamp, Uuid};

use super::*;
use crate::security::{KeyPurpose, KeyRing, KeyState, RingEntry, Secret};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn entry(kid: &str, byte: u8, state: KeyState) -> RingEntry {
    let since = Timestamp::from_millis(0).unwrap();
    RingEntry { purpose: KeyPurpose::AuditSeal, kid: kid.to_owned(), state, since, secret: Secret::new(vec![byte; 32]) }
}

fn keys() -> SealKeys {
    SealKeys::of_ring(&KeyRing::new(vec![entry("k1", 0x0b, KeyState::Signing)])).unwrap()
}

fn tenant() -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(42))
}

fn number(number: i64) -> Option<Vec<u8>> {
    Some(number.to_be_bytes().to_vec())
}

fn text(text: &str) -> Option<Vec<u8>> {
    Some(text.as_bytes().to_vec())
}

fn digest_of(rows: &[(&str, &[Option<Vec<u8>>])]) -> Counted {
    let mut digest = TrailDigest::new();
    for (table, fields) in rows {
        digest.row(table, fields);
    }
    digest.finish()
}

/// Of a seal that covers up to `upto`.
fn counted(upto: i64) -> Counted {
    digest_of(&[("events", &[number(upto)]), ("events", &[number(upto)])])
}

/// A chain of as many seals.
fn chain(keys: &SealKeys, seals: i64) -> Vec<AuditSeal> {
    let mut chain: Vec<AuditSeal> = Vec::new();
    for n in 1..=seals {
        chain.push(keys.seal(tenant(), chain.last(), n * 1_000, counted(n * 1_000)));
    }
    chain
}

/// The faults of a chain whose rows are as they were sealed.
fn faults(keys: &SealKeys, chain: &[AuditSeal]) -> Vec<(u64, SealFault)> {
    let mut check = ChainCheck::new(keys);
    for seal in chain {
        if let Some(span) = check.take(seal.clone()) {
            check.compare(span, counted(seal.upto));
        }
    }
    check.finish(0).differences.into_iter().map(|difference| (difference.seq, difference.fault)).collect()
}

/// Both computed with another SHA-256 and HMAC. A change of either makes every seal of before a difference.
#[test]
fn rows_and_seals_stay_what_they_are() {
    let log = [Some(vec![7; 16]), number(1_768_478_400_123), None, text("Zoë")];
    let event = [Some(vec![8; 16]), number(-1), text(""), text("{}")];
    let counted = digest_of(&[("audit_log", &log), ("events", &event)]);
    assert_eq!(counted.count, 2);
    assert_eq!(hex(&counted.sha256), "c04b1d5f6c4220a6c808ad30102261128d87b830f008229acbf3abbbee374d0a");

    let head = AuditSeal {
        tenant_id: tenant(),
        seq: 2,
        upto: 0,
        counted,
        previous: [0; 32],
        kid: "k0".to_owned(),
        signature: [9; 32],
    };
    let seal = keys().seal(tenant(), Some(&head), 1_768_478_400_123, counted);
    assert_eq!((seal.seq, seal.kid.as_str(), seal.previous), (3, "k1", [9; 32]));
    assert_eq!(hex(&seal.signature), "19916fd041ac76775f69eb17b731c22cbb67fef9918f383ba4fda2a806bedad7");
}

#[test]
fn no_two_rows_look_alike() {
    let rows: [(&str, &[Option<Vec<u8>>]); 9] = [
        ("events", &[text("ab"), text("c")]),
        ("events", &[text("a"), text("bc")]),
        ("events", &[text("abc"), None]),
        ("events", &[text("abc"), text("")]),
        ("events", &[None, text("abc")]),
        ("events", &[text(""), text("abc")]),
        ("eventsab", &[text("c"), None]),
        ("events", &[number(0), None]),
        ("events", &[None, None]),
    ];
    let digests: Vec<_> = rows.iter().map(|row| digest_of(std::slice::from_ref(row)).sha256).collect();
    for (at, digest) in digests.iter().enumerate() {
        assert!(!digests[..at].contains(digest), "{:?}", rows[at]);
    }
    assert_ne!(digest_of(&[rows[0], rows[1]]), digest_of(&[rows[1], rows[0]]), "their order counts");
}

#[test]
fn a_chain_is_whole() {
    let keys = keys();
    let chain = chain(&keys, 3);
    assert_eq!(faults(&keys, &chain), []);
    let mut check = ChainCheck::new(&keys);
    assert_eq!((check.last_seq(), check.sealed_upto()), (0, None));
    assert_eq!(check.take(chain[0].clone()), Some(Span { after: None, upto: 1_000 }));
    assert_eq!(check.take(chain[1].clone()), Some(Span { after: Some(1_000), upto: 2_000 }));
    assert_eq!((check.last_seq(), check.sealed_upto()), (2, Some(2_000)));
    let report = check.finish(7);
    assert!(report.is_whole());
    assert_eq!((report.seals, report.rows, report.unsealed, report.head), (2, 4, 7, Some((2, chain[1].signature))));
}

#[test]
fn whatever_is_changed_of_a_seal_breaks_its_signature() {
    let keys = keys();
    let whole = chain(&keys, 2);
    let changed = |change: fn(&mut AuditSeal)| {
        let mut seal = whole[1].clone();
        change(&mut seal);
        keys.verify(&seal)
    };
    for (what, verified) in [
        ("tenant", changed(|seal| seal.tenant_id = TenantId::from_uuid(Uuid::from_u128(43)))),
        ("seq", changed(|seal| seal.seq += 1)),
        ("upto", changed(|seal| seal.upto += 1)),
        ("count", changed(|seal| seal.counted.count += 1)),
        ("sha256", changed(|seal| seal.counted.sha256[31] ^= 1)),
        ("previous", changed(|seal| seal.previous[0] ^= 1)),
        ("signature", changed(|seal| seal.signature[0] ^= 1)),
    ] {
        assert_eq!(verified, Err(SealFault::Signature), "{what}");
    }
    let stranger = AuditSeal { kid: "k9".to_owned(), ..whole[1].clone() };
    assert_eq!(keys.verify(&stranger), Err(SealFault::UnknownKey { kid: "k9".to_owned() }));
}

#[test]
fn what_is_wrong_with_a_chain_is_named() {
    let keys = keys();
    let whole = chain(&keys, 4);
    let missing = |last| SealFault::Missing { last };

    let without = |gone: &[usize]| -> Vec<AuditSeal> {
        whole.iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, seal)| seal.clone()).collect()
    };
    assert_eq!(faults(&keys, &without(&[0])), [(1, missing(1))]);
    assert_eq!(faults(&keys, &without(&[1, 2])), [(2, missing(3))]);
    assert_eq!(faults(&keys, &without(&[3])), [], "only who kept the head elsewhere knows");

    let mut swapped = whole.clone();
    swapped.swap(1, 2);
    for (seal, seq) in swapped.iter_mut().zip(1..) {
        seal.seq = seq;
    }
    let signature = |seq| (seq, SealFault::Signature);
    let previous = |seq| (seq, SealFault::Previous);
    assert_eq!(
        faults(&keys, &swapped),
        [signature(2), previous(2), signature(3), previous(3), previous(4)],
        "each is signed for its place"
    );

    // Another chain of the same key, put behind the first seal: each of its seals is signed.
    let mut other = chain(&keys, 1);
    other[0] = keys.seal(tenant(), None, 999, counted(999));
    other.push(keys.seal(tenant(), other.last(), 2_000, counted(2_000)));
    assert_eq!(faults(&keys, &[whole[0].clone(), other[1].clone()]), [previous(2)]);
}

#[test]
fn rows_are_compared_with_their_seal() {
    let keys = keys();
    let whole = chain(&keys, 2);
    let mut check = ChainCheck::new(&keys);
    let span = check.take(whole[0].clone()).unwrap();
    check.compare(span, Counted { count: 3, ..counted(1_000) });
    let span = check.take(whole[1].clone()).unwrap();
    check.compare(span, counted(1));
    let expected = [
        Difference { seq: 1, span: Span { after: None, upto: 1_000 }, fault: SealFault::Count { sealed: 2, found: 3 } },
        Difference { seq: 2, span: Span { after: Some(1_000), upto: 2_000 }, fault: SealFault::Content },
    ];
    let report = check.finish(0);
    assert_eq!(report.differences, expected);
    assert!(!report.is_whole());
}

#[test]
fn of_many_differences_a_hundred_are_told() {
    let (keys, other) = (keys(), SealKeys::of_ring(&KeyRing::new(vec![entry("k2", 1, KeyState::Signing)])).unwrap());
    let mut check = ChainCheck::new(&keys);
    for seal in chain(&other, 103) {
        check.take(seal);
    }
    let report = check.finish(0);
    assert_eq!((report.differences.len(), report.more), (100, 3));
}

#[test]
fn a_rotation_leaves_a_chain_whole() {
    let ring = |entries: &[(&str, u8, KeyState)]| {
        KeyRing::new(entries.iter().map(|(kid, byte, state)| entry(kid, *byte, *state)).collect())
    };
    let keys = keys();
    let mut chain = chain(&keys, 1);
    let mut next = |keys: &SealKeys| {
        let upto = chain.last().unwrap().upto + 1_000;
        chain.push(keys.seal(tenant(), chain.last(), upto, counted(upto)));
        chain.clone()
    };
    keys.turn(&ring(&[("k1", 0x0b, KeyState::Signing), ("k2", 2, KeyState::Published)])).unwrap();
    assert_eq!(next(&keys)[1].kid, "k1", "what is published signs nothing");
    keys.turn(&ring(&[("k1", 0x0b, KeyState::Retired), ("k2", 2, KeyState::Signing)])).unwrap();
    let turned = next(&keys);
    assert_eq!(turned[2].kid, "k2");
    assert_eq!(faults(&keys, &turned), []);

    assert!(keys.turn(&KeyRing::default()).is_err());
    assert_eq!(faults(&keys, &turned), [], "a ring with holes is not taken over");
    keys.turn(&ring(&[("k2", 2, KeyState::Signing)])).unwrap();
    let unknown = SealFault::UnknownKey { kid: "k1".to_owned() };
    assert_eq!(faults(&keys, &turned), [(1, unknown.clone()), (2, unknown)]);
}
