//! Sessions, passwords and tickets: written with everything else of a changeset or not at all.

use std::sync::Arc;

use orderbase_kernel::{SessionId, Version};
use orderbase_tenancy::{Acting, RefreshRules, Refreshed, Role, Session, TicketPurpose, UpdateUser, User};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::Harness;
use super::people::{
    changed, credential, dawn, hash, new_session, new_user, put, put_joined, put_session, session_record, ticket,
    try_put, user_change_of,
};
use super::stock::{claim, commit};
use crate::app::App;
use crate::changeset::{Changeset, Credential, Outcome, PasswordHash, Quota, Record, Refusal, Require};
use crate::ctx::Ctx;
use crate::testing::tenant_ctx;

const MANY: usize = 8;

async fn acme(app: &App) -> (Ctx, User) {
    let ctx = tenant_ctx(app, "acme").await;
    let user = put_joined(app, &ctx, "ada@example.com", Role::Member).await;
    (ctx, user)
}

async fn stored(app: &App, ctx: &Ctx, id: SessionId) -> Option<Session> {
    app.accounts.session(ctx.scope(), id).await.unwrap().map(|holder| holder.session)
}

fn refreshed(session: &Session, new: u8, millis: i64) -> Session {
    let mut after = session.clone();
    let rules = RefreshRules::default();
    assert_eq!(after.refresh(session.current(), hash(new), dawn().plus_millis(millis), &rules), Refreshed::Rotated);
    after
}

pub async fn a_session_comes_back_with_whom_it_belongs_to(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, user) = acme(&app).await;
    let session = put_session(&app, &ctx, &user, 1).await;
    let holder = app.accounts.session(ctx.scope(), session.id()).await.unwrap().unwrap();
    assert_eq!((&holder.session, &holder.account.user, &*holder.tenant), (&session, &user, &*ctx.tenant));
    assert_eq!(holder.account.credential, None);
    app.principals.forget(ctx.scope()).await;
    let principal = app.principals.session(ctx.scope(), session.id()).await.unwrap().unwrap();
    assert_eq!(*principal, holder);

    // Refreshed, repeated after a lost reply, reused: every field has been set once.
    let rules = RefreshRules::default();
    let mut after = refreshed(&session, 2, 1_001);
    put(&app, &ctx, session_record(&after, Some(session.version()))).await;
    assert_eq!(stored(&app, &ctx, session.id()).await.as_ref(), Some(&after));
    for expected in [Refreshed::LostReply, Refreshed::Reused] {
        let read = after.version();
        assert_eq!(after.refresh(&hash(1), hash(3), dawn().plus_millis(2_000), &rules), expected);
        put(&app, &ctx, session_record(&after, Some(read))).await;
        assert_eq!(stored(&app, &ctx, session.id()).await.as_ref(), Some(&after));
    }
    let unknown = SessionId::from_uuid(app.ids.next(app.clock.now()));
    assert_eq!(stored(&app, &ctx, unknown).await, None);
}

pub async fn a_session_changes_by_version(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, user) = acme(&app).await;
    let session = put_session(&app, &ctx, &user, 1).await;
    assert_eq!(try_put(&app, &ctx, session_record(&session, None)).await, Outcome::Stale, "begun twice");
    let after = refreshed(&session, 2, 5);
    put(&app, &ctx, session_record(&after, Some(session.version()))).await;
    let rival = refreshed(&session, 3, 6);
    assert_eq!(try_put(&app, &ctx, session_record(&rival, Some(session.version()))).await, Outcome::Stale);
    assert_eq!(stored(&app, &ctx, session.id()).await, Some(after));
    let nobody = new_session(&app, &user, 9);
    assert_eq!(try_put(&app, &ctx, session_record(&nobody, Some(Version::FIRST))).await, Outcome::Stale);
    assert_eq!(stored(&app, &ctx, nobody.id()).await, None);
}

pub async fn of_refreshes_of_one_token_one_wins(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let (ctx, user) = acme(&app).await;
    let session = put_session(&app, &ctx, &user, 1).await;
    let mut tasks = JoinSet::new();
    for (task, new) in (0..MANY).zip(10..) {
        let (app, ctx) = (if task % 2 == 0 { app.clone() } else { other.clone() }, ctx.clone());
        let (after, read) = (refreshed(&session, new, 5), session.version());
        tasks.spawn(async move { (try_put(&app, &ctx, session_record(&after, Some(read))).await, after) });
    }
    let ended = tasks.join_all().await;
    let won: Vec<_> = ended.iter().filter(|(outcome, _)| *outcome == Outcome::Committed).collect();
    assert_eq!(won.len(), 1, "{ended:?}");
    assert_eq!(ended.iter().filter(|(outcome, _)| *outcome == Outcome::Stale).count(), MANY - 1);
    assert_eq!(stored(&app, &ctx, session.id()).await.as_ref(), Some(&won[0].1));
}

