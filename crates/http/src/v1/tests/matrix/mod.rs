//! The authorization matrix (security.md 40, 41): every operation of the document × every kind of bad caller. The answer is exact, and
//! what there was is there afterwards, byte for byte.

mod cast;

use std::collections::BTreeSet;

use self::cast::{Bad, Cast, Sends};
use crate::extract::permission::Needs;
use crate::route::{Route, Verb, routes};
use crate::testing::Received;
use crate::v1::fixtures::{RANDOM_ID, anonymous};

/// Operations that nobody has to prove anything for. Must only become fewer.
const PUBLIC: [&str; 7] = [
    "auth_accept_invitation",
    "auth_login",
    "auth_password_reset",
    "auth_refresh",
    "oauth_introspect",
    "oauth_revoke",
    "oauth_token",
];

/// Operations on what belongs to somebody.
fn guarded() -> impl Iterator<Item = &'static Route> {
    routes().iter().filter(|route| route.needs != Needs::Public)
}

#[actix_web::test]
async fn public_operations_are_those_of_the_list() {
    let public: BTreeSet<_> = routes()
        .iter()
        .filter(|route| route.needs == Needs::Public && route.verb != Verb::Get)
        .map(|route| route.operation_id.as_str())
        .collect();
    assert_eq!(public, BTreeSet::from(PUBLIC));
    let readable = routes().iter().filter(|route| route.needs == Needs::Public && route.path.starts_with("/api/v1/"));
    let readable: Vec<_> = readable.filter(|route| route.verb == Verb::Get).map(ToString::to_string).collect();
    assert_eq!(readable, Vec::<String>::new(), "nothing of a version is read by nobody");
}

#[actix_web::test]
async fn no_bad_caller_gets_in_and_nothing_changes() {
    let cast = Cast::gather().await;
    let before = cast.snapshot().await;
    let (mut operations, mut asked) = (0, 0);
    for route in guarded() {
        operations += 1;
        for bad in Bad::ALL {
            let Some(sends) = cast.credential(bad, route.needs).await else { continue };
            asked += u32::from(judged(&cast, route, bad, &sends).await);
        }
        let after = cast.snapshot().await;
        assert_eq!(after, before, "{route} let something happen");
    }
    // A floor, so that the matrix does not run empty.
    assert!(operations >= 59 && asked >= 500, "{operations} operations, {asked} questions");
}

/// Asks, and fails the test where the answer is another than it has to be. `false`: the caller may.
async fn judged(cast: &Cast, route: &Route, bad: Bad, sends: &Sends) -> bool {
    let platform = route.path.contains("/platform/");
    match bad {
        Bad::Operator if platform => return false,
        Bad::Stranger if !platform => return strange(cast, route, sends).await,
        _ => {}
    }
    let answer = cast.ask(route, sends).send().await;
    let (status, code) = match bad {
        Bad::ExpiredToken => (401, "token_expired"),
        _ if bad.is_unrecognised() => (401, "unauthenticated"),
        _ => (403, "permission_denied"),
    };
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (status, code), "{route} by {bad:?}: {answer:?}");
    let challenge = answer.header("www-authenticate");
    if status == 401 {
        assert!(challenge.starts_with(r#"Bearer realm="orderbase""#), "{route} by {bad:?}: {challenge}");
        assert_eq!(challenge.contains("error="), bad != Bad::Nobody, "{route} by {bad:?}: {challenge}");
    }
    true
}

/// Somebody else's owner: what is acme's is like what is not there.
async fn strange(cast: &Cast, route: &Route, sends: &Sends) -> bool {
    if route.path.contains("{id}") {
        let foreign = cast.ask(route, sends).send().await;
        let random = cast.ask_about(route, RANDOM_ID, sends).send().await;
        assert_eq!((foreign.status.as_u16(), random.status.as_u16()), (404, 404), "{route}: {foreign:?}");
        assert_eq!(anonymous(&foreign), anonymous(&random), "{route}");
        return true;
    }
    let reads = route.verb == Verb::Get;
    if !reads && route.operation_id != "orders_place" {
        // It would act on the stranger's own tenant.
        return false;
    }
    let answer: Received = cast.ask(route, sends).send().await;
    let expected = if reads { 200 } else { 404 };
    assert_eq!(answer.status.as_u16(), expected, "{route}: {answer:?}");
    assert!(!cast.shows(&String::from_utf8_lossy(&answer.bytes)), "{route}: {answer:?}");
    true
}
