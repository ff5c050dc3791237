//! Refreshing: the rules as a table, and what holds whatever the order in which tokens are presented.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use orderbase_kernel::{SessionId, TenantId, Timestamp, UserId, Uuid};
use orderbase_tenancy::{
    BeginSession, Permission, PermissionSet, RefreshRules, Refreshed, Session, SessionClient, SessionError,
    SessionParts, TokenHash,
};
use proptest::prelude::*;

const RULES: RefreshRules = RefreshRules { idle_secs: 1_000, grace_secs: 60 };
const FAMILY_SECS: u32 = 5_000;

/// 2026-01-15T12:00:00Z plus `millis`.
fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_768_478_400_000 + millis).unwrap()
}

fn token(n: u16) -> TokenHash {
    let mut bytes = [7; 32];
    bytes[..2].copy_from_slice(&n.to_be_bytes());
    TokenHash::from_bytes(bytes)
}

fn beginning() -> BeginSession {
    BeginSession {
        id: SessionId::lowest_at(at(0)),
        tenant_id: TenantId::lowest_at(at(-9)),
        user_id: UserId::lowest_at(at(-5)),
        current: token(0),
        scope: PermissionSet::of(&[Permission::OrdersRead]),
        client: SessionClient::seen(Some("203.0.113.9/32"), Some("curl/8")),
        family_secs: FAMILY_SECS,
    }
}

fn session() -> Session {
    Session::begin(beginning()).unwrap()
}

/// Presents `sent` at `millis`; `new` would be handed out.
type Step = (u16, u16, i64, Refreshed);

#[test]
fn the_rules_as_a_table() {
    use Refreshed::{Dead, LostReply, Reused, Rotated};
    let cases: [(&str, &[Step]); 13] = [
        ("the current one, again and again", &[(0, 1, 1_000, Rotated), (1, 2, 2_000, Rotated), (2, 3, 2_000, Rotated)]),
        ("a lost reply", &[(0, 1, 1_000, Rotated), (0, 2, 61_000, LostReply), (2, 3, 62_000, Rotated)]),
        ("a lost reply too late", &[(0, 1, 1_000, Rotated), (0, 2, 61_001, Reused), (1, 3, 61_002, Dead)]),
        ("a reply is lost once", &[(0, 1, 0, Rotated), (0, 2, 1, LostReply), (0, 3, 2, Reused), (2, 4, 3, Dead)]),
        ("the unused one is dead", &[(0, 1, 0, Rotated), (0, 2, 1, LostReply), (1, 3, 2, Reused), (2, 4, 3, Dead)]),
        (
            "the window is not prolonged by its use",
            &[(0, 1, 0, Rotated), (0, 2, 60_000, LostReply), (0, 3, 60_001, Reused)],
        ),
        (
            "each refresh has its own lost reply",
            &[(0, 1, 0, Rotated), (0, 2, 1, LostReply), (2, 3, 2, Rotated), (2, 4, 3, LostReply), (4, 5, 4, Rotated)],
        ),
        ("the one before the previous", &[(0, 1, 0, Rotated), (1, 2, 1, Rotated), (0, 3, 2, Reused), (2, 4, 3, Dead)]),
        ("never handed out", &[(9, 1, 0, Reused), (0, 2, 1, Dead)]),
        ("idle for too long", &[(0, 1, 999_999, Rotated), (1, 2, 1_999_998, Rotated), (2, 3, 2_999_998, Dead)]),
        ("idle at once", &[(0, 1, 1_000_000, Dead)]),
        (
            "the end of the family",
            &[
                (0, 1, 900_000, Rotated),
                (1, 2, 1_800_000, Rotated),
                (2, 3, 2_700_000, Rotated),
                (3, 4, 3_600_000, Rotated),
                (4, 5, 4_500_000, Rotated),
                (5, 6, 5_000_000, Dead),
            ],
        ),
        ("a clock set back", &[(0, 1, 50_000, Rotated), (1, 2, 10_000, Rotated), (1, 3, 110_000, LostReply)]),
    ];
    for (case, steps) in cases {
        let mut session = session();
        for (sent, new, millis, refreshed) in steps {
            let before = session.clone();
            let outcome = session.refresh(&token(*sent), token(*new), at(*millis), &RULES);
            assert_eq!(outcome, *refreshed, "{case}: {sent} at {millis}");
            match outcome {
                Dead => assert_eq!(session, before, "{case}"),
                Reused => assert_eq!((session.revoked_at(), session.current()), (Some(at(*millis)), before.current())),
                Rotated | LostReply => assert_eq!(session.current(), &token(*new), "{case}"),
            }
            assert_eq!(session.version() == before.version().next(), outcome != Dead, "{case}");
        }
    }
}

#[test]
fn fields_move_as_the_rules_say() {
    let mut session = session();
    assert_eq!((session.used_at(), session.previous(), session.lost_reply_used()), (at(0), None, false));
    assert_eq!((session.created_at(), session.expires_at(), session.version().get()), (at(0), at(5_000_000), 1));
    session.refresh(&token(0), token(1), at(10), &RULES);
    assert_eq!((session.used_at(), session.previous(), session.lost_reply_used()), (at(10), Some(&token(0)), false));
    session.refresh(&token(0), token(2), at(20), &RULES);
    assert_eq!((session.used_at(), session.previous(), session.lost_reply_used()), (at(10), Some(&token(0)), true));
    session.refresh(&token(2), token(3), at(30), &RULES);
    assert_eq!((session.used_at(), session.previous(), session.lost_reply_used()), (at(30), Some(&token(2)), false));
    assert_eq!((session.scope().texts(), session.client().network()), (vec!["orders:read"], Some("203.0.113.9/32")));
}

