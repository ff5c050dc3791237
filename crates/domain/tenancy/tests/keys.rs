//! PT17 and the other rules of an API key: scopes, secrets over time, texts, broken rows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use orderbase_kernel::{ApiKeyId, Name, Network, Patch, TenantId, Timestamp, Uuid};
use orderbase_tenancy::{
    ApiKey, ApiKeyError, ApiKeyParts, ApiKeyText, CreateApiKey, IP_ALLOWLIST_MAX, KeyHash, KeyRate, KeySecret,
    MalformedKey, Mode, OVERLAP_SECS_MAX, Permission, PermissionSet, UpdateApiKey,
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
    KeySecret { hash: hash(n), pepper: None, hint: format!("ob_live_000{n}"), valid_until: None }
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
        rate_limit: None,
        ip_allowlist: Vec::new(),
    }
}

fn key(expires_at: Option<Timestamp>) -> ApiKey {
    let scopes = PermissionSet::of(&[Permission::OrdersRead]);
    ApiKey::create(creating(scopes, scopes, expires_at)).unwrap().0
}

fn named(name: &str) -> UpdateApiKey {
    UpdateApiKey { name: Some(Name::parse(name).unwrap()), ..UpdateApiKey::default() }
}

fn network(text: &str) -> Network {
    Network::parse(text).unwrap()
}

