//! Changes the caller's own password.

use super::own::own;
use crate::app::App;
use crate::auth::{checked_password, entry_of, throttled};
use crate::changeset::{AuditEntry, AuditOutcome, Changeset, Credential, Outcome, Record};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::ports::{Bucket, Of, Verified};

/// The password until now, and the one from now on.
#[derive(Clone)]
pub struct ChangePassword {
    pub current_password: String,
    pub new_password: String,
}

/// Sets the new password. All other sessions end at once, and so does every access token: the caller refreshes its own.
///
/// # Errors
/// `permission_denied` of a caller without a session; `rate_limited`; `invalid_credentials` for a wrong present password;
/// `validation_failed` for the new one; `overloaded`; those of every write.
#[tracing::instrument(name = "me.change_password", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn change_password(app: &App, ctx: &Ctx, wish: ChangePassword) -> Result<(), Error> {
    let (user_id, session) = own(ctx)?;
    let user_name = user_id.to_string();
    throttled(app, &[(Bucket::PasswordUser, Of::Text(&user_name))]).await?;

    let account = app.accounts.account(ctx.scope(), user_id).await?.ok_or(Error::Unauthenticated)?;
    let before = account.credential.as_ref();
    let verified = app.passwords.verify(&wish.current_password, before.map(|before| &before.phc)).await?;
    let Some(before) = before.filter(|_| verified != Verified::No) else {
        let target = Some(("user", user_id.to_string()));
        let row = entry_of(app, ctx, "auth.password_change_failed", target, app.clock.now());
        app.audit_notes.note(AuditEntry { outcome: AuditOutcome::Failed, ..row });
        return Err(Error::InvalidCredentials);
    };
    let password = checked_password(app, "#/new_password", &wish.new_password, &ctx.tenant, &account.user, None)?;
    let phc = app.passwords.hash(&password).await?;

    let at = app.clock.now();
    let credential = Credential::following(Some(before), user_id, phc, at);
    let row = entry_of(app, ctx, "auth.password_changed", Some(("user", user_id.to_string())), at);
    let changeset = Changeset::new()
        .record(Record::Credential { credential, read: Some(before.version) })
        .record(Record::EndSessions { user_id, but: Some(session), at })
        .record(Record::VoidTickets { user_id })
        .audit(row);
    let outcome = app.commits.commit(ctx.scope(), changeset).await;
    // Also where the outcome is unknown.
    app.principals.forget(ctx.scope()).await;
    match outcome? {
        Outcome::Committed => Ok(()),
        // Changed meanwhile: what was compared is no longer the password.
        Outcome::Stale => Err(Error::InvalidCredentials),
        other => Err(Error::internal(format!("a password was not changed: {other:?}"))),
    }
}
