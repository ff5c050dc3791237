//! Ends one session, whoever asked for it and whatever proved that it may.

use orderbase_kernel::{SessionId, Timestamp};
use orderbase_tenancy::Session;

use crate::app::App;
use crate::changeset::{AuditEntry, Changeset, Outcome, Record};
use crate::ctx::Scope;
use crate::error::Error;

/// How often it is tried again while the session is refreshed.
const ATTEMPTS_MAX: usize = 8;

/// Ends the session if it lives and the proof holds for it as it was read; `false`, and nothing done, otherwise. Its refresh token dies
/// at once, its access tokens within 5 s.
///
/// # Errors
/// Those of every write.
pub(crate) async fn end_session(
    app: &App,
    scope: Scope,
    id: SessionId,
    may: impl Fn(&Session) -> bool,
    row: impl Fn(Timestamp) -> AuditEntry,
) -> Result<bool, Error> {
    for _ in 0..ATTEMPTS_MAX {
        let found = app.accounts.session(scope, id).await?.map(|holder| holder.session);
        let Some(mut session) = found.filter(|session| session.revoked_at().is_none() && may(session)) else {
            return Ok(false);
        };

        let (read, at) = (session.version(), app.clock.now());
        session.end(at);

        let record = Record::Session { session: Box::new(session), read: Some(read) };
        let outcome = app.commits.commit(scope, Changeset::new().record(record).audit(row(at))).await;
        // Also where the outcome is unknown.
        app.principals.forget(scope).await;
        match outcome? {
            Outcome::Committed => return Ok(true),
            Outcome::Stale => {}
            other => return Err(Error::internal(format!("a session was not ended: {other:?}"))),
        }
    }
    Err(Error::WriteConflict)
}
