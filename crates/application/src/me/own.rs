//! Whose session it is: asked first by every use case of this folder.

use orderbase_kernel::{SessionId, UserId};
use orderbase_tenancy::Access;

use crate::ctx::Ctx;
use crate::error::Error;

/// The session of the caller.
///
/// # Errors
/// `permission_denied` for keys and operators, `tenant_closed`.
pub(crate) fn own_session(ctx: &Ctx) -> Result<SessionId, Error> {
    if ctx.tenant.access(ctx.at) == Access::Closed {
        return Err(Error::ReadOnly(Access::Closed));
    }
    ctx.session.filter(|_| ctx.user_id().is_some()).ok_or(Error::NoSession)
}

/// The user and session of the caller.
///
/// # Errors
/// As [`own_session`].
pub(super) fn own(ctx: &Ctx) -> Result<(UserId, SessionId), Error> {
    let session = own_session(ctx)?;
    ctx.user_id().map(|user| (user, session)).ok_or(Error::NoSession)
}
