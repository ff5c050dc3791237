//! PT17 and the other rules of an API key: scopes, secrets over time, texts, broken rows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use orderbase_kernel::{ApiKeyId, Name, TenantId, Timestamp, Uuid};
use orderbase_tenancy::{
    ApiKey, ApiKeyError, ApiKeyParts, ApiKeyText, CreateApiKey, KeyHash, KeySecret, MalformedKey, Mode,
    OVERLAP_SECS_MAX, Permission, PermissionSet,
};
use proptest::prelude::*;

/// 2026-01-15T12:00:00Z plus `millis`.
fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_768_478_400_000 + millis).unwrap()
}

fn hash(n: u8) -> KeyHash {
    KeyHash::from_bytes([n; 32])
}

fn secret(n: u8) -> KeySecret {
    KeySecret { hash: hash(n), hint: format!("ob_live_000{n}"), valid_until: None }
}

fn creating(scopes: PermissionSet, granted_by: PermissionSet, expires_at: Option<Timestamp>) -> CreateApiKey {
    CreateApiKey {
        id: ApiKeyId::lowest_at(at(0)),
        tenant_id: TenantId::lowest_at(at(-5)),
        name: Name::parse("ci").unwrap(),
        scopes,
        granted_by,
        secret: secret(1),
        expires_at,
    }
}

fn key(expires_at: Option<Timestamp>) -> ApiKey {
    let scopes = PermissionSet::of(&[Permission::OrdersRead]);
    ApiKey::create(creating(scopes, scopes, expires_at)).unwrap().0
}

fn set() -> impl Strategy<Value = PermissionSet> {
    proptest::sample::subsequence(Permission::ALL.to_vec(), 0..=6).prop_map(|all| PermissionSet::of(&all))
}

proptest! {
    /// PT17
    #[test]
    fn scopes_are_within_what_the_creator_may_and_keys_may(scopes in set(), granted_by in set(), extra in set()) {
        let granted_by = PermissionSet::from_bits(granted_by.bits() | extra.bits() | (scopes.bits() & 0xAAAA)).unwrap();
        let outcome = ApiKey::create(creating(scopes, granted_by, None));
        let refused = scopes.iter().find(|scope| !granted_by.contains(*scope) || !scope.grantable_to_key());
        match (outcome, refused) {
            (Ok((key, event)), None) => {
                prop_assert!(!key.scopes().is_empty());
                prop_assert_eq!((key.scopes(), event.event_type()), (scopes, "api_key.created"));
                prop_assert_eq!(key.id().timestamp(), Some(key.created_at()));
            }
            (Err(ApiKeyError::NoScopes), None) => prop_assert!(scopes.is_empty()),
            (Err(ApiKeyError::ScopeNotGrantable { scope }), Some(refused)) => prop_assert_eq!(scope, refused),
            (outcome, refused) => panic!("{outcome:?} {refused:?}"),
        }
    }

    #[test]
    fn sets_are_read_back(set in set(), other in set()) {
        prop_assert_eq!(PermissionSet::from_texts(set.texts()), Ok(set));
        prop_assert_eq!(PermissionSet::from_bits(set.bits()), Some(set));
        prop_assert_eq!(set.is_subset(other), set.iter().all(|permission| other.contains(permission)));
        prop_assert!(set.intersection(other).is_subset(other));
    }

    #[test]
    fn generated_texts_are_well_formed(seed in any::<u64>(), live in any::<bool>()) {
        let mode = if live { Mode::Live } else { Mode::Sandbox };
        let mut state = seed;
        let text = ApiKeyText::generate(mode, |bytes| {
            for byte in bytes {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *byte = (state >> 56) as u8;
            }
        });
        prop_assert_eq!((ApiKeyText::parse(text.expose()), text.expose().len()), (Ok(mode), 46));
        prop_assert!(text.expose()[8..].bytes().all(|b| b.is_ascii_alphanumeric()));
        prop_assert!(text.expose().starts_with(&text.hint()) && text.hint().len() == 12);
    }

    /// A checksum finds any one wrong character, and any two that changed places.
    #[test]
    fn a_mistyped_text_is_refused(at in 8_usize..46, to in "[0-9A-Za-z]") {
        let good = "ob_live_0123456789ABCDEFGHIJKLMNOPQRSTUV2IfI99";
        let mut typo = good.to_owned();
        typo.replace_range(at..=at, &to);
        prop_assert_eq!(ApiKeyText::parse(&typo), if typo == good { Ok(Mode::Live) } else { Err(MalformedKey) });
        let mut swapped = good.as_bytes().to_vec();
        swapped.swap(at, at - 1);
        let swapped = String::from_utf8(swapped).unwrap();
        prop_assert_eq!(ApiKeyText::parse(&swapped).is_ok(), swapped == good);
    }

    #[test]
    fn any_text_is_a_key_or_refused(text in any::<String>()) {
        prop_assert_eq!(ApiKeyText::parse(&text), Err(MalformedKey));
    }
}

