//! PT16 and the other rules of a user: who may touch whom in every state, the last owner, folding, broken rows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use orderbase_kernel::{Email, Name, TenantId, Timestamp, UserId, Uuid, Version};
use orderbase_tenancy::{
    Acting, InviteUser, Role, UpdateUser, User, UserError, UserEvent, UserEventKind, UserParts, UserStatus,
};
use proptest::prelude::*;

/// 2026-01-15T12:00:00Z plus `millis`.
fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_768_478_400_000 + millis).unwrap()
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn user_id(n: i64) -> UserId {
    UserId::lowest_at(at(n))
}

fn inviting(role: Role, by: Acting) -> InviteUser {
    let email = Email::parse("ada@example.com").unwrap();
    InviteUser { id: user_id(0), tenant_id: TenantId::lowest_at(at(-5)), email, role, by }
}

/// Somebody else with a role.
fn other(role: Role) -> Acting {
    Acting::user(user_id(-77), role)
}

/// Every state a user can be in: status, and whether it has joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Invited,
    Active,
    Disabled,
    Revoked,
}

const STATES: [State; 4] = [State::Invited, State::Active, State::Disabled, State::Revoked];

fn state(user: &User) -> State {
    match (user.status(), user.joined_at()) {
        (UserStatus::Invited, None) => State::Invited,
        (UserStatus::Active, Some(_)) => State::Active,
        (UserStatus::Disabled, Some(_)) => State::Disabled,
        (UserStatus::Disabled, None) => State::Revoked,
        (status, joined) => panic!("{status} {joined:?}"),
    }
}

fn user_in(wanted: State, role: Role) -> User {
    let (mut user, _) = User::invite(inviting(role, Acting::OPERATOR)).unwrap();
    if matches!(wanted, State::Active | State::Disabled) {
        user.join(name("Ada"), at(1)).unwrap().unwrap();
    }
    if matches!(wanted, State::Disabled | State::Revoked) {
        user.disable(&Acting::OPERATOR, at(2)).unwrap().unwrap();
    }
    assert_eq!(state(&user), wanted);
    user
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    InviteAgain(Role),
    Join,
    Rename,
    ChangeRole(Role),
    Disable,
    Enable,
}

fn asks() -> Vec<Ask> {
    let mut all = vec![Ask::Join, Ask::Rename, Ask::Disable, Ask::Enable];
    all.extend(Role::ALL.into_iter().flat_map(|role| [Ask::InviteAgain(role), Ask::ChangeRole(role)]));
    all
}

fn run(user: &mut User, ask: Ask, by: &Acting, at: Timestamp) -> Result<Option<UserEvent>, UserError> {
    match ask {
        Ask::InviteAgain(role) => user.invite_again(role, by, at),
        Ask::Join => user.join(name("Ada Lovelace"), at),
        Ask::Rename => user.update(UpdateUser { name: Some(name("Countess")), role: None }, by, at),
        Ask::ChangeRole(role) => user.update(UpdateUser { name: None, role: Some(role) }, by, at),
        Ask::Disable => user.disable(by, at),
        Ask::Enable => user.enable(by, at),
    }
}

/// The rules written once more: the state and role after and the type of the event, if there is one.
fn table(from: State, role: Role, ask: Ask) -> Result<(State, Role, Option<&'static str>), UserError> {
    use State::{Active, Disabled, Invited, Revoked};
    Ok(match (from, ask) {
        (Active | Disabled, Ask::InviteAgain(_) | Ask::Join) => return Err(UserError::AlreadyJoined),
        (Revoked, Ask::Join) => return Err(UserError::NotInvited),
        (Invited | Revoked, Ask::Enable) => return Err(UserError::NeverJoined),
        (Revoked, Ask::InviteAgain(new)) => (Invited, new, Some("user.invited")),
        (Invited, Ask::InviteAgain(new)) => (Invited, new, (new != role).then_some("user.updated")),
        (Invited, Ask::Join) => (Active, role, Some("user.joined")),
        (_, Ask::Rename) => (from, role, Some("user.updated")),
        (_, Ask::ChangeRole(new)) => (from, new, (new != role).then_some("user.updated")),
        (Invited, Ask::Disable) => (Revoked, role, Some("user.disabled")),
        (Active, Ask::Disable) => (Disabled, role, Some("user.disabled")),
        (Disabled | Revoked, Ask::Disable) => (from, role, None),
        (Active, Ask::Enable) => (Active, role, None),
        (Disabled, Ask::Enable) => (Active, role, Some("user.enabled")),
    })
}