pub async fn sessions_are_listed_and_ended_but_one(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, user) = acme(&app).await;
    let bob = put_joined(&app, &ctx, "bob@example.com", Role::Member).await;
    let theirs = put_session(&app, &ctx, &bob, 50).await;
    let mut sessions = Vec::new();
    for byte in 1..=4 {
        sessions.push(put_session(&app, &ctx, &user, byte).await);
    }
    // The second was refreshed late, the third has ended already.
    let late = refreshed(&sessions[1], 60, 9_000);
    put(&app, &ctx, session_record(&late, Some(Version::FIRST))).await;
    sessions[1] = late;
    let mut ended = sessions[2].clone();
    ended.end(dawn().plus_millis(3));
    put(&app, &ctx, session_record(&ended, Some(Version::FIRST))).await;
    sessions[2] = ended;
    let expected: Vec<_> = [3, 1, 0].map(|index: usize| sessions[index].clone()).to_vec();
    assert_eq!(app.accounts.sessions(ctx.scope(), user.id()).await.unwrap(), expected, "newest first");

    let (at, but) = (dawn().plus_millis(8_000), Some(sessions[3].id()));
    put(&app, &ctx, Record::EndSessions { user_id: user.id(), but, at }).await;
    for session in &mut sessions[..3] {
        session.end(at);
    }
    for session in sessions.iter().chain([&theirs]) {
        assert_eq!(stored(&app, &ctx, session.id()).await.as_ref(), Some(session), "as if each was ended alone");
    }
    put(&app, &ctx, Record::EndSessions { user_id: user.id(), but: None, at }).await;
    assert_eq!(app.accounts.sessions(ctx.scope(), user.id()).await.unwrap(), []);
    assert_eq!(app.accounts.sessions(ctx.scope(), bob.id()).await.unwrap(), [theirs]);
    // Nothing is left to end.
    put(&app, &ctx, Record::EndSessions { user_id: user.id(), but: None, at }).await;
}

/// A refresh that was decided before the end of all sessions does not bring one back.
pub async fn an_ended_session_is_stale(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, user) = acme(&app).await;
    let session = put_session(&app, &ctx, &user, 1).await;
    let after = refreshed(&session, 2, 5);
    put(&app, &ctx, Record::EndSessions { user_id: user.id(), but: None, at: dawn().plus_millis(4) }).await;
    assert_eq!(try_put(&app, &ctx, session_record(&after, Some(session.version()))).await, Outcome::Stale);
    assert!(stored(&app, &ctx, session.id()).await.unwrap().revoked_at().is_some());
}

pub async fn a_ticket_is_used_once(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let (ctx, user) = acme(&app).await;
    for purpose in TicketPurpose::ALL {
        let issued = ticket(&user, purpose, purpose.as_str().len() as u8);
        put(&app, &ctx, Record::Ticket(issued.clone())).await;
        let (found, account) = app.accounts.ticket(ctx.scope(), &issued.hash).await.unwrap().unwrap();
        assert_eq!((found, account.user), (issued.clone(), user.clone()));

        let (at, barrier) = (dawn().plus_millis(7), Arc::new(Barrier::new(MANY)));
        let mut tasks = JoinSet::new();
        for task in 0..MANY {
            let (app, ctx) = (if task % 2 == 0 { app.clone() } else { other.clone() }, ctx.clone());
            let (hash, barrier) = (issued.hash, Arc::clone(&barrier));
            tasks.spawn(async move {
                barrier.wait().await;
                try_put(&app, &ctx, Record::UseTicket { hash, at }).await
            });
        }
        let ended = tasks.join_all().await;
        assert_eq!(ended.iter().filter(|outcome| **outcome == Outcome::Committed).count(), 1, "{ended:?}");
        assert_eq!(ended.iter().filter(|outcome| **outcome == Outcome::Stale).count(), MANY - 1, "{ended:?}");
        let used = app.accounts.ticket(ctx.scope(), &issued.hash).await.unwrap().map(|(ticket, _)| ticket.used_at);
        assert_eq!(used, Some(Some(at)));
    }
    let unknown = Record::UseTicket { hash: hash(99), at: dawn() };
    assert_eq!(try_put(&app, &ctx, unknown).await, Outcome::Stale);
    assert_eq!(app.accounts.ticket(ctx.scope(), &hash(99)).await.unwrap(), None);
}

