//! Ends all sessions of a user.

use orderbase_kernel::UserId;
use orderbase_tenancy::Permission;

use super::reach::reached;
use crate::app::App;
use crate::auth::entry_of;
use crate::changeset::{Changeset, Record};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::write;

/// The user has to sign in again everywhere: refresh tokens die at once, access tokens within 5 s. Without a session nothing but a
/// row in the audit log comes of it. Runs in a read-only tenant too, for it protects.
///
/// # Errors
/// `permission_denied`, for a role above the own too; `user_not_found`; those of every write.
#[tracing::instrument(name = "users.end_sessions", skip_all, fields(tenant.id = %ctx.tenant.id(), user.id = %id))]
pub async fn end_sessions(app: &App, ctx: &Ctx, id: UserId) -> Result<(), Error> {
    ctx.require_even_read_only(Permission::UsersWrite)?;

    let user_id = reached(app, ctx, id).await?.id();
    let at = app.clock.now();
    let row = entry_of(app, ctx, "user.sessions_ended", Some(("user", id.to_string())), at);
    let changeset = Changeset::new().record(Record::EndSessions { user_id, but: None, at }).audit(row);
    let done = write::create(app, ctx, None, Ok((changeset, ()))).await;

    // Also where the outcome is unknown.
    app.principals.forget(ctx.scope()).await;
    done?.into_fresh()
}
