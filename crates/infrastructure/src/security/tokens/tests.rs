mod forgeries;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use orderbase_application::ports::Subject;
use orderbase_kernel::{ApiKeyId, SessionId, TenantId, UserId};
use orderbase_tenancy::{Permission, PermissionSet};
use serde_json::{Value, json};
use uuid::Uuid;

use self::forgeries::{head_with, heads, mangled, wrong_claims};
use super::*;
use crate::security::key_ring::{KeyPurpose, KeyState, RingEntry};

const ISSUER: &str = "https://orders.example";
const NOW: i64 = 1_768_478_400;
const SECRET: &[u8; 32] = b"0123456789abcdef0123456789abcdef";

fn at(secs: i64) -> Timestamp {
    Timestamp::from_millis(secs * 1_000).unwrap()
}

fn entry(kid: &str, state: KeyState) -> RingEntry {
    RingEntry { kid: kid.to_owned(), ..RingEntry::generate(KeyPurpose::Jwt, state, at(0)) }
}

fn options() -> TokenOptions {
    TokenOptions { issuer: ISSUER.to_owned(), algorithm: TokenAlgorithm::EdDsa, life_secs: 600 }
}

fn hs256() -> TokenOptions {
    TokenOptions { algorithm: TokenAlgorithm::Hs256(Secret::new(SECRET.to_vec())), ..options() }
}

fn ring(entries: &[&RingEntry]) -> KeyRing {
    KeyRing::new(entries.iter().map(|entry| (*entry).clone()).collect())
}

fn tenant() -> TenantId {
    TenantId::lowest_at(at(1))
}

fn user() -> Subject {
    Subject::User {
        tenant_id: tenant(),
        user_id: UserId::lowest_at(at(2)),
        session_id: SessionId::lowest_at(at(3)),
        epoch: 7,
    }
}

fn claims(subject: Subject) -> AccessClaims {
    AccessClaims { subject, scope: None, issued_at: at(NOW), expires_at: at(NOW + 600), id: Uuid::from_u128(9 << 64) }
}

fn subjects() -> [Subject; 3] {
    let api_key = Subject::ApiKey {
        tenant_id: tenant(),
        api_key_id: ApiKeyId::lowest_at(at(4)),
        hint: "ob_live_3fA9".to_owned(),
    };
    [user(), api_key, Subject::Operator { id: Uuid::from_u128(5 << 64), epoch: 0 }]
}

/// The middle of a token, as JSON.
fn claims_of(token: &str) -> Value {
    part_of(token, 1)
}

fn part_of(token: &str, at: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap()).unwrap()
}

enum Signer<'a> {
    Ed(&'a RingEntry),
    Hmac(&'a [u8]),
    Nobody,
}

fn forge(head: &str, claims: &str, by: &Signer<'_>) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims));
    let signature = match by {
        Signer::Ed(entry) => {
            Ed25519KeyPair::from_pkcs8(entry.secret.expose()).unwrap().sign(message.as_bytes()).as_ref().to_vec()
        }
        Signer::Hmac(key) => hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes()).as_ref().to_vec(),
        Signer::Nobody => Vec::new(),
    };
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

const HEAD: &str = r#"{"alg":"EdDSA","kid":"k1","typ":"at+jwt"}"#;

#[test]
fn what_is_issued_is_read_back() {
    for options in [options(), hs256()] {
        let tokens = JwtTokens::new(options, &ring(&[&entry("k1", KeyState::Signing)])).unwrap();
        for subject in subjects() {
            let set = PermissionSet::of(&[Permission::OrdersRead, Permission::OrdersWrite]);
            for scope in [None, Some(set), Some(PermissionSet::empty())] {
                let claims = AccessClaims { scope, ..claims(subject.clone()) };
                let token = tokens.issue(&claims).unwrap();
                assert!(token.len() < 1_000, "{token}");
                for _ in 0..2 {
                    assert_eq!(tokens.verify(&token, at(NOW)), Ok(claims.clone()), "from the cache as well");
                }
            }
        }
    }
}

#[test]
fn a_token_has_the_form_of_rfc_9068() {
    let tokens = JwtTokens::new(options(), &ring(&[&entry("k1", KeyState::Signing)])).unwrap();
    let scope = Some(PermissionSet::of(&[Permission::OrdersRead, Permission::CustomersRead]));
    let token = tokens.issue(&AccessClaims { scope, ..claims(user()) }).unwrap();
    assert_eq!(part_of(&token, 0), json!({"alg": "EdDSA", "kid": "k1", "typ": "at+jwt"}));
    let [tenant_id, sub, sid] = [1, 2, 3].map(|secs| TenantId::lowest_at(at(secs)).to_string());
    let expected = json!({
        "iss": ISSUER, "aud": ISSUER, "sub": sub, "client_id": "orderbase", "tenant_id": tenant_id, "sid": sid, "epoch": 7,
        "iat": NOW, "nbf": NOW, "exp": NOW + 600, "jti": Uuid::from_u128(9 << 64).to_string(),
        "scope": "orders:read customers:read",
    });
    let mut read = claims_of(&token);
    let mut words: Vec<_> = read["scope"].as_str().unwrap().split(' ').map(str::to_owned).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.clone()));
    read["scope"] = words.join(" ").into();
    assert_eq!(read, expected);

    let [_, key, operator] = subjects();
    let key = claims_of(&tokens.issue(&claims(key)).unwrap());
    assert_eq!(
        (&key["sub"], key.get("sid"), key.get("epoch"), key.get("scope")),
        (&key["client_id"], None, None, None)
    );
    let operator = claims_of(&tokens.issue(&claims(operator)).unwrap());
    assert_eq!((&operator["aud"], operator.get("tenant_id")), (&json!("https://orders.example/platform"), None));
}

