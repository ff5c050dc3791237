//! Who may act on whom where no aggregate changes: password resets and sessions. The rule is the aggregate's (domain.md §6).

use orderbase_kernel::UserId;
use orderbase_tenancy::User;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Error, Missing};

/// The user, if the caller may act on it.
///
/// # Errors
/// `user_not_found`; `permission_denied` for a role above the caller's.
pub(super) async fn reached(app: &App, ctx: &Ctx, id: UserId) -> Result<User, Error> {
    let user = app.aggregates.user(ctx.scope(), id).await?.ok_or(Error::NotFound(Missing::User))?;
    if ctx.acting().role.is_none_or(|own| user.role() <= own) { Ok(user) } else { Err(Error::RoleOutOfReach) }
}