/// Void is what can no longer be used; whether its row is still there is for the adapter.
async fn is_void(app: &App, ctx: &Ctx, byte: u8) -> bool {
    let shown = app.accounts.ticket(ctx.scope(), &hash(byte)).await.unwrap();
    let shown_live = shown.is_some_and(|(ticket, _)| ticket.is_live(dawn()));
    let used = try_put(app, ctx, Record::UseTicket { hash: hash(byte), at: dawn() }).await;
    assert_eq!(shown_live, used == Outcome::Committed, "what is shown and what can be used differ");
    used == Outcome::Stale
}

pub async fn a_new_ticket_replaces_those_of_its_purpose(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, user) = acme(&app).await;
    let bob = put_joined(&app, &ctx, "bob@example.com", Role::Member).await;
    let (invitation, reset) = (TicketPurpose::Invitation, TicketPurpose::PasswordReset);
    for ticket in
        [ticket(&user, reset, 1), ticket(&user, invitation, 2), ticket(&bob, reset, 3), ticket(&user, reset, 4)]
    {
        put(&app, &ctx, Record::Ticket(ticket)).await;
    }
    for (byte, void) in [(1, true), (2, false), (3, false), (4, false)] {
        assert_eq!(is_void(&app, &ctx, byte).await, void, "{byte}");
    }
}

pub async fn tickets_are_voided_by_user(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, user) = acme(&app).await;
    let bob = put_joined(&app, &ctx, "bob@example.com", Role::Member).await;
    for (byte, purpose) in (1..).zip(TicketPurpose::ALL) {
        put(&app, &ctx, Record::Ticket(ticket(&user, purpose, byte))).await;
    }
    put(&app, &ctx, Record::Ticket(ticket(&bob, TicketPurpose::PasswordReset, 3))).await;
    put(&app, &ctx, Record::VoidTickets { user_id: user.id() }).await;
    for (byte, void) in [(1, true), (2, true), (3, false)] {
        assert_eq!(is_void(&app, &ctx, byte).await, void, "{byte}");
    }
}

pub async fn a_credential_changes_by_version(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, user) = acme(&app).await;
    let kept = || async { app.accounts.account(ctx.scope(), user.id()).await.unwrap().unwrap().credential };
    let first = credential(&user);
    let record = |credential: &Credential, read| Record::Credential { credential: credential.clone(), read };
    assert_eq!(try_put(&app, &ctx, record(&first, Some(Version::FIRST))).await, Outcome::Stale, "there is none");
    put(&app, &ctx, record(&first, None)).await;
    assert_eq!(kept().await.as_ref(), Some(&first));
    assert_eq!(try_put(&app, &ctx, record(&first, None)).await, Outcome::Stale, "there is one");

    let phc = PasswordHash::from_phc("$argon2id$v=19$m=65536,t=3,p=1$c2FsdDI$aGFzaDI".to_owned());
    let second = Credential::following(Some(&first), user.id(), phc, dawn().plus_millis(1_001));
    put(&app, &ctx, record(&second, Some(first.version))).await;
    assert_eq!(kept().await.as_ref(), Some(&second));
    let rival = first.with_tokens_dead(dawn().plus_millis(9));
    assert_eq!(try_put(&app, &ctx, record(&rival, Some(first.version))).await, Outcome::Stale);
    assert_eq!(kept().await, Some(second));
}