/// The first role above that of who asks: of the user as it is, then as it would be.
fn above(own: Role, role: Role, ask: Ask) -> Option<Role> {
    let wanted = match ask {
        // Who joins shows a ticket; nobody's role is asked.
        Ask::Join => return None,
        Ask::InviteAgain(new) | Ask::ChangeRole(new) => Some(new),
        Ask::Rename | Ask::Disable | Ask::Enable => None,
    };
    [Some(role), wanted].into_iter().flatten().find(|role| *role > own)
}

#[test]
fn every_state_and_role_meets_every_command_by_everybody() {
    let mut met = 0;
    for from in STATES {
        for role in Role::ALL {
            for ask in asks() {
                for by in Role::ALL.map(other).into_iter().chain([Acting::OPERATOR]) {
                    let before = user_in(from, role);
                    let mut user = before.clone();
                    let outcome = run(&mut user, ask, &by, at(50));
                    let case = format!("{from:?} {role} {ask:?} {by:?}");
                    let expected = match by.role.and_then(|own| above(own, role, ask)) {
                        Some(role) => Err(UserError::RoleAbove { role }),
                        None => table(from, role, ask),
                    };
                    match (outcome, expected) {
                        (Ok(event), Ok((target, role_after, event_type))) => {
                            assert_eq!(event.as_ref().map(UserEvent::event_type), event_type, "{case}");
                            assert_eq!((state(&user), user.role()), (target, role_after), "{case}");
                            if event.is_none() {
                                assert_eq!(user, before, "{case}");
                            }
                            let after = user.clone();
                            assert!(!matches!(run(&mut user, ask, &by, at(60)), Ok(Some(_))), "a repeat: {case}");
                            assert_eq!(user, after, "{case}");
                        }
                        (Err(error), Err(expected)) => {
                            assert_eq!((&error, &user), (&expected, &before), "{case}");
                        }
                        (outcome, expected) => panic!("{case}: {outcome:?} {expected:?}"),
                    }
                    met += 1;
                }
            }
        }
    }
    assert_eq!(met, 4 * 4 * 12 * 5);
}

#[test]
fn nobody_invites_above_the_own_role() {
    for role in Role::ALL {
        for own in Role::ALL {
            let outcome = User::invite(inviting(role, other(own)));
            if role <= own {
                let (user, event) = outcome.unwrap();
                assert_eq!(
                    (event.event_type(), event.sequence, state(&user)),
                    ("user.invited", Version::FIRST, State::Invited)
                );
                assert_eq!((user.role(), user.name(), user.created_at()), (role, None, at(0)));
            } else {
                assert_eq!(outcome.unwrap_err(), UserError::RoleAbove { role }, "{own}");
            }
        }
        assert!(User::invite(inviting(role, Acting::OPERATOR)).is_ok());
    }
    let timeless = InviteUser { id: UserId::from_uuid(Uuid::nil()), ..inviting(Role::Viewer, Acting::OPERATOR) };
    assert_eq!(User::invite(timeless).unwrap_err(), UserError::NotV7);
}

