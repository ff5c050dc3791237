//! Lists users, page by page.

use orderbase_tenancy::{Permission, User};

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::{Page, UserQuery};

/// A page of the users that match, newest first; invited and disabled ones too unless the filter says otherwise.
///
/// # Errors
/// `permission_denied`.
#[tracing::instrument(name = "users.list", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn list(app: &App, ctx: &Ctx, query: &UserQuery) -> Result<Page<User>, Error> {
    ctx.require(Permission::UsersRead)?;

    Ok(app.users.page(ctx.scope(), query).await?)
}