pub async fn records_and_changes_are_one(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, user) = acme(&app).await;
    let session = new_session(&app, &user, 1);
    let (bob, change) = new_user(&app, &ctx, "bob@example.com", Role::Viewer);
    let unused = Record::UseTicket { hash: hash(9), at: dawn() };
    let stale = Changeset::new().change(change.clone()).record(session_record(&session, None)).record(unused);
    assert_eq!(commit(&app, &ctx, stale).await, Outcome::Stale);
    assert_eq!(stored(&app, &ctx, session.id()).await, None, "a record before the stale one stayed");
    assert_eq!(app.aggregates.user(ctx.scope(), bob.id()).await.unwrap(), None, "a change stayed");

    let none_left = Require::Below { quota: Quota::Users, max: 0, add: 1 };
    let refused = Changeset::new().require(none_left).record(session_record(&session, None));
    assert!(matches!(commit(&app, &ctx, refused).await, Outcome::Refused(_)));
    assert_eq!(stored(&app, &ctx, session.id()).await, None, "a record stayed");

    let both = Changeset::new().change(change).record(session_record(&session, None));
    assert_eq!(commit(&app, &ctx, both).await, Outcome::Committed);
    assert_eq!(stored(&app, &ctx, session.id()).await, Some(session));
}

/// A user and what lies beside it come in one commit: a ticket for who is only now invited.
pub async fn a_ticket_comes_with_its_user(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let (user, change) = new_user(&app, &ctx, "ada@example.com", Role::Viewer);
    let issued = ticket(&user, TicketPurpose::Invitation, 1);
    let invited = Changeset::new().change(change).record(Record::Ticket(issued.clone()));
    assert_eq!(commit(&app, &ctx, invited).await, Outcome::Committed);
    let (found, account) = app.accounts.ticket(ctx.scope(), &issued.hash).await.unwrap().unwrap();
    assert_eq!((found, account.user), (issued, user));
}

/// A changeset of records alone is no check: its claim is kept.
pub async fn records_take_effect_once_under_a_claim(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, user) = acme(&app).await;
    for byte in [1, 2] {
        let record = Record::Ticket(ticket(&user, TicketPurpose::PasswordReset, byte));
        let claimed = Changeset::new().record(record).claim(Some(claim(&app, &ctx, "key", 1, "answer")));
        let outcome = commit(&app, &ctx, claimed).await;
        assert_eq!(matches!(outcome, Outcome::Replayed(_)), byte == 2, "{outcome:?}");
    }
    assert_eq!(app.accounts.ticket(ctx.scope(), &hash(2)).await.unwrap(), None);
    assert!(!is_void(&app, &ctx, 1).await);
}

pub async fn records_stay_in_their_tenant(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, user) = acme(&app).await;
    let other = tenant_ctx(&app, "other").await;
    let session = put_session(&app, &ctx, &user, 1).await;
    put(&app, &ctx, Record::Ticket(ticket(&user, TicketPurpose::Invitation, 2))).await;
    assert_eq!(stored(&app, &other, session.id()).await, None);
    assert_eq!(app.principals.session(other.scope(), session.id()).await.unwrap(), None);
    assert_eq!(app.accounts.sessions(other.scope(), user.id()).await.unwrap(), []);
    assert_eq!(app.accounts.ticket(other.scope(), &hash(2)).await.unwrap(), None);

    let at = dawn();
    assert_eq!(try_put(&app, &other, Record::UseTicket { hash: hash(2), at }).await, Outcome::Stale);
    let after = refreshed(&session, 3, 5);
    assert_eq!(try_put(&app, &other, session_record(&after, Some(session.version()))).await, Outcome::Stale);
    put(&app, &other, Record::EndSessions { user_id: user.id(), but: None, at }).await;
    put(&app, &other, Record::VoidTickets { user_id: user.id() }).await;
    assert_eq!(stored(&app, &ctx, session.id()).await, Some(session));
    assert!(!is_void(&app, &ctx, 2).await);
}

/// Somebody with a password, and the password.
async fn with_password(app: &App, ctx: &Ctx, email: &str) -> (User, Credential) {
    let user = put_joined(app, ctx, email, Role::Member).await;
    let first = credential(&user);
    put(app, ctx, Record::Credential { credential: first.clone(), read: None }).await;
    (user, first)
}

/// A session for who is there with that epoch.
fn sign_in(app: &App, user: &User, epoch: u32, byte: u8) -> (Session, Changeset) {
    let session = new_session(app, user, byte);
    let begun = Changeset::new().require(Require::ActiveUser { id: user.id(), epoch });
    (session.clone(), begun.record(session_record(&session, None)))
}