fn many_networks(count: usize) -> Vec<Network> {
    (0..count).map(|n| network(&format!("10.0.0.{n}"))).collect()
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
fn what_was_got_with_a_secret_ends_with_it() {
    let mut key = key(None);
    let good = |key: &ApiKey, n: u8, millis| key.honours(&format!("ob_live_000{n}"), at(millis));
    key.rotate(secret(2), 60, at(1_000)).unwrap();
    assert_eq!((good(&key, 1, 60_999), good(&key, 1, 61_000), good(&key, 2, 61_000)), (true, false, true));
    // A third drops the oldest, even within its overlap, and nothing brings it back.
    key.rotate(secret(3), 60, at(2_000)).unwrap();
    assert_eq!((good(&key, 1, 2_000), good(&key, 2, 2_000)), (false, true));
    key.rotate(secret(4), 0, at(3_000)).unwrap();
    key.rotate(secret(5), 60, at(4_000)).unwrap();
    assert_eq!((good(&key, 3, 4_000), good(&key, 4, 4_000), good(&key, 5, 4_000)), (false, true, true));
    assert_eq!(key.accepted_hint(&hash(5), at(4_000)), Some("ob_live_0005"));
    key.revoke(at(5_000)).unwrap();
    assert!(!good(&key, 5, 5_000));
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
fn name_rate_and_networks_change_together_or_not_at_all() {
    let mut key = key(None);
    assert_eq!((key.rate_limit(), key.ip_allowlist().len()), (None, 0));
    let rate = |n| Patch::Set(KeyRate::try_new(n).unwrap());
    let list = |texts: &[&str]| Some(texts.iter().map(|text| network(text)).collect());
    let name = |text| Some(Name::parse(text).unwrap());
    let steps = [
        (UpdateApiKey::default(), ""),
        (UpdateApiKey { name: name("ci"), rate_limit: Patch::Clear, ip_allowlist: list(&[]) }, ""),
        (
            UpdateApiKey { name: None, rate_limit: rate(60), ip_allowlist: list(&["10.1.2.3/8", "::1", "10.0.0.0/8"]) },
            "rate_limit,ip_allowlist",
        ),
        (UpdateApiKey { name: name("ci"), rate_limit: rate(60), ip_allowlist: list(&["10.0.0.0/8", "::1"]) }, ""),
        (UpdateApiKey { name: name("cd"), rate_limit: rate(61), ip_allowlist: None }, "name,rate_limit"),
        (
            UpdateApiKey { name: None, rate_limit: Patch::Keep, ip_allowlist: list(&["::1", "10.0.0.0/8"]) },
            "ip_allowlist",
        ),
        (UpdateApiKey { name: None, rate_limit: Patch::Clear, ip_allowlist: list(&[]) }, "rate_limit,ip_allowlist"),
    ];
    for (step, (update, changed)) in steps.into_iter().enumerate() {
        let before = key.clone();
        let event = key.update(update.clone(), at(step as i64)).unwrap();
        let (types, fields) = event.map(|it| (it.event_type(), it.changed().join(","))).unzip();
        assert_eq!(fields.unwrap_or_default(), changed, "{step}");
        assert_eq!((types.is_none(), key == before), (changed.is_empty(), changed.is_empty()), "{step}");
        assert!(types.is_none_or(|it| it == "api_key.updated"));
        assert_eq!(key.update(update, at(99)), Ok(None), "a repeat: {step}");
        assert_eq!((key.scopes(), key.secrets()), (before.scopes(), before.secrets()));
        assert_eq!(ApiKey::rehydrate(key.to_parts()), Ok(key.clone()));
    }
    assert_eq!((key.name().as_str(), key.rate_limit(), key.ip_allowlist().len()), ("cd", None, 0));
}

#[test]
fn a_list_of_networks_has_a_hundred_at_most() {
    let too_many = ApiKeyError::TooManyNetworks { max: IP_ALLOWLIST_MAX };
    let scopes = PermissionSet::of(&[Permission::OrdersRead]);
    let create = |ip_allowlist| ApiKey::create(CreateApiKey { ip_allowlist, ..creating(scopes, scopes, None) });
    assert_eq!(create(many_networks(100)).unwrap().0.ip_allowlist().len(), 100);
    assert_eq!(create(many_networks(101)).unwrap_err(), too_many);
    assert_eq!(create(vec![network("::1"); 100]).unwrap().0.ip_allowlist(), [network("::1")]);
    assert_eq!(create(vec![network("::1"); 101]).unwrap_err(), too_many);
    let mut key = key(None);
    let update = |list| UpdateApiKey { ip_allowlist: Some(list), ..UpdateApiKey::default() };
    assert_eq!(key.update(update(many_networks(101)), at(1)), Err(too_many));
    assert!(key.update(update(many_networks(100)), at(1)).unwrap().is_some());
}

#[test]
fn a_key_with_a_list_is_used_from_there_alone() {
    let mut key = key(None);
    let admits = |key: &ApiKey, address: &str| key.admits(address.parse().unwrap());
    assert!(admits(&key, "203.0.113.9") && admits(&key, "::1"), "an empty list admits all");
    let list = vec![network("10.0.0.0/8"), network("2001:db8::/32")];
    key.update(UpdateApiKey { ip_allowlist: Some(list), ..UpdateApiKey::default() }, at(1)).unwrap();
    for (address, admitted) in [
        ("10.9.9.9", true),
        ("::ffff:10.9.9.9", true),
        ("2001:db8:1::1", true),
        ("11.0.0.1", false),
        ("2001:db9::1", false),
        ("::1", false),
    ] {
        assert_eq!(admits(&key, address), admitted, "{address}");
    }
}

#[test]
fn a_revoked_key_opens_nothing_and_stays_so() {
    let mut key = key(None);
    assert!(key.update(named("cd"), at(1)).unwrap().is_some());
    assert_eq!(key.update(named("cd"), at(2)), Ok(None));
    let event = key.revoke(at(5)).unwrap().unwrap();
    assert_eq!((event.event_type(), key.revoked_at(), key.version().get()), ("api_key.revoked", Some(at(5)), 3));
    let after = key.clone();
    assert_eq!(key.revoke(at(6)), Ok(None));
    assert_eq!(key.rotate(secret(2), 60, at(6)), Err(ApiKeyError::Revoked));
    assert_eq!(key.update(named("x"), at(6)), Err(ApiKeyError::Revoked));
    assert_eq!(key, after);
    assert!(!key.is_live(at(0)) && !key.accepts(&hash(1), at(6)));
}

#[test]
fn a_lagging_clock_does_not_turn_history_round() {
    let mut key = key(None);
    key.update(named("a"), at(100)).unwrap();
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
    let networks = "a key lists at most 100 networks, each once";
    let cases: [(Spoil, &str); 12] = [
        (|p| p.created_at = at(1), "created_at is the time in the id"),
        (|p| p.updated_at = at(-1), "updated_at is not before created_at"),
        (|p| p.scopes = PermissionSet::empty(), "a key has a scope"),
        (|p| p.scopes = PermissionSet::of(&[Permission::UsersWrite]), "a key holds what keys may hold"),
        (|p| p.secrets.clear(), secrets),
        (|p| p.secrets.push(secret(3)), secrets),
        (|p| p.secrets[1].valid_until = Some(at(9)), secrets),
        (|p| p.secrets[0].hash = hash(2), secrets),
        (|p| p.expires_at = Some(at(0)), "a key expires after it was created"),
        (|p| p.ip_allowlist = vec![network("::1"); 2], networks),
        (|p| p.ip_allowlist = many_networks(101), networks),
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
