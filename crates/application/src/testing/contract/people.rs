//! Users and sessions for the cases: made by the domain and put in by a plain commit.

use orderbase_kernel::{Email, Name, SessionId, Timestamp, UserId, Version};
use orderbase_tenancy::{
    Acting, BeginSession, InviteUser, PermissionSet, Role, Session, SessionClient, Ticket, TicketPurpose, TokenHash,
    User, UserError, UserEvent,
};

use super::stock::{commit, time};
use crate::app::App;
use crate::changeset::{Change, Changeset, Credential, Outcome, PasswordHash, Record};
use crate::ctx::Ctx;
use crate::events;

/// When they are invited.
pub(super) fn dawn() -> Timestamp {
    time("2026-01-15T12:00:00Z")
}

pub(super) fn hash(byte: u8) -> TokenHash {
    TokenHash::from_bytes([byte; 32])
}

/// Somebody invited, and the change that inserts it.
pub(super) fn new_user(app: &App, ctx: &Ctx, email: &str, role: Role) -> (User, Change) {
    let invite = InviteUser {
        id: UserId::from_uuid(app.ids.at(dawn())),
        tenant_id: ctx.tenant.id(),
        email: Email::parse(email).unwrap(),
        role,
        by: Acting::OPERATOR,
    };
    let (user, event) = User::invite(invite).unwrap();
    let row = events::of_user(app, ctx, &user, &event).unwrap();
    (user.clone(), Change::insert(user, vec![row]).unwrap())
}

pub(super) async fn put_user(app: &App, ctx: &Ctx, email: &str, role: Role) -> User {
    let (user, change) = new_user(app, ctx, email, role);
    assert_eq!(commit(app, ctx, Changeset::new().change(change)).await, Outcome::Committed);
    user
}

/// Somebody who has joined.
pub(super) async fn put_joined(app: &App, ctx: &Ctx, email: &str, role: Role) -> User {
    let user = put_user(app, ctx, email, role).await;
    changed(app, ctx, &user, |user| user.join(Name::parse("Ada").unwrap(), dawn().plus_millis(1))).await
}

/// A command on a user, as a change from the version it has now.
pub(super) fn user_change_of(
    app: &App,
    ctx: &Ctx,
    user: &User,
    command: impl FnOnce(&mut User) -> Result<Option<UserEvent>, UserError>,
) -> (User, Change) {
    let mut after = user.clone();
    let event = command(&mut after).unwrap().unwrap();
    let row = events::of_user(app, ctx, &after, &event).unwrap();
    let change = Change::update(after.clone(), user.version(), row).unwrap();
    (after, change)
}

/// The same, put in.
pub(super) async fn changed(
    app: &App,
    ctx: &Ctx,
    user: &User,
    command: impl FnOnce(&mut User) -> Result<Option<UserEvent>, UserError>,
) -> User {
    let (after, change) = user_change_of(app, ctx, user, command);
    assert_eq!(commit(app, ctx, Changeset::new().change(change)).await, Outcome::Committed);
    after
}

pub(super) fn new_session(app: &App, user: &User, byte: u8) -> Session {
    Session::begin(BeginSession {
        id: SessionId::from_uuid(app.ids.at(dawn())),
        tenant_id: user.tenant_id(),
        user_id: user.id(),
        current: hash(byte),
        scope: PermissionSet::all(),
        client: SessionClient::seen(Some("203.0.113.9"), Some("curl/8")),
        family_secs: 3_600,
    })
    .unwrap()
}

/// The record of a session that was read at the version, or is new.
pub(super) fn session_record(session: &Session, read: Option<Version>) -> Record {
    Record::Session { session: Box::new(session.clone()), read }
}

pub(super) async fn put_session(app: &App, ctx: &Ctx, user: &User, byte: u8) -> Session {
    let session = new_session(app, user, byte);
    put(app, ctx, session_record(&session, None)).await;
    session
}

pub(super) async fn put(app: &App, ctx: &Ctx, record: Record) {
    assert_eq!(try_put(app, ctx, record).await, Outcome::Committed);
}

pub(super) async fn try_put(app: &App, ctx: &Ctx, record: Record) -> Outcome {
    commit(app, ctx, Changeset::new().record(record)).await
}

pub(super) fn ticket(user: &User, purpose: TicketPurpose, byte: u8) -> Ticket {
    Ticket::issue(hash(byte), user.tenant_id(), user.id(), purpose, dawn())
}

pub(super) fn credential(user: &User) -> Credential {
    let phc = PasswordHash::from_phc("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned());
    Credential::following(None, user.id(), phc, dawn())
}
