//! Lets a tenant's first owner in, or in again while nobody has joined.

use std::sync::Arc;

use orderbase_kernel::{Email, PageLimit};
use orderbase_tenancy::{Access, Permission, Reason, Role, User};

use super::operated::reasoned;
use super::which::Which;
use crate::app::App;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::{Error, Missing};
use crate::invitations::{Invite, invite};
use crate::operator::Operator;
use crate::users::TicketIssued;
use crate::views::{UserFilter, UserQuery};

/// Whom to invite as owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteOwner {
    /// None: the first owner, who was invited when the tenant was made and has not joined.
    pub email: Option<Email>,
    pub reason: Reason,
}

/// A ticket for seven days, for an owner; earlier ones of that owner are void. In a suspended tenant too.
///
/// # Errors
/// `permission_denied`, `tenant_not_found`, `tenant_closed`; `invitation_not_found` without e-mail where no owner is left to join;
/// `user_email_taken` by somebody who has joined; `plan_limit_reached`, and those of every write.
#[tracing::instrument(name = "tenants.owner_invitation", skip_all, fields(tenant = %which))]
pub async fn owner_invitation(
    app: &App,
    operator: &Operator,
    which: &Which,
    wish: InviteOwner,
    conditions: Conditions<TicketIssued>,
) -> Result<Done<TicketIssued>, Error> {
    operator.require(Permission::PlatformWrite)?;

    let ctx = operator.within(Arc::new(which.find(app).await?));
    if ctx.tenant.access(ctx.at) == Access::Closed {
        return Err(Error::ReadOnly(Access::Closed));
    }
    let InviteOwner { email, reason } = wish;
    let email = match email {
        Some(email) => email,
        None => first_owner(app, &ctx).await?.email().clone(),
    };

    let row = reasoned(app, &ctx, "tenant.owner_invited_by_operator", Some(&reason), app.clock.now());
    let invite_owner = Invite { email, role: Role::Owner };
    invite(app, &ctx, &invite_owner, conditions, Some(row)).await
}

/// The oldest of the owners who never joined. There are few owners: they are the last of a list that is walked to its end.
async fn first_owner(app: &App, ctx: &Ctx) -> Result<User, Error> {
    let filter = UserFilter { roles: vec![Role::Owner], ..UserFilter::default() };
    let mut query = UserQuery { filter, limit: PageLimit::MAX, after: None };
    let mut first = None;
    loop {
        let page = app.users.page(ctx.scope(), &query).await?;
        query.after = page.rows.last().map(User::id);
        first = page.rows.into_iter().rfind(|user| user.joined_at().is_none()).or(first);
        if !page.has_more {
            return first.ok_or(Error::NotFound(Missing::Invitation));
        }
    }
}