pub async fn a_session_begins_with_the_password_that_was_compared(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let other = tenant_ctx(&app, "other").await;
    let (ada, first) = with_password(&app, &ctx, "ada@example.com").await;
    let (bob, _) = with_password(&app, &ctx, "bob@example.com").await;
    let refused = |user: &User| Outcome::Refused(Refusal::NoActiveUser(user.id()));

    let (session, begun) = sign_in(&app, &ada, first.epoch, 1);
    assert_eq!(commit(&app, &ctx, begun).await, Outcome::Committed);
    assert_eq!(stored(&app, &ctx, session.id()).await, Some(session));

    // The same password under another hash is the same password.
    let rehashed = Credential { version: first.version.next(), ..first.clone() };
    put(&app, &ctx, Record::Credential { credential: rehashed.clone(), read: Some(first.version) }).await;
    assert_eq!(commit(&app, &ctx, sign_in(&app, &ada, first.epoch, 2).1).await, Outcome::Committed);

    let second = rehashed.with_tokens_dead(dawn().plus_millis(2));
    put(&app, &ctx, Record::Credential { credential: second.clone(), read: Some(rehashed.version) }).await;
    let (late, begun) = sign_in(&app, &ada, first.epoch, 3);
    assert_eq!(commit(&app, &ctx, begun).await, refused(&ada), "the password was changed");
    assert_eq!(stored(&app, &ctx, late.id()).await, None);
    assert_eq!(commit(&app, &ctx, sign_in(&app, &ada, second.epoch, 4).1).await, Outcome::Committed);
    let foreign = Changeset::new().require(Require::ActiveUser { id: ada.id(), epoch: second.epoch });
    let foreign = foreign.record(Record::VoidTickets { user_id: ada.id() });
    assert_eq!(commit(&app, &other, foreign).await, refused(&ada), "of another tenant");

    let bob = changed(&app, &ctx, &bob, |user| user.disable(&Acting::OPERATOR, dawn().plus_millis(3))).await;
    assert_eq!(commit(&app, &ctx, sign_in(&app, &bob, 0, 5).1).await, refused(&bob), "disabled");
    let eve = put_joined(&app, &ctx, "eve@example.com", Role::Member).await;
    assert_eq!(commit(&app, &ctx, sign_in(&app, &eve, 0, 6).1).await, refused(&eve), "without a password");
}

/// Sign-ins against a new password, and against the end of the user: what began before is ended, and nothing begins after.
pub async fn no_session_outlives_its_password(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let ctx = tenant_ctx(&app, "acme").await;
    for round in 0..12 {
        let (user, first) = with_password(&app, &ctx, &format!("{round}@example.com")).await;
        let (user_id, at) = (user.id(), dawn().plus_millis(50));
        let dead = Record::Credential { credential: first.with_tokens_dead(at), read: Some(first.version) };
        let ending = Changeset::new().record(Record::EndSessions { user_id, but: None, at }).record(dead);
        let ending = match round % 2 {
            0 => ending,
            _ => ending.change(user_change_of(&app, &ctx, &user, |user| user.disable(&Acting::OPERATOR, at)).1),
        };
        let begun = (1..MANY as u8).map(|byte| sign_in(&app, &user, first.epoch, byte + MANY as u8 * round).1);
        let ended = at_once(&app, &other, &ctx, begun.chain([ending]).collect()).await;
        assert_eq!(ended.last(), Some(&Outcome::Committed));
        let late = Outcome::Refused(Refusal::NoActiveUser(user_id));
        assert!(ended.iter().all(|outcome| *outcome == Outcome::Committed || *outcome == late), "{ended:?}");
        assert_eq!(app.accounts.sessions(ctx.scope(), user_id).await.unwrap(), [], "{ended:?}");
    }
}

/// A ticket for somebody as they were, against a promotion: whichever comes second, no ticket is there for the new role.
pub async fn no_ticket_for_a_user_that_was_changed_meanwhile(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let ctx = tenant_ctx(&app, "acme").await;
    for round in 0..12_u8 {
        let (user, _) = with_password(&app, &ctx, &format!("{round}@example.com")).await;
        let (id, at) = (user.id(), dawn().plus_millis(50));
        let issued = || {
            let ticket = ticket(&user, TicketPurpose::PasswordReset, round);
            let unchanged = Require::UnchangedUser { id, version: user.version() };
            Changeset::new().require(unchanged).record(Record::Ticket(ticket))
        };
        let role = UpdateUser { role: Some(Role::Owner), ..UpdateUser::default() };
        let promoted = user_change_of(&app, &ctx, &user, |user| user.update(role, &Acting::OPERATOR, at)).1;
        let promoted = Changeset::new().record(Record::VoidTickets { user_id: id }).change(promoted);
        let ended = at_once(&app, &other, &ctx, vec![issued(), promoted]).await;
        let late = Outcome::Refused(Refusal::UserChanged(id));
        assert!(ended[1] == Outcome::Committed && (ended[0] == Outcome::Committed || ended[0] == late), "{ended:?}");
        assert!(ended[0] == late || is_void(&app, &ctx, round).await, "{ended:?}");
        assert_eq!(commit(&app, &ctx, issued()).await, late, "it stands at another version");
    }
}

