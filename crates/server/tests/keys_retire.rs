//! The end of a rotation that ends by hand: refused while something needs the old key, with what and how many, and done by use or by
//! force.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use orderbase_application::ports::Clock as _;
use orderbase_infrastructure::security::KeyPurpose;
use orderbase_infrastructure::system::SystemClock;
use support::{Place, Serving};

const PASSWORD: &str = "eleven green bottles on a wall";
const MINUTE_MILLIS: i64 = 60_000;

fn run(what: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(what);
}

/// What servers do in the minutes after a rotation was begun, done as of some minutes ago.
fn turn(place: &Place, purpose: KeyPurpose, minutes_ago: i64) {
    run(async {
        let (db, keeper) = place.ring().await;
        let then = SystemClock.now().plus_millis(-minutes_ago * MINUTE_MILLIS);
        keeper.rotate(purpose, then.plus_millis(-2 * MINUTE_MILLIS)).await.unwrap();
        keeper.turn(then).await.unwrap();
        db.close().await;
    });
}

fn stop(serving: Serving) {
    serving.signal("TERM");
    assert_eq!(serving.ended().0, 0);
}

#[test]
fn a_pepper_of_keys_goes_when_every_key_was_used() {
    let place = Place::new();
    let key = place.tenant("acme");
    let retire = ["keys", "retire", "api_key_pepper"];
    let nothing = place.run(&retire);
    assert_eq!((nothing.code, nothing.err.contains("nothing to end")), (1, true), "{}", nothing.err);

    turn(&place, KeyPurpose::ApiKeyPepper, 5);
    let refused = place.run(&retire);
    assert_eq!(refused.code, 77, "{}", refused.err);
    for words in ["by 1 API keys;", "when it is next used", "--yes"] {
        assert!(refused.err.contains(words), "{words}: {}", refused.err);
    }
    let twice = place.run(&["keys", "rotate", "api_key_pepper"]);
    assert_eq!((twice.code, twice.err.contains("`orderbase keys retire api_key_pepper`")), (77, true), "{}", twice.err);

    let serving = place.serve(&[]);
    assert_eq!(serving.get("/api/v1/orders", &key).status, 200);
    stop(serving);
    let done = place.done(&retire);
    assert!(done.err.contains("is gone") && !done.err.contains("worthless"), "{}", done.err);
    place.done(&["keys", "rotate", "api_key_pepper"]);
    assert_eq!(place.run(&retire).code, 1, "what is published is not retired");
    let serving = place.serve(&[]);
    assert_eq!(serving.get("/api/v1/orders", &key).status, 200);
}

#[test]
fn within_a_minute_and_by_force() {
    let place = Place::new();
    let key = place.tenant("acme");
    turn(&place, KeyPurpose::ApiKeyPepper, 0);
    let forced = ["keys", "retire", "api_key_pepper", "--yes"];
    let soon = place.run(&forced);
    assert_eq!((soon.code, soon.err.contains("less than a minute ago")), (75, true), "{}", soon.err);
    drop(place);

    let place = Place::new();
    let other = place.tenant("acme");
    turn(&place, KeyPurpose::ApiKeyPepper, 5);
    let done = place.done(&forced);
    assert!(done.err.contains("worthless from then on, unless renewed before: 1 API keys"), "{}", done.err);
    let serving = place.serve(&[]);
    assert_eq!(serving.get("/api/v1/orders", &other).status, 401);
    assert_eq!(serving.get("/api/v1/orders", &key).status, 401);
    assert_eq!(place.run(&["keys", "retire", "jwt"]).code, 2, "no pepper");
}

#[test]
fn a_pepper_of_passwords_goes_when_everybody_has_signed_in() {
    let place = Place::new();
    place.tenant("acme");
    for whose in [["--tenant", "acme", "--role", "viewer"].as_slice(), &["--operator"]] {
        let create = [&["user", "create", "--email", "eve@example.com"], whose].concat();
        assert_eq!(place.run_with(&create, PASSWORD).code, 0);
    }
    turn(&place, KeyPurpose::PasswordPepper, 5);
    let retire = ["keys", "retire", "password_pepper"];
    let refused = place.run(&retire);
    assert_eq!(refused.code, 77, "{}", refused.err);
    assert!(refused.err.contains("by 1 passwords of users, 1 passwords of operators;"), "{}", refused.err);

    let sign_in = |serving: &Serving, tenant| serving.login(tenant, "eve@example.com", PASSWORD).status;
    let serving = place.serve(&[]);
    assert_eq!(sign_in(&serving, Some("acme")), 200);
    stop(serving);
    let refused = place.run(&retire);
    assert!(refused.code == 77 && refused.err.contains("by 1 passwords of operators;"), "{}", refused.err);
    let serving = place.serve(&[]);
    assert_eq!(sign_in(&serving, None), 200);
    stop(serving);
    place.done(&retire);

    turn(&place, KeyPurpose::PasswordPepper, 5);
    place.done(&["keys", "retire", "password_pepper", "--yes"]);
    let serving = place.serve(&[]);
    assert_eq!((sign_in(&serving, Some("acme")), sign_in(&serving, None)), (401, 401));
}

/// Seals of before are not made anew, so that only force ends what they need.
#[test]
fn a_key_of_seals_goes_by_force() {
    let place = Place::new();
    place.tenant("acme");
    let retire = ["keys", "retire", "audit_seal"];
    turn(&place, KeyPurpose::AuditSeal, 5);
    place.done(&retire);
    run(place.seal(None));
    turn(&place, KeyPurpose::AuditSeal, 5);
    let refused = place.run(&retire);
    assert_eq!(refused.code, 77, "{}", refused.err);
    for words in ["by 1 audit seals;", "as long as their tenants are there", "--yes"] {
        assert!(refused.err.contains(words), "{words}: {}", refused.err);
    }
    assert_eq!(place.run(&["audit", "verify"]).code, 0, "the retired key still checks its seals");
    place.done(&["keys", "retire", "audit_seal", "--yes"]);
    let verified = place.run(&["audit", "verify"]);
    assert_eq!((verified.code, verified.err.contains("key")), (1, true), "{}", verified.err);
    place.done(&["keys", "rotate", "audit_seal"]);
}
