//! Signs somebody in with a password.

use std::sync::Arc;

use orderbase_kernel::{Actor, Email, SessionId, Timestamp};
use orderbase_tenancy::{
    Access, BeginSession, Password, PermissionSet, Session, SessionClient, Slug, Tenant, User, UserStatus,
};

use super::entry::entry;
use super::hashes::new_refresh_token;
use super::note::denied_sign_in;
use super::signed_in::{SignedIn, issue, scope_exceeded, throttled};
use crate::app::App;
use crate::changeset::{Changeset, Credential, Outcome, Record, Refusal, Require};
use crate::client::Client;
use crate::ctx::Scope;
use crate::error::Error;
use crate::operators;
use crate::ports::{Bucket, Of, Subject, Verified};

/// Who wants in. Nothing of it was checked: what is not even a slug or an e-mail fails like a wrong password.
#[derive(Clone)]
pub struct Login {
    /// The tenant's slug; none for an operator.
    pub tenant: Option<String>,
    pub email: String,
    pub password: String,
    /// Narrows the session; none narrows nothing.
    pub scope: Option<PermissionSet>,
}

/// Throttle, look up, exactly one hash, status, answer (security.md rule 14).
///
/// # Errors
/// `rate_limited`; `invalid_credentials` with the same bytes for an unknown tenant, an unknown user, a wrong password, a user who
/// is not active and a closed tenant; `overloaded` when too many passwords are being compared.
#[tracing::instrument(name = "auth.login", skip_all)]
pub async fn login(app: &App, client: &Client, wish: Login) -> Result<SignedIn, Error> {
    let account_name = account_name(&wish);
    let bucket = match app.throttles.is_known(&account_name, client.network).await {
        true => (Bucket::LoginKnown, Of::Both(&account_name, client.network)),
        false => (Bucket::LoginAccount, Of::Text(&account_name)),
    };
    throttled(app, &[(Bucket::LoginIp, Of::Network(client.network)), bucket]).await?;

    let Some(slug) = &wish.tenant else { return operators::sign_in(app, client, &account_name, wish).await };
    let found = match (Slug::parse(slug), Email::parse(&wish.email)) {
        (Ok(slug), Ok(email)) => app.accounts.sign_in_unscoped(&slug, &email).await?,
        _ => None,
    };
    let account = found.as_ref().and_then(|found| found.account.as_ref());
    let credential = account.and_then(|account| account.credential.as_ref());
    let verified = app.passwords.verify(&wish.password, credential.map(|credential| &credential.phc)).await?;

    let at = app.clock.now();
    // Nothing is written of a tenant that was purged.
    let tenant_id = found.as_ref().filter(|found| found.tenant.purged_at().is_none()).map(|found| found.tenant.id());
    let (Some(found), Some(account), Some(credential), Verified::Yes | Verified::YesButWeak) =
        (found.as_ref(), account, credential, verified)
    else {
        denied_sign_in(app, client, &account_name, tenant_id.map(|id| (id, account)), at).await;
        return Err(Error::InvalidCredentials);
    };
    if account.user.status() != UserStatus::Active || found.tenant.access(at) == Access::Closed {
        denied_sign_in(app, client, &account_name, tenant_id.map(|id| (id, Some(account))), at).await;
        return Err(Error::InvalidCredentials);
    }

    let stronger =
        if verified == Verified::YesButWeak { rehashed(app, credential, &wish.password, at).await } else { None };
    let signed_in = begin(app, client, &found.tenant, (&account.user, credential), wish.scope, stronger, at).await?;
    app.throttles.succeeded(&account_name, client.network).await;
    Ok(signed_in)
}

/// What the throttles count by: as sent, whether it exists or not, with letters alike.
fn account_name(wish: &Login) -> String {
    let email =
        Email::parse(&wish.email).map_or_else(|_| wish.email.to_lowercase(), |email| email.as_str().to_lowercase());
    let cut: String = email.chars().take(320).collect();
    match &wish.tenant {
        Some(slug) => format!("{}/{cut}", slug.chars().take(64).collect::<String>().to_lowercase()),
        None => format!("/{cut}"),
    }
}

/// The same password under today's cost; a sign-in does not fail for it.
async fn rehashed(app: &App, credential: &Credential, password: &str, at: Timestamp) -> Option<Record> {
    let password = Password::parse(password).ok()?;
    let phc = app.passwords.hash(&password).await.ok()?;
    let stronger = Credential { phc, changed_at: at, version: credential.version.next(), ..credential.clone() };
    Some(Record::Credential { credential: stronger, read: Some(credential.version) })
}

/// A new session of the user, with its first tokens, if the password is still the one that was compared.
async fn begin(
    app: &App,
    client: &Client,
    tenant: &Arc<Tenant>,
    (user, credential): (&User, &Credential),
    narrowed: Option<PermissionSet>,
    stronger: Option<Record>,
    at: Timestamp,
) -> Result<SignedIn, Error> {
    let id = SessionId::from_uuid(app.ids.next(at));
    let text = new_refresh_token(app, tenant.id(), id);
    let session = Session::begin(BeginSession {
        id,
        tenant_id: tenant.id(),
        user_id: user.id(),
        current: app.digests.token_hash(text.expose()),
        scope: narrowed.unwrap_or(PermissionSet::all()),
        client: SessionClient::seen(Some(&client.network.to_string()), client.user_agent.as_deref()),
        family_secs: app.auth_rules.family_secs,
    })
    .map_err(Error::internal)?;

    let epoch = credential.epoch;
    let subject = Subject::User { tenant_id: tenant.id(), user_id: user.id(), session_id: id, epoch };
    let granted = user.role().permissions();
    let scope = narrowed.map_or(granted, |narrowed| narrowed.intersection(granted));
    if scope.is_empty() {
        return Err(scope_exceeded());
    }
    let mut signed_in = issue(app, subject, narrowed, scope, at)?;
    signed_in.refresh_token = Some(text.expose().to_owned());

    let actor = Some(Actor::User(user.id()));
    let row = entry(app, tenant.id(), client, actor, "auth.signed_in", Some(("session", id.to_string())), at);
    let begun = Changeset::new()
        .require(Require::ActiveUser { id: user.id(), epoch })
        .record(Record::Session { session: Box::new(session), read: None })
        .audit(row);
    let scope = Scope { tenant_id: tenant.id() };
    let mut outcome = match stronger {
        None => Outcome::Stale,
        Some(stronger) => app.commits.commit(scope, begun.clone().record(stronger)).await?,
    };
    if outcome == Outcome::Stale {
        // Of two sign-ins at once the other one has hashed it anew; whether the password is the same, its epoch says.
        outcome = app.commits.commit(scope, begun).await?;
    }
    match outcome {
        Outcome::Committed => Ok(signed_in),
        // The password was changed meanwhile, or the user disabled.
        Outcome::Refused(Refusal::NoActiveUser(_)) => Err(Error::InvalidCredentials),
        other => Err(Error::internal(format!("a session was not begun: {other:?}"))),
    }
}
