//! Joins a tenant with an invitation's ticket.

use std::sync::Arc;

use orderbase_kernel::{Actor, Name};
use orderbase_tenancy::{Access, PermissionSet, TicketPurpose, TicketText, User};

use super::entry::entry;
use super::signed_in::throttled;
use super::{hashes, new_password};
use crate::app::App;
use crate::changeset::{Change, Changeset, Credential, Outcome, Record};
use crate::client::Client;
use crate::ctx::{Ctx, Scope};
use crate::error::Error;
use crate::events;
use crate::ports::{Bucket, Of};

/// The ticket's text, and what its holder wants to be called and to sign in with.
#[derive(Clone)]
pub struct AcceptInvitation {
    pub token: String,
    pub name: Name,
    pub password: String,
}

/// The invited user joins: from now on it signs in with the password.
///
/// # Errors
/// `rate_limited`; `invalid_credentials` for every ticket that is not good: malformed, unknown, used, revoked, expired, of a closed
/// tenant; `validation_failed` for the password, and then the ticket stays good; `tenant_suspended`, `trial_expired`.
#[tracing::instrument(name = "auth.accept_invitation", skip_all)]
pub async fn accept_invitation(app: &App, client: &Client, wish: AcceptInvitation) -> Result<User, Error> {
    throttled(app, &[(Bucket::TicketIp, Of::Network(client.network))]).await?;

    let text = TicketText::parse(&wish.token).map_err(|_| Error::InvalidCredentials)?;
    let scope = Scope { tenant_id: text.tenant_id() };
    let found = hashes::ticket(app, scope, &wish.token).await?;
    let (ticket, account, hash) = found.ok_or(Error::InvalidCredentials)?;
    let tenant = app.tenants.get(scope.tenant_id).await?.ok_or(Error::InvalidCredentials)?;
    let at = app.clock.now();
    if ticket.purpose != TicketPurpose::Invitation || !ticket.is_live(at) || tenant.access(at) == Access::Closed {
        return Err(Error::InvalidCredentials);
    }
    match tenant.access(at) {
        Access::Writable => {}
        access => return Err(Error::ReadOnly(access)),
    }

    let mut user = account.user;
    let name = Some(wish.name.as_str());
    let password = new_password::checked(app, "#/password", &wish.password, &tenant, &user, name)?;
    let phc = app.passwords.hash(&password).await?;

    let read = user.version();
    let Ok(Some(event)) = user.join(wish.name, at) else { return Err(Error::InvalidCredentials) };
    let ctx = joining(tenant.into(), &user, client, at);
    let envelope = events::of_user(app, &ctx, &user, &event)?;
    let credential = Credential::following(account.credential.as_ref(), user.id(), phc, at);
    let target = Some(("user", user.id().to_string()));
    let row = entry(app, scope.tenant_id, client, Some(ctx.actor.clone()), "auth.invitation_accepted", target, at);
    let changeset = Changeset::new()
        .change(Change::update(user.clone(), read, envelope)?)
        .record(Record::UseTicket { hash, at })
        .record(Record::Credential { credential, read: account.credential.map(|credential| credential.version) })
        .audit(row);
    match app.commits.commit(scope, changeset).await? {
        Outcome::Committed => Ok(user),
        Outcome::Stale => Err(Error::InvalidCredentials),
        other => Err(Error::internal(format!("an invitation was not accepted: {other:?}"))),
    }
}

/// The context of somebody who is about to become a user: with no permission at all.
fn joining(
    tenant: Arc<orderbase_tenancy::Tenant>,
    user: &User,
    client: &Client,
    at: orderbase_kernel::Timestamp,
) -> Ctx {
    Ctx {
        tenant,
        actor: Actor::User(user.id()),
        principal_id: user.id().uuid(),
        permissions: PermissionSet::empty(),
        role: Some(user.role()),
        session: None,
        key_rate: None,
        network: Some(client.network),
        request_id: client.request_id.clone(),
        at,
    }
}