#[test]
fn a_key_expires_within_five_years() {
    let day = 86_400_000;
    let scopes = PermissionSet::of(&[Permission::OrdersRead]);
    for (end, good) in [(0, false), (1, true), (1_827 * day, true), (1_827 * day + 1, false)] {
        let outcome = ApiKey::create(creating(scopes, scopes, Some(at(end))));
        assert_eq!(outcome.err(), (!good).then_some(ApiKeyError::ExpiryOutOfRange), "{end}");
    }
    let key = key(Some(at(100)));
    assert_eq!((key.is_live(at(99)), key.is_live(at(100))), (true, false));
    assert_eq!((key.accepts(&hash(1), at(99)), key.accepts(&hash(1), at(100))), (true, false));
    assert!(!key.accepts(&hash(2), at(99)));
}

#[test]
fn an_old_secret_lives_until_its_overlap_ends() {
    let mut key = key(None);
    let event = key.rotate(secret(2), 60, at(1_000)).unwrap().unwrap();
    assert_eq!(
        (event.event_type(), event.changed().join(",").as_str(), key.hint()),
        ("api_key.rotated", "secret", "ob_live_0002")
    );
    let opens = |key: &ApiKey, n, millis| key.accepts(&hash(n), at(millis));
    assert_eq!((opens(&key, 1, 60_999), opens(&key, 1, 61_000), opens(&key, 2, 61_000)), (true, false, true));

    // A third drops the oldest, even within its overlap.
    key.rotate(secret(3), 60, at(2_000)).unwrap();
    assert_eq!((opens(&key, 1, 2_000), opens(&key, 2, 2_000), opens(&key, 3, 2_000)), (false, true, true));
    assert_eq!(key.secrets().len(), 2);

    key.rotate(secret(4), 0, at(3_000)).unwrap();
    assert_eq!((opens(&key, 3, 3_000), opens(&key, 4, 3_000), key.secrets().len()), (false, true, 1));
    let error = key.rotate(secret(5), OVERLAP_SECS_MAX + 1, at(4_000)).unwrap_err();
    assert_eq!(error, ApiKeyError::OverlapOutOfRange { max: 2_592_000 });
    assert_eq!(ApiKey::rehydrate(key.to_parts()), Ok(key));
}

#[test]
fn a_revoked_key_opens_nothing_and_stays_so() {
    let mut key = key(None);
    assert!(key.rename(Name::parse("cd").unwrap(), at(1)).unwrap().is_some());
    assert_eq!(key.rename(Name::parse("cd").unwrap(), at(2)), Ok(None));
    let event = key.revoke(at(5)).unwrap().unwrap();
    assert_eq!((event.event_type(), key.revoked_at(), key.version().get()), ("api_key.revoked", Some(at(5)), 3));
    let after = key.clone();
    assert_eq!(key.revoke(at(6)), Ok(None));
    assert_eq!(key.rotate(secret(2), 60, at(6)), Err(ApiKeyError::Revoked));
    assert_eq!(key.rename(Name::parse("x").unwrap(), at(6)), Err(ApiKeyError::Revoked));
    assert_eq!(key, after);
    assert!(!key.is_live(at(0)) && !key.accepts(&hash(1), at(6)));
}

#[test]
fn a_lagging_clock_does_not_turn_history_round() {
    let mut key = key(None);
    key.rename(Name::parse("a").unwrap(), at(100)).unwrap();
    assert_eq!(key.revoke(at(50)).unwrap().unwrap().occurred_at, at(100));
}

#[test]
fn an_id_without_time_creates_nothing() {
    let scopes = PermissionSet::of(&[Permission::OrdersRead]);
    let command = CreateApiKey { id: ApiKeyId::from_uuid(Uuid::nil()), ..creating(scopes, scopes, None) };
    assert_eq!(ApiKey::create(command).unwrap_err(), ApiKeyError::NotV7);
}

type Spoil = fn(&mut ApiKeyParts);

#[test]
fn broken_rows_are_corrupt() {
    let secrets = "a key has one or two secrets, of which the newest alone has no end";
    let cases: [(Spoil, &str); 10] = [
        (|p| p.created_at = at(1), "created_at is the time in the id"),
        (|p| p.updated_at = at(-1), "updated_at is not before created_at"),
        (|p| p.scopes = PermissionSet::empty(), "a key has a scope"),
        (|p| p.scopes = PermissionSet::of(&[Permission::UsersWrite]), "a key holds what keys may hold"),
        (|p| p.secrets.clear(), secrets),
        (|p| p.secrets.push(secret(3)), secrets),
        (|p| p.secrets[1].valid_until = Some(at(9)), secrets),
        (|p| p.secrets[0].hash = hash(2), secrets),
        (|p| p.expires_at = Some(at(0)), "a key expires after it was created"),
        (|p| p.revoked_at = Some(at(0)), "revoke is the last event"),
    ];
    for (spoil, rule) in cases {
        let mut key = key(None);
        key.rotate(secret(2), 60, at(1)).unwrap();
        let mut parts = key.to_parts();
        assert!(ApiKey::rehydrate(parts.clone()).is_ok());
        spoil(&mut parts);
        assert_eq!(ApiKey::rehydrate(parts).unwrap_err().rule, rule);
    }
}
