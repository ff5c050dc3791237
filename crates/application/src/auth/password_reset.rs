//! Sets a new password with a ticket that an admin handed out.

use orderbase_kernel::Actor;
use orderbase_tenancy::{Access, TicketPurpose, TicketText, UserStatus};

use super::entry::entry;
use super::signed_in::throttled;
use super::{hashes, new_password};
use crate::app::App;
use crate::changeset::{Changeset, Credential, Outcome, Record};
use crate::client::Client;
use crate::ctx::Scope;
use crate::error::Error;
use crate::ports::{Bucket, Of};

/// The ticket's text and the password it shall be used for.
#[derive(Clone)]
pub struct ResetPassword {
    pub token: String,
    pub new_password: String,
}

/// Sets the password and ends all sessions of the user; other tickets are void.
///
/// # Errors
/// `rate_limited`; `invalid_credentials` for every ticket that is not good: malformed, unknown, used, expired, of a user who is not
/// active or of a closed tenant; `validation_failed` for the password, and then the ticket stays good.
#[tracing::instrument(name = "auth.reset_password", skip_all)]
pub async fn reset_password(app: &App, client: &Client, wish: ResetPassword) -> Result<(), Error> {
    throttled(app, &[(Bucket::TicketIp, Of::Network(client.network))]).await?;

    let text = TicketText::parse(&wish.token).map_err(|_| Error::InvalidCredentials)?;
    let scope = Scope { tenant_id: text.tenant_id() };
    let found = hashes::ticket(app, scope, &wish.token).await?;
    let (ticket, account, hash) = found.ok_or(Error::InvalidCredentials)?;
    let tenant = app.tenants.get(scope.tenant_id).await?.ok_or(Error::InvalidCredentials)?;
    let at = app.clock.now();
    let good = ticket.purpose == TicketPurpose::PasswordReset && ticket.is_live(at);
    if !good || account.user.status() != UserStatus::Active || tenant.access(at) == Access::Closed {
        return Err(Error::InvalidCredentials);
    }

    let password = new_password::checked(app, "#/new_password", &wish.new_password, &tenant, &account.user, None)?;
    let phc = app.passwords.hash(&password).await?;

    let user_id = account.user.id();
    let credential = Credential::following(account.credential.as_ref(), user_id, phc, at);
    let row = entry(
        app,
        scope.tenant_id,
        client,
        Some(Actor::User(user_id)),
        "auth.password_reset",
        Some(("user", user_id.to_string())),
        at,
    );
    let changeset = Changeset::new()
        .record(Record::UseTicket { hash, at })
        .record(Record::Credential { credential, read: account.credential.map(|credential| credential.version) })
        .record(Record::EndSessions { user_id, but: None, at })
        .record(Record::VoidTickets { user_id })
        .audit(row);
    let outcome = app.commits.commit(scope, changeset).await;
    // Also where the outcome is unknown.
    app.principals.forget(scope).await;
    match outcome? {
        Outcome::Committed => Ok(()),
        // Somebody else used the ticket first.
        Outcome::Stale => Err(Error::InvalidCredentials),
        other => Err(Error::internal(format!("a password was not reset: {other:?}"))),
    }
}