#[test]
fn an_ended_session_refreshes_no_more() {
    let mut session = session();
    assert!(session.is_live(at(999_999), &RULES) && !session.is_live(at(1_000_000), &RULES));
    assert!(session.end(at(5)) && !session.is_live(at(5), &RULES));
    let after = session.clone();
    assert!(!session.end(at(9)));
    assert_eq!(session.refresh(&token(0), token(1), at(9), &RULES), Refreshed::Dead);
    assert_eq!((&session, session.revoked_at(), session.version().get()), (&after, Some(at(5)), 2));
    let timeless = BeginSession { id: SessionId::from_uuid(Uuid::nil()), ..beginning() };
    assert_eq!(Session::begin(timeless), Err(SessionError::NotV7));
}

#[test]
fn the_defaults() {
    assert_eq!(RefreshRules::default(), RefreshRules { idle_secs: 1_209_600, grace_secs: 60 });
}

/// Twenty at once are one after the other, each with what the one before left.
#[test]
fn twenty_refreshes_of_one_token() {
    for times in 1..=20_u16 {
        let mut session = session();
        let outcomes: Vec<_> =
            (1..=times).map(|new| session.refresh(&token(0), token(new), at(i64::from(new)), &RULES)).collect();
        let answered = outcomes.iter().filter(|it| matches!(it, Refreshed::Rotated | Refreshed::LostReply)).count();
        assert!(answered <= 2);
        assert_eq!(usable(&session, times, 50).len(), usize::from(times <= 2), "{times}");
    }
}

/// The tokens, of those there may be, that would refresh now without the excuse of a lost reply.
fn usable(session: &Session, issued: u16, millis: i64) -> Vec<u16> {
    let rotates =
        |n: &u16| session.clone().refresh(&token(*n), token(u16::MAX), at(millis), &RULES) == Refreshed::Rotated;
    (0..=issued).filter(rotates).collect()
}

fn excused(session: &Session, issued: u16, millis: i64) -> Vec<u16> {
    let lost =
        |n: &u16| session.clone().refresh(&token(*n), token(u16::MAX), at(millis), &RULES) == Refreshed::LostReply;
    (0..=issued).filter(lost).collect()
}

/// Which token comes next: mostly a recent one, for only then anything happens.
#[derive(Debug, Clone, Copy)]
enum Pick {
    Back(u16),
    Any(u16),
}

fn pick() -> impl Strategy<Value = Pick> {
    prop_oneof![8 => Just(Pick::Back(0)), 3 => Just(Pick::Back(1)), 1 => (2_u16..4).prop_map(Pick::Back), 1 => (0_u16..40).prop_map(Pick::Any)]
}

proptest! {
    #[test]
    fn whatever_is_presented_one_token_is_usable_and_a_reused_one_kills(
        presented in proptest::collection::vec((pick(), prop_oneof![0_i64..100, 0_i64..70_000, 0_i64..1_100_000]), 1..40),
    ) {
        let (mut session, mut clock, mut killed) = (session(), 0, false);
        let mut answered = [0_u8; 64];
        for (step, (pick, passed)) in presented.into_iter().enumerate() {
            let new = step as u16 + 1;
            clock += passed;
            let sent = match pick { Pick::Back(n) => (new - 1).saturating_sub(n), Pick::Any(n) => n };
            let (current, live) = (usable(&session, new, clock), session.is_live(at(clock), &RULES));
            let excused = excused(&session, new, clock);
            prop_assert_eq!(current.len(), usize::from(live));
            prop_assert!(excused.len() <= 1 && excused.iter().all(|n| !current.contains(n)));

            let before = session.clone();
            let outcome = session.refresh(&token(sent), token(new), at(clock), &RULES);
            let expected = match () {
                () if !live => Refreshed::Dead,
                () if current.contains(&sent) => Refreshed::Rotated,
                () if excused.contains(&sent) => Refreshed::LostReply,
                () => Refreshed::Reused,
            };
            prop_assert_eq!(outcome, expected);
            match outcome {
                Refreshed::Rotated | Refreshed::LostReply => {
                    prop_assert!(!killed);
                    answered[usize::from(sent)] += 1;
                    prop_assert!(answered[usize::from(sent)] <= 2, "a token gives two answers at most");
                    prop_assert_eq!(usable(&session, new, clock), vec![new]);
                }
                Refreshed::Reused => {
                    killed = true;
                    prop_assert_eq!(usable(&session, new, clock), Vec::<u16>::new());
                }
                Refreshed::Dead => prop_assert_eq!(&session, &before),
            }
            prop_assert!(!killed || !session.is_live(at(clock), &RULES));
            prop_assert_eq!((session.id(), session.expires_at()), (before.id(), before.expires_at()));
            prop_assert_eq!(Session::rehydrate(session.to_parts()), Ok(session.clone()));
        }
    }
}

type Spoil = fn(&mut SessionParts);

#[test]
fn broken_rows_are_corrupt() {
    let cases: [(Spoil, &str); 6] = [
        (|p| p.created_at = at(1), "the start of a session is the time in its id"),
        (|p| p.used_at = at(-1), "a session is not used before it begins"),
        (|p| p.expires_at = at(0), "a session expires after it began"),
        (|p| p.revoked_at = Some(at(9)), "a revoked session is not used"),
        (|p| p.previous = Some(token(1)), "a session has one current token"),
        (|p| (p.previous, p.lost_reply_used) = (None, true), "only the answer to a refresh can be lost"),
    ];
    for (spoil, rule) in cases {
        let mut session = session();
        session.refresh(&token(0), token(1), at(10), &RULES);
        let mut parts = session.to_parts();
        assert_eq!(Session::rehydrate(parts.clone()), Ok(session));
        spoil(&mut parts);
        assert_eq!(Session::rehydrate(parts).unwrap_err().rule, rule);
    }
}
