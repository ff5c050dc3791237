//! The caller's sessions: listed and ended.

use orderbase_kernel::SessionId;
use orderbase_tenancy::Session;

use super::own::own;
use crate::app::App;
use crate::auth::{self, entry_of};
use crate::changeset::{Changeset, Outcome, Record};
use crate::ctx::Ctx;
use crate::error::{Error, Missing};

/// The caller's live sessions, newest first; at most 100.
///
/// # Errors
/// `permission_denied` of a caller without a session.
#[tracing::instrument(name = "me.sessions", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn sessions(app: &App, ctx: &Ctx) -> Result<Vec<Session>, Error> {
    let (user_id, _) = own(ctx)?;

    let mut sessions = app.accounts.sessions(ctx.scope(), user_id).await?;
    let now = app.clock.now();
    sessions.retain(|session| session.is_live(now, &app.auth_rules.refresh));
    Ok(sessions)
}

/// Ends one session of the caller, its own too. Its refresh token dies at once, its access tokens within 5 s.
///
/// # Errors
/// `permission_denied` of a caller without a session; `session_not_found` for one that has ended or is another's; those of every
/// write.
#[tracing::instrument(name = "me.end_session", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn end_session(app: &App, ctx: &Ctx, id: SessionId) -> Result<(), Error> {
    let (user_id, _) = own(ctx)?;

    let row = |at| entry_of(app, ctx, "auth.session_ended", Some(("session", id.to_string())), at);
    match auth::end_session(app, ctx.scope(), id, |session| session.user_id() == user_id, row).await? {
        true => Ok(()),
        false => Err(Error::NotFound(Missing::Session)),
    }
}

/// Ends all sessions of the caller but the present one.
///
/// # Errors
/// `permission_denied` of a caller without a session; those of every write.
#[tracing::instrument(name = "me.end_other_sessions", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn end_other_sessions(app: &App, ctx: &Ctx) -> Result<(), Error> {
    let (user_id, session) = own(ctx)?;

    let at = app.clock.now();
    let row = entry_of(app, ctx, "auth.sessions_ended", Some(("user", user_id.to_string())), at);
    let record = Record::EndSessions { user_id, but: Some(session), at };
    let outcome = app.commits.commit(ctx.scope(), Changeset::new().record(record).audit(row)).await;
    // Also where the outcome is unknown.
    app.principals.forget(ctx.scope()).await;
    match outcome? {
        Outcome::Committed => Ok(()),
        other => Err(Error::internal(format!("sessions were not ended: {other:?}"))),
    }
}