#[test]
fn times_are_bounded_with_half_a_minute_of_leeway() {
    let tokens = JwtTokens::new(options(), &ring(&[&entry("k1", KeyState::Signing)])).unwrap();
    let token = tokens.issue(&claims(user())).unwrap();
    let early = Err(TokenFault::Invalid("not valid yet"));
    let good = Ok(claims(user()));
    let late = Err(TokenFault::Expired);
    let moments = [
        (-31, &early),
        (-30, &good),
        (0, &good),
        (629, &good),
        (630, &late),
        (100_000, &late),
        (-31, &early),
        (0, &good),
    ];
    for (secs, expected) in moments {
        assert_eq!(&tokens.verify(&token, at(NOW + secs)), expected, "after {secs} s");
    }
    let exact = Timestamp::from_millis((NOW + 630) * 1_000 - 1).unwrap();
    assert_eq!(tokens.verify(&token, exact), good);
}

#[test]
fn only_what_is_otherwise_good_is_called_expired() {
    let (key, other) = (entry("k1", KeyState::Signing), entry("k1", KeyState::Signing));
    let tokens = JwtTokens::new(options(), &ring(&[&key])).unwrap();
    let good = claims_of(&tokens.issue(&claims(user())).unwrap());
    let changed = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        claims.to_string()
    };
    let late = at(NOW + 10_000);
    let verify = |text: &str, by| tokens.verify(&forge(HEAD, text, &by), late);
    assert_eq!(verify(&good.to_string(), Signer::Ed(&key)), Err(TokenFault::Expired));
    assert_eq!(verify(&good.to_string(), Signer::Ed(&other)), Err(TokenFault::Invalid("signature")));
    assert_eq!(verify(&changed("iss", json!("https://x.example")), Signer::Ed(&key)), Err(TokenFault::Invalid("iss")));
    assert_eq!(verify(&changed("aud", json!("https://x.example")), Signer::Ed(&key)), Err(TokenFault::Invalid("aud")));
    assert!(matches!(verify(&changed("sub", json!("x")), Signer::Ed(&key)), Err(TokenFault::Invalid(_))));
}

#[test]
fn rotation_refuses_no_token_until_its_key_is_gone() {
    let (p, s, r) = (KeyState::Published, KeyState::Signing, KeyState::Retired);
    let (old, new) = (entry("old", s), entry("new", p));
    let tokens = JwtTokens::new(options(), &ring(&[&old])).unwrap();
    let early = tokens.issue(&claims(user())).unwrap();
    let ahead = JwtTokens::new(options(), &ring(&[&RingEntry { state: s, ..new.clone() }])).unwrap();

    tokens.turn(&ring(&[&old, &new])).unwrap();
    assert_eq!(part_of(&tokens.issue(&claims(user())).unwrap(), 0)["kid"], "old");
    let foreign = ahead.issue(&claims(user())).unwrap();
    assert!(tokens.verify(&foreign, at(NOW)).is_ok(), "of an instance that signs with the new one already");

    tokens.turn(&ring(&[&RingEntry { state: s, ..new.clone() }, &RingEntry { state: r, ..old.clone() }])).unwrap();
    let late = tokens.issue(&claims(user())).unwrap();
    assert_eq!(part_of(&late, 0)["kid"], "new");
    assert!(tokens.verify(&early, at(NOW)).is_ok() && tokens.verify(&late, at(NOW)).is_ok());

    assert!(tokens.turn(&ring(&[])).is_err());
    assert!(tokens.verify(&early, at(NOW)).is_ok(), "a ring with holes is not taken over");

    tokens.turn(&ring(&[&RingEntry { state: s, ..new }])).unwrap();
    assert_eq!(tokens.verify(&early, at(NOW)), Err(TokenFault::Invalid("unknown kid")), "not from the cache either");
    assert!(tokens.verify(&late, at(NOW)).is_ok());
}

