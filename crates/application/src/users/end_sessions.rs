//! Ends all sessions of a user.

use orderbase_kernel::UserId;
use orderbase_tenancy::Permission;

use super::reach::reached;
use crate::app::App;
use crate::auth::entry_of;
use crate::changeset::{Changeset, Record};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::write::{self, ATTEMPTS_MAX};

/// The user has to sign in again everywhere: refresh tokens die at once, access tokens within 5 s. Runs in a read-only tenant too, for it protects.
///
/// # Errors
/// `permission_denied`, for a role above the own too; `user_not_found`; those of every write.
#[tracing::instrument(name = "users.end_sessions", skip_all, fields(tenant.id = %ctx.tenant.id(), user.id = %id))]
pub async fn end_sessions(app: &App, ctx: &Ctx, id: UserId) -> Result<(), Error> {
    ctx.require_even_read_only(Permission::UsersWrite)?;

    let user_id = reached(app, ctx, id).await?.id();
    let mut done = Err(Error::WriteConflict);
    for _ in 0..ATTEMPTS_MAX {
        done = write::create(app, ctx, None, ended(app, ctx, user_id).await).await;
        if !matches!(done, Err(Error::WriteConflict)) {
            break;
        }
    }

    // Also where the outcome is unknown.
    app.principals.forget(ctx.scope()).await;
    done?.into_fresh()
}

/// With the epoch moved, a sign-in that is under way comes to nothing too.
async fn ended(app: &App, ctx: &Ctx, user_id: UserId) -> Result<(Changeset, ()), Error> {
    let at = app.clock.now();
    let row = entry_of(app, ctx, "user.sessions_ended", Some(("user", user_id.to_string())), at);
    let mut changeset = Changeset::new().record(Record::EndSessions { user_id, but: None, at }).audit(row);
    let credential = app.accounts.account(ctx.scope(), user_id).await?.and_then(|account| account.credential);
    if let Some(before) = credential {
        let credential = before.with_tokens_dead(at);
        changeset = changeset.record(Record::Credential { credential, read: Some(before.version) });
    }
    Ok((changeset, ()))
}
