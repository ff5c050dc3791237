//! Exchanges a refresh token for new tokens (security.md rules 16–19).

use orderbase_kernel::{Actor, Version};
use orderbase_tenancy::{Access, PermissionSet, Refreshed, UserStatus};

use super::entry::entry;
use super::hashes::{as_known, new_refresh_token, own_refresh_token};
use super::signed_in::{SignedIn, issue, scope_exceeded, throttled};
use crate::app::App;
use crate::changeset::{AuditEntry, AuditOutcome, Changeset, Outcome, Record};
use crate::client::Client;
use crate::ctx::Scope;
use crate::error::Error;
use crate::ports::{Bucket, Of, SessionHolder, Subject};

/// A family ends after at most three changes under contention: rotated, a lost reply, reused.
const ATTEMPTS_MAX: usize = 8;

/// New tokens for the session of a refresh token. Concurrent refreshes of one token are decided one after the other.
///
/// # Errors
/// `rate_limited`; `invalid_credentials` for every other refusal: a text that was not made here, no such session, ended, expired, a token that was used before
/// (which ends the session), a user who is not active, a closed tenant; `validation_failed` for a wider scope than the session has, and
/// then the token stays good.
#[tracing::instrument(name = "auth.refresh", skip_all)]
pub async fn refresh(
    app: &App,
    client: &Client,
    token: &str,
    narrowed: Option<PermissionSet>,
) -> Result<SignedIn, Error> {
    let text = own_refresh_token(app, token).ok_or(Error::InvalidCredentials)?;
    let family = text.session_id().to_string();
    let buckets = [(Bucket::RefreshIp, Of::Network(client.network)), (Bucket::RefreshFamily, Of::Text(&family))];
    throttled(app, &buckets).await?;

    let scope = Scope { tenant_id: text.tenant_id() };
    for _ in 0..ATTEMPTS_MAX {
        let holder = app.accounts.session(scope, text.session_id()).await?.ok_or(Error::InvalidCredentials)?;
        if let Some(answer) = turn(app, client, scope, holder, token, narrowed).await? {
            return answer;
        }
    }
    Err(Error::WriteConflict)
}

/// One decision on the session as it was read; `None` if another was faster.
async fn turn(
    app: &App,
    client: &Client,
    scope: Scope,
    holder: SessionHolder,
    token: &str,
    narrowed: Option<PermissionSet>,
) -> Result<Option<Result<SignedIn, Error>>, Error> {
    let at = app.clock.now();
    let SessionHolder { tenant, account, mut session } = holder;
    if account.user.status() != UserStatus::Active || tenant.access(at) == Access::Closed {
        return Ok(Some(Err(Error::InvalidCredentials)));
    }

    let (read, id): (Version, _) = (session.version(), session.id());
    let next = new_refresh_token(app, scope.tenant_id, id);
    let (sent, new) = (as_known(app, &session, token), app.digests.token_hash(next.expose()));
    // Only who holds the token hears what the session has, and keeps it.
    if session.current().matches(&sent) && !fits(narrowed, session.scope()) {
        return Ok(Some(Err(scope_exceeded())));
    }
    let refreshed = session.refresh(&sent, new, at, &app.auth_rules.refresh);

    let actor = Some(Actor::User(account.user.id()));
    let (action, outcome) = match refreshed {
        Refreshed::Dead => return Ok(Some(Err(Error::InvalidCredentials))),
        Refreshed::Rotated => ("auth.refreshed", AuditOutcome::Succeeded),
        Refreshed::LostReply => ("auth.refreshed_again", AuditOutcome::Succeeded),
        Refreshed::Reused => ("auth.refresh_reused", AuditOutcome::Denied),
    };
    let row = entry(app, scope.tenant_id, client, actor, action, Some(("session", id.to_string())), at);
    let narrowing = narrowed.unwrap_or(session.scope());
    let mut changeset = Changeset::new().record(Record::Session { session: Box::new(session), read: Some(read) });
    // Each rotation would be a row in ten minutes for every session: only what is unusual is kept.
    if refreshed != Refreshed::Rotated {
        changeset = changeset.audit(AuditEntry { outcome, ..row });
    }
    let committed = app.commits.commit(scope, changeset).await;
    if refreshed == Refreshed::Reused {
        // Whatever the answer was: a commit that is not known to be may be.
        app.principals.forget(scope).await;
    }
    match committed? {
        Outcome::Committed => {}
        Outcome::Stale => return Ok(None),
        other => return Err(Error::internal(format!("a session was not refreshed: {other:?}"))),
    }
    if refreshed == Refreshed::Reused {
        tracing::warn!(tenant.id = %scope.tenant_id, session.id = %id, "auth.refresh_reused: the session was ended");
        return Ok(Some(Err(Error::InvalidCredentials)));
    }

    let user = &account.user;
    let epoch = account.credential.as_ref().map_or(0, |credential| credential.epoch);
    let subject = Subject::User { tenant_id: scope.tenant_id, user_id: user.id(), session_id: id, epoch };
    let granted = user.role().permissions();
    let mut signed_in = issue(app, subject, narrowed, narrowing.intersection(granted), at)?;
    signed_in.refresh_token = Some(next.expose().to_owned());
    Ok(Some(Ok(signed_in)))
}

/// A refresh may narrow what the session has, never widen it (RFC 6749 §6).
fn fits(narrowed: Option<PermissionSet>, session: PermissionSet) -> bool {
    narrowed.is_none_or(|narrowed| narrowed.is_subset(session))
}