#[test]
fn what_was_verified_is_not_verified_again_and_an_unchanged_ring_forgets_nothing() {
    let key = entry("k1", KeyState::Signing);
    let tokens = JwtTokens::new(options(), &ring(&[&key])).unwrap();
    let token = tokens.issue(&claims(user())).unwrap();
    let known = || {
        let verifier = tokens.verifier();
        verifier.known.run_pending_tasks();
        verifier.known.entry_count()
    };
    assert!(tokens.verify(&token, at(NOW)).is_ok());
    assert!(tokens.verify(&format!("{token}A"), at(NOW)).is_err());
    assert_eq!(known(), 1, "what is refused is not kept");
    tokens.turn(&ring(&[&key])).unwrap();
    assert_eq!(known(), 1);
    tokens.turn(&ring(&[&key, &entry("k2", KeyState::Published)])).unwrap();
    assert_eq!(known(), 0);
}

#[test]
fn the_key_set_is_public() {
    let (signing, published) = (entry("k1", KeyState::Signing), entry("k2", KeyState::Published));
    let tokens = JwtTokens::new(options(), &ring(&[&signing, &published])).unwrap();
    let x = |entry: &RingEntry| URL_SAFE_NO_PAD.encode(public(entry));
    let set: Value = serde_json::from_str(&tokens.jwks()).unwrap();
    let key = |kid: &str, x: String| json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": x});
    assert_eq!(set, json!({"keys": [key("k1", x(&signing)), key("k2", x(&published))]}));
    let symmetric = JwtTokens::new(hs256(), &ring(&[])).unwrap();
    assert_eq!(symmetric.jwks(), r#"{"keys":[]}"#);
}

#[test]
fn options_are_bounded() {
    let good = ring(&[&entry("k1", KeyState::Signing)]);
    for life_secs in [0, 59, 3_601] {
        assert_eq!(JwtTokens::new(TokenOptions { life_secs, ..options() }, &good).err(), Some(TokensFault::Life));
    }
    let short = TokenAlgorithm::Hs256(Secret::new(vec![0; 31]));
    let cases = [
        (TokenOptions { algorithm: short, ..options() }, &good, TokensFault::ShortSecret),
        (TokenOptions { issuer: String::new(), ..options() }, &good, TokensFault::Issuer),
        (options(), &ring(&[]), TokensFault::NoKey(NoKey(KeyPurpose::Jwt))),
        (options(), &ring(&[&entry("../k1", KeyState::Signing)]), TokensFault::Key),
        (
            options(),
            &ring(&[&RingEntry { secret: Secret::new(vec![0; 32]), ..entry("k1", KeyState::Signing) }]),
            TokensFault::Key,
        ),
    ];
    for (options, ring, fault) in cases {
        assert_eq!(JwtTokens::new(options, ring).err(), Some(fault));
    }
}

fn public(entry: &RingEntry) -> Vec<u8> {
    Ed25519KeyPair::from_pkcs8(entry.secret.expose()).unwrap().public_key().as_ref().to_vec()
}

#[test]
fn no_forged_token_is_accepted() {
    let (key, stranger) = (entry("k1", KeyState::Signing), entry("k1", KeyState::Signing));
    let tokens = JwtTokens::new(options(), &ring(&[&key])).unwrap();
    let token = tokens.issue(&claims(user())).unwrap();
    let good = claims_of(&token);
    let text = good.to_string();
    let own = Signer::Ed(&key);
    assert!(tokens.verify(&forge(HEAD, &text, &own), at(NOW)).is_ok(), "the forge makes good tokens");

    let mut corpus = mangled(&token);
    corpus.extend(heads().iter().map(|head| forge(head, &text, &own)));
    corpus.extend(wrong_claims(&good).iter().map(|claims| forge(HEAD, claims, &own)));
    let public = public(&key);
    let spki = [&b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"[..], &public].concat();
    let base64 = URL_SAFE_NO_PAD.encode(&public);
    for secret in [&public[..], &spki, base64.as_bytes(), tokens.jwks().as_bytes(), b"", b"secret", &[0; 32]] {
        for alg in ["HS256", "EdDSA", "HS384"] {
            corpus.push(forge(&head_with("alg", json!(alg)), &text, &Signer::Hmac(secret)));
        }
    }
    for alg in ["none", "None", "nOnE", "EdDSA", "HS256"] {
        let unsigned = forge(&head_with("alg", json!(alg)), &text, &Signer::Nobody);
        corpus.extend([format!("{unsigned}AA"), unsigned]);
    }
    corpus.push(forge(HEAD, &text, &Signer::Ed(&stranger)));
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(self::public(&stranger))});
    corpus.push(forge(&head_with("jwk", jwk), &text, &Signer::Ed(&stranger)));
    let role = text.replacen(r#""epoch":7"#, r#""epoch":8"#, 1);
    let swapped: Vec<String> = token.split('.').map(str::to_owned).collect();
    corpus.push(format!("{}.{}.{}", swapped[0], URL_SAFE_NO_PAD.encode(role), swapped[2]));

    assert!(corpus.len() >= 200, "{}", corpus.len());
    for forged in &corpus {
        let verified = tokens.verify(forged, at(NOW));
        assert!(verified.is_err(), "accepted: {forged:?} as {verified:?}");
        assert!(tokens.verify(forged, at(NOW)).is_err(), "accepted from the cache: {forged:?}");
    }
    assert!(tokens.verify(&token, at(NOW)).is_ok());
}

#[test]
fn algorithms_are_not_mixed() {
    let key = entry("hs256", KeyState::Signing);
    let ring = ring(&[&key]);
    let (ed, hs) = (JwtTokens::new(options(), &ring).unwrap(), JwtTokens::new(hs256(), &ring).unwrap());
    let (by_ed, by_hs) = (ed.issue(&claims(user())).unwrap(), hs.issue(&claims(user())).unwrap());
    assert!(ed.verify(&by_ed, at(NOW)).is_ok() && hs.verify(&by_hs, at(NOW)).is_ok());
    assert_eq!(ed.verify(&by_hs, at(NOW)), Err(TokenFault::Invalid("another alg than the key's")));
    assert_eq!(hs.verify(&by_ed, at(NOW)), Err(TokenFault::Invalid("another alg than the key's")));
    let text = claims_of(&by_hs).to_string();
    let head = r#"{"alg":"HS256","kid":"hs256","typ":"at+jwt"}"#;
    assert!(hs.verify(&forge(head, &text, &Signer::Hmac(SECRET)), at(NOW)).is_ok());
    for secret in [&SECRET[..31], b"", &public(&key)] {
        assert!(hs.verify(&forge(head, &text, &Signer::Hmac(secret)), at(NOW)).is_err());
    }
}

#[test]
fn a_token_of_one_audience_is_none_of_the_other() {
    let key = entry("k1", KeyState::Signing);
    let tokens = JwtTokens::new(options(), &ring(&[&key])).unwrap();
    let [user, api_key, operator] = subjects().map(|subject| claims_of(&tokens.issue(&claims(subject)).unwrap()));
    let platform = json!("https://orders.example/platform");
    for (claims, aud) in [(&user, &platform), (&api_key, &platform), (&operator, &json!(ISSUER))] {
        let mut claims = claims.clone();
        claims["aud"] = aud.clone();
        assert!(tokens.verify(&forge(HEAD, &claims.to_string(), &Signer::Ed(&key)), at(NOW)).is_err(), "{claims}");
    }
    let mut key_as_user = api_key.clone();
    key_as_user["sid"] = user["sid"].clone();
    let mut user_as_key = user.clone();
    user_as_key["client_id"] = user["sub"].clone();
    let mut operator_of_tenant = operator;
    operator_of_tenant["tenant_id"] = user["tenant_id"].clone();
    for claims in [key_as_user, user_as_key, operator_of_tenant] {
        assert!(tokens.verify(&forge(HEAD, &claims.to_string(), &Signer::Ed(&key)), at(NOW)).is_err(), "{claims}");
    }
    let mut listed = user;
    listed["aud"] = json!(["https://elsewhere.example", ISSUER]);
    assert!(tokens.verify(&forge(HEAD, &listed.to_string(), &Signer::Ed(&key)), at(NOW)).is_ok(), "RFC 7519 §4.1.3");
}

#[test]
fn unknown_words_of_a_scope_permit_nothing() {
    let key = entry("k1", KeyState::Signing);
    let tokens = JwtTokens::new(options(), &ring(&[&key])).unwrap();
    let mut claims = claims_of(&tokens.issue(&claims(user())).unwrap());
    for (scope, expected) in [
        ("orders:read telepathy:write", PermissionSet::of(&[Permission::OrdersRead])),
        ("", PermissionSet::empty()),
        ("ORDERS:READ", PermissionSet::empty()),
        ("orders:read\torders:write", PermissionSet::empty()),
    ] {
        claims["scope"] = json!(scope);
        let read = tokens.verify(&forge(HEAD, &claims.to_string(), &Signer::Ed(&key)), at(NOW)).unwrap();
        assert_eq!(read.scope, Some(expected), "{scope:?}");
    }
}