/// Sign-ins that each bring the same password under a new hash: one does, and none waits for another that waits for it.
pub async fn of_new_hashes_of_one_password_one_is_kept(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let (user, mut present) = with_password(&app, &ctx, "ada@example.com").await;
    for round in 0..4 {
        let next = Credential { version: present.version.next(), ..present.clone() };
        let rehashed = Record::Credential { credential: next.clone(), read: Some(present.version) };
        let begun = (0..MANY as u8)
            .map(|byte| sign_in(&app, &user, present.epoch, byte + MANY as u8 * round).1.record(rehashed.clone()));
        let ended = at_once(&app, &other, &ctx, begun.collect()).await;
        assert_eq!(ended.iter().filter(|outcome| **outcome == Outcome::Committed).count(), 1, "{ended:?}");
        assert_eq!(ended.iter().filter(|outcome| **outcome == Outcome::Stale).count(), MANY - 1, "{ended:?}");
        present = next;
    }
}

/// Records are written in one order, whoever named them how: nobody waits in a circle, and a ticket that is used stays so.
pub async fn records_of_one_user_cross_without_a_jam(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let (user, mut present) = with_password(&app, &ctx, "ada@example.com").await;
    let (user_id, at) = (user.id(), dawn().plus_millis(50));
    for round in 0..12 {
        let issued = ticket(&user, TicketPurpose::PasswordReset, 100 + round);
        put(&app, &ctx, Record::Ticket(issued.clone())).await;
        put(&app, &ctx, Record::Ticket(ticket(&user, TicketPurpose::Invitation, 200 + round))).await;
        let session = put_session(&app, &ctx, &user, round).await;

        let next = present.with_tokens_dead(at);
        let password = Record::Credential { credential: next.clone(), read: Some(present.version) };
        let (sessions, void) = (Record::EndSessions { user_id, but: None, at }, Record::VoidTickets { user_id });
        let used = Record::UseTicket { hash: issued.hash, at };
        let of =
            |records: &[&Record]| Changeset { records: records.iter().copied().cloned().collect(), ..Changeset::new() };
        let disabled = of(&[&sessions, &void, &password]);
        let reset = of(&[&used, &void, &password, &sessions]);
        let replaced = of(&[&void, &password, &sessions, &used]);
        let changed = of(&[&password, &sessions, &void]);
        let ended = at_once(&app, &other, &ctx, vec![reset, replaced, disabled, changed]).await;

        assert_eq!(ended.iter().filter(|outcome| **outcome == Outcome::Committed).count(), 1, "{ended:?}");
        assert_eq!(ended.iter().filter(|outcome| **outcome == Outcome::Stale).count(), 3, "{ended:?}");
        assert!(stored(&app, &ctx, session.id()).await.unwrap().revoked_at().is_some());
        assert!(is_void(&app, &ctx, 200 + round).await);
        let shown = app.accounts.ticket(ctx.scope(), &issued.hash).await.unwrap();
        let by_ticket = ended[..2].contains(&Outcome::Committed);
        assert_eq!(shown.and_then(|(ticket, _)| ticket.used_at), by_ticket.then_some(at), "{ended:?}");
        present = next;
    }
}

/// Commits all of them at the same moment, on both instances by turns; the outcomes in their order.
async fn at_once(app: &App, other: &App, ctx: &Ctx, changesets: Vec<Changeset>) -> Vec<Outcome> {
    let barrier = Arc::new(Barrier::new(changesets.len()));
    let tasks = changesets.into_iter().zip([app, other].into_iter().cycle()).map(|(changeset, app)| {
        let (app, ctx, barrier) = (app.clone(), ctx.clone(), Arc::clone(&barrier));
        tokio::spawn(async move {
            barrier.wait().await;
            commit(&app, &ctx, changeset).await
        })
    });
    let mut ended = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        ended.push(task.await.unwrap());
    }
    ended
}
