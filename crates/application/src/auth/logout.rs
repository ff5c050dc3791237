//! Signs out: ends the session of the access token.

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::me;

/// Ends the caller's own session. Without effect if it has ended already. Runs in a read-only tenant too.
///
/// # Errors
/// `permission_denied` of a caller without a session; those of every write.
#[tracing::instrument(name = "auth.logout", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn logout(app: &App, ctx: &Ctx) -> Result<(), Error> {
    let session = me::own_session(ctx)?;
    match me::end_session(app, ctx, session).await {
        Err(Error::NotFound(_)) => Ok(()),
        ended => ended,
    }
}
