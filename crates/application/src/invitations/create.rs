//! Invites somebody to the tenant. No mail is sent: who invites passes the ticket on.

use orderbase_kernel::{Email, UserId};
use orderbase_tenancy::{InviteUser, Permission, Role, TicketPurpose, User};

use crate::app::App;
use crate::auth::entry_of;
use crate::changeset::{AuditEntry, Change, Changeset};
use crate::conditions::{Conditions, Done, Once};
use crate::ctx::Ctx;
use crate::error::{Error, Missing, Taken};
use crate::events;
use crate::users::{TicketIssued, issue_ticket, one_more_seat};
use crate::write::{self, ATTEMPTS_MAX, Commit, Verdict};

/// Who shall join, as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    pub email: Email,
    /// Not above that of who invites.
    pub role: Role,
}

/// A user in state invited and a ticket for seven days. Who never joined is invited again: with a new ticket, and the role given.
///
/// # Errors
/// `permission_denied`, for a role above the own too; `user_email_taken` by somebody who has joined, disabled or not;
/// `plan_limit_reached`; `tenant_suspended`, `trial_expired`, and those of every write.
#[tracing::instrument(name = "invitations.create", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn create(
    app: &App,
    ctx: &Ctx,
    wish: Invite,
    conditions: Conditions<TicketIssued>,
) -> Result<Done<TicketIssued>, Error> {
    ctx.require(Permission::UsersWrite)?;
    if ctx.acting().role.is_some_and(|own| wish.role <= own) {
        ctx.covers(wish.role.permissions())?;
    }

    invite(app, ctx, &wish, conditions, None).await
}

/// The same for whoever was found to be allowed to, with a row for the audit log beside it.
pub(crate) async fn invite(
    app: &App,
    ctx: &Ctx,
    wish: &Invite,
    conditions: Conditions<TicketIssued>,
    row: Option<AuditEntry>,
) -> Result<Done<TicketIssued>, Error> {
    let once = conditions.once.map(Once::of_a_credential);
    let verdict = verdict(app, ctx, wish, once.as_ref(), row.as_ref()).await;
    write::settle(app, ctx, once.as_ref(), verdict).await
}

async fn verdict(
    app: &App,
    ctx: &Ctx,
    wish: &Invite,
    once: Option<&Once<TicketIssued>>,
    row: Option<&AuditEntry>,
) -> Verdict<TicketIssued> {
    for _ in 0..ATTEMPTS_MAX {
        let (changeset, view) = match wished(app, ctx, wish, row).await {
            Ok(wished) => wished,
            Err(error) => return Verdict::Unmet(Err(error)),
        };
        match write::commit(app, ctx, changeset, view, once).await {
            Ok(Commit::Done(done)) => return Verdict::Met(Ok(done)),
            // Somebody else was faster: the next round finds whom they invited.
            Ok(Commit::Stale | Commit::NumberTaken | Commit::Refused(Error::Taken { taken: Taken::UserEmail, .. })) => {
            }
            Ok(Commit::Refused(error)) | Err(error) => return Verdict::Met(Err(error)),
        }
    }
    Verdict::Met(Err(Error::WriteConflict))
}

async fn wished(
    app: &App,
    ctx: &Ctx,
    wish: &Invite,
    row: Option<&AuditEntry>,
) -> Result<(Changeset, TicketIssued), Error> {
    let found = app.accounts.sign_in_unscoped(ctx.tenant.slug(), &wish.email).await?;
    let found = found.filter(|found| found.tenant.id() == ctx.tenant.id()).ok_or(Error::NotFound(Missing::Tenant))?;

    let (user, changeset) = match found.account {
        Some(account) => invited_again(app, ctx, account.user, wish.role)?,
        None => {
            let (user, change) = newly_invited(app, ctx, wish)?;
            (user, Changeset::new().require(one_more_seat(ctx)).change(change))
        }
    };

    let at = app.clock.now();
    let (text, expires_at, record) = issue_ticket(app, ctx, user.id(), TicketPurpose::Invitation, at);
    let mut changeset = changeset.record(record);
    changeset.audit.extend(row.cloned());
    Ok((changeset, TicketIssued { user, text, expires_at }))
}

/// A new user in state invited, and its insertion.
pub(crate) fn newly_invited(app: &App, ctx: &Ctx, wish: &Invite) -> Result<(User, Change), Error> {
    let (user, event) = User::invite(InviteUser {
        id: UserId::from_uuid(app.ids.next(app.clock.now())),
        tenant_id: ctx.tenant.id(),
        email: wish.email.clone(),
        role: wish.role,
        by: ctx.acting(),
    })?;
    let envelope = events::of_user(app, ctx, &user, &event)?;
    let change = Change::insert(user.clone(), vec![envelope])?;
    Ok((user, change))
}

fn invited_again(app: &App, ctx: &Ctx, mut user: User, role: Role) -> Result<(User, Changeset), Error> {
    if user.joined_at().is_some() {
        return Err(Error::Taken { taken: Taken::UserEmail, existing_id: Some(user.id().uuid()) });
    }

    let before = user.clone();
    let at = app.clock.now();
    let Some(event) = user.invite_again(role, &ctx.acting(), at)? else {
        // Only the ticket is new, which no event tells of.
        let row = entry_of(app, ctx, "user.invitation_renewed", Some(("user", user.id().to_string())), at);
        return Ok((user, Changeset::new().audit(row)));
    };
    let envelope = events::of_user(app, ctx, &user, &event)?;
    let changeset = Changeset::new().change(Change::update(user.clone(), before.version(), envelope)?);
    let takes_a_seat = before.status() == orderbase_tenancy::UserStatus::Disabled;
    Ok((user, if takes_a_seat { changeset.require(one_more_seat(ctx)) } else { changeset }))
}