#[test]
fn of_oneself_the_name_alone_is_changed() {
    for role in Role::ALL {
        let mut user = user_in(State::Active, role);
        let oneself = Acting::user(user.id(), role);
        for new in Role::ALL.into_iter().filter(|new| *new != role) {
            let update = UpdateUser { name: Some(name("New")), role: Some(new) };
            let before = user.clone();
            assert_eq!(user.update(update, &oneself, at(5)), Err(UserError::OwnRole), "{role} {new}");
            assert_eq!(user, before);
        }
        let update = UpdateUser { name: Some(name("New")), role: Some(role) };
        let event = user.update(update, &oneself, at(6)).unwrap().unwrap();
        assert_eq!((event.changed().join(",").as_str(), user.name().unwrap().as_str()), ("name", "New"));
        assert!(user.disable(&oneself, at(7)).unwrap().is_some());
    }
}

#[test]
fn events_name_what_changed() {
    let mut user = user_in(State::Revoked, Role::Viewer);
    let by = Acting::OPERATOR;
    let changed = |event: Result<Option<UserEvent>, UserError>| event.unwrap().unwrap().changed().join(",");
    assert_eq!(changed(user.invite_again(Role::Admin, &by, at(3))), "status,role");
    assert_eq!(changed(user.disable(&by, at(4))), "status");
    assert_eq!(changed(user.invite_again(Role::Admin, &by, at(5))), "status");
    let both = UpdateUser { name: Some(name("Ada")), role: Some(Role::Owner) };
    assert_eq!(changed(user.update(both, &by, at(6))), "name,role");
    assert_eq!(changed(user.join(name("Ada"), at(7))), "status,joined_at");
    assert_eq!((user.joined_at(), user.updated_at(), user.version().get()), (Some(at(7)), at(7), 7));
    assert_eq!(changed(user_in(State::Invited, Role::Viewer).join(name("B"), at(9))), "status,name,joined_at");
    assert!(User::invite(inviting(Role::Viewer, by)).unwrap().1.changed().is_empty());
}

#[test]
fn an_owner_is_taken_by_disabling_or_a_lower_role_while_active() {
    for from in STATES {
        for role in Role::ALL {
            for ask in asks() {
                let before = user_in(from, role);
                let mut user = before.clone();
                let Ok(Some(event)) = run(&mut user, ask, &Acting::OPERATOR, at(50)) else { continue };
                let lower = matches!(ask, Ask::ChangeRole(new) if new != Role::Owner);
                let taken = from == State::Active && role == Role::Owner && (ask == Ask::Disable || lower);
                assert_eq!(before.takes_an_owner(&event), taken, "{from:?} {role} {ask:?}");
            }
        }
    }
}

fn any_ask() -> impl Strategy<Value = Ask> {
    proptest::sample::select(asks())
}

proptest! {
    /// PT7 and PT8 for users.
    #[test]
    fn any_history_keeps_the_rules(
        role in proptest::sample::select(Role::ALL.to_vec()),
        history in proptest::collection::vec(
            (any_ask(), proptest::option::of(proptest::sample::select(Role::ALL.to_vec())), any::<bool>(), -500_i64..2_000),
            1..24,
        ),
    ) {
        let (mut user, invited) = User::invite(inviting(role, Acting::OPERATOR)).unwrap();
        let (mut events, mut clock) = (vec![invited], 0);
        for (ask, own, oneself, passed) in history {
            clock += passed;
            let by = match own {
                Some(_) if oneself => Acting::user(user.id(), user.role()),
                Some(own) => other(own),
                None => Acting::OPERATOR,
            };
            let before = user.clone();
            match run(&mut user, ask, &by, at(clock)) {
                Ok(Some(event)) => {
                    prop_assert_eq!((event.sequence, event.occurred_at), (before.version().next(), at(clock).max(before.updated_at())));
                    prop_assert!(!event.changed().is_empty());
                    let reach = by.role.unwrap_or(Role::Owner);
                    prop_assert!(ask == Ask::Join || before.role().max(user.role()) <= reach);
                    events.push(event);
                }
                Ok(None) | Err(_) => prop_assert_eq!(&user, &before),
            }
            prop_assert_eq!((user.id(), user.email(), user.created_at()), (before.id(), before.email(), before.created_at()));
            prop_assert!(before.joined_at().is_none() || user.joined_at() == before.joined_at());
            prop_assert_eq!(User::from_events(&events), Ok(user.clone()));
            prop_assert_eq!(User::rehydrate(user.to_parts()), Ok(user.clone()));
        }
    }

    /// PT16: if whoever takes an owner needs another active one, then once there is one, one remains, whoever does what.
    #[test]
    fn an_active_owner_remains(
        history in proptest::collection::vec((0_usize..4, 0_usize..5, any_ask()), 1..60),
    ) {
        let mut users: Vec<User> = (0..4).map(|n| {
            let role = Role::ALL[n as usize];
            let command = InviteUser { id: user_id(n), ..inviting(role, Acting::OPERATOR) };
            User::invite(command).unwrap().0
        }).collect();
        users[3].join(name("Owner"), at(10)).unwrap();
        for (step, (target, who, ask)) in history.into_iter().enumerate() {
            let acting = match users.get(who) {
                None => Acting::OPERATOR,
                Some(user) if user.status() != UserStatus::Active => continue,
                Some(user) => Acting::user(user.id(), user.role()),
            };
            let before = users[target].clone();
            let mut after = before.clone();
            let Ok(Some(event)) = run(&mut after, ask, &acting, at(20 + step as i64)) else { continue };
            let another = users.iter().any(|it| it.id() != before.id() && it.is_active_owner());
            if before.takes_an_owner(&event) && !another {
                continue;
            }
            users[target] = after;
            prop_assert!(users.iter().any(User::is_active_owner));
        }
    }
}

