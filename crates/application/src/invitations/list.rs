//! Lists invitations, page by page.

use orderbase_kernel::{PageLimit, UserId};
use orderbase_tenancy::{Permission, User, UserStatus};

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::{Page, UserFilter, UserQuery};

/// A page of those who are invited and have not joined, newest first, behind `after`. Their tickets may have expired.
///
/// # Errors
/// `permission_denied`.
#[tracing::instrument(name = "invitations.list", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn list(app: &App, ctx: &Ctx, limit: PageLimit, after: Option<UserId>) -> Result<Page<User>, Error> {
    ctx.require(Permission::UsersRead)?;

    let filter = UserFilter { statuses: vec![UserStatus::Invited], ..UserFilter::default() };
    Ok(app.users.page(ctx.scope(), &UserQuery { filter, limit, after }).await?)
}