#[test]
fn a_broken_history_is_corrupt() {
    let (mut user, invited) = User::invite(inviting(Role::Viewer, Acting::OPERATOR)).unwrap();
    let joined = user.join(name("Ada"), at(5)).unwrap().unwrap();
    let disabled = user.disable(&Acting::OPERATOR, at(9)).unwrap().unwrap();
    let rule = |events: &[&UserEvent]| User::from_events(events.iter().copied()).unwrap_err().rule;
    let sequence = "sequences are gapless and a user begins once";
    assert_eq!(rule(&[]), "the first event is user.invited");
    assert_eq!(rule(&[&joined]), "the first event is user.invited");
    assert_eq!(rule(&[&invited, &disabled]), sequence);
    let twice = UserEvent { sequence: Version::FIRST.next(), ..invited.clone() };
    assert_eq!(rule(&[&invited, &twice]), sequence);
    let early = UserEvent { occurred_at: at(4), kind: UserEventKind::Disabled, ..disabled };
    assert_eq!(rule(&[&invited, &joined, &early]), "the times of events never fall");
}

type Spoil = fn(&mut UserParts);

#[test]
fn broken_rows_are_corrupt() {
    use State::{Active, Disabled, Invited};
    let cases: [(State, Spoil, &str); 8] = [
        (Active, |p| p.created_at = at(1), "created_at is the time in the id"),
        (Invited, |p| p.updated_at = at(-1), "updated_at is not before created_at"),
        (Active, |p| p.status = UserStatus::Invited, "who is invited has not joined"),
        (Active, |p| p.joined_at = None, "who is active has joined"),
        (Active, |p| p.joined_at = Some(at(2)), "joined_at lies between the first and the last event"),
        (Active, |p| p.joined_at = Some(at(-1)), "joined_at lies between the first and the last event"),
        (Active, |p| p.name = None, "who has joined has a name"),
        (Disabled, |p| p.name = None, "who has joined has a name"),
    ];
    for (from, spoil, rule) in cases {
        let mut parts = user_in(from, Role::Admin).to_parts();
        assert!(User::rehydrate(parts.clone()).is_ok());
        spoil(&mut parts);
        assert_eq!(User::rehydrate(parts).unwrap_err().rule, rule, "{from:?}");
    }
}

#[test]
fn words_are_read_back() {
    for (status, text) in UserStatus::ALL.into_iter().zip(UserStatus::TEXTS) {
        assert_eq!((UserStatus::parse(text), status.to_string().as_str()), (Ok(status), *text));
    }
    assert!(UserStatus::parse("Active").is_err());
}
