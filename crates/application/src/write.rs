//! The way of every command to its answer: meet the claim, commit, turn the outcome into an answer or an error.
//!
//! Nothing that stands behind "replay" in the order of checks (api.md §1) goes out before the idempotency key was tried:
//! a commit tries it, and for what is decided without a commit [`settle`] does.

use std::sync::Arc;

use orderbase_tenancy::Limits;

use crate::app::App;
use crate::changeset::{Changeset, KeptAnswer, Outcome, Quota, Refusal, Unique};
use crate::conditions::{Done, Once};
use crate::ctx::Ctx;
use crate::error::{Class, Error, Missing, Taken};

/// How often a command is decided at most when others are faster, each time after it has waited for its turn (ADR 0008).
pub(crate) const ATTEMPTS_MAX: usize = 10;

/// What a command came to, by whether the storage has met its claim.
pub(crate) enum Verdict<V> {
    /// A commit was tried, so the key was.
    Met(Result<Done<V>, Error>),
    /// Without effect, or refused before any commit.
    Unmet(Result<V, Error>),
}

/// How one commit ended.
pub(crate) enum Commit<V> {
    Done(Done<V>),
    /// Another was faster; decide again.
    Stale,
    /// The order number is in use; take another.
    NumberTaken,
    Refused(Error),
}

/// Renders the answer if a claim wants it, commits, and sorts the outcome.
pub(crate) async fn commit<V>(
    app: &App,
    ctx: &Ctx,
    changeset: Changeset,
    view: V,
    once: Option<&Once<V>>,
) -> Result<Commit<V>, Error> {
    let kept = once.map(|once| Arc::new((once.render)(&view)));
    let claim = once.zip(kept.clone()).map(|(once, answer)| once.claim(ctx, app.ids.next(ctx.at), answer));

    let outcome = app.commits.commit(ctx.scope(), changeset.claim(claim)).await?;

    Ok(match outcome {
        Outcome::Committed => Commit::Done(kept.map_or_else(|| Done::Fresh(view), Done::Kept)),
        Outcome::Replayed(answer) => Commit::Done(Done::Replayed(answer)),
        Outcome::Stale => Commit::Stale,
        Outcome::Duplicate { unique: Unique::OrderNumber, .. } => Commit::NumberTaken,
        Outcome::KeyReused => Commit::Refused(Error::IdempotencyKeyReused),
        Outcome::InProgress => Commit::Refused(Error::IdempotencyInProgress),
        Outcome::Refused(refusal) => Commit::Refused(refused(refusal)),
        Outcome::Duplicate { unique, existing_id } => {
            Commit::Refused(Error::Taken { taken: taken(unique), existing_id })
        }
    })
}

/// The way of a command that makes something new, or writes only what has no version: nobody can be faster at that.
pub(crate) async fn create<V>(
    app: &App,
    ctx: &Ctx,
    once: Option<&Once<V>>,
    made: Result<(Changeset, V), Error>,
) -> Result<Done<V>, Error> {
    let verdict = match made {
        Ok((changeset, view)) => Verdict::Met(match commit(app, ctx, changeset, view, once).await {
            Ok(Commit::Done(done)) => Ok(done),
            Ok(Commit::Refused(error)) | Err(error) => Err(error),
            Ok(Commit::Stale | Commit::NumberTaken) => Err(Error::WriteConflict),
        }),
        Err(error) => Verdict::Unmet(Err(error)),
    };
    settle(app, ctx, once, verdict).await
}

/// Gives the answer of a verdict; one that no commit has met tries the key first.
pub(crate) async fn settle<V>(
    app: &App,
    ctx: &Ctx,
    once: Option<&Once<V>>,
    verdict: Verdict<V>,
) -> Result<Done<V>, Error> {
    let unmet = match verdict {
        Verdict::Met(result) => return result,
        Verdict::Unmet(result) => result,
    };
    let broken =
        unmet.as_ref().is_err_and(|error| matches!(error.code().class(), Class::Internal | Class::Unavailable));
    if let Some(once) = once.filter(|_| !broken) {
        let nothing = Arc::new(KeptAnswer::default());
        let check = Changeset::check(once.claim(ctx, app.ids.next(ctx.at), nothing));
        match app.commits.commit(ctx.scope(), check).await? {
            Outcome::Replayed(answer) => return Ok(Done::Replayed(answer)),
            Outcome::KeyReused => return Err(Error::IdempotencyKeyReused),
            Outcome::InProgress => return Err(Error::IdempotencyInProgress),
            _ => {}
        }
    }
    unmet.map(Done::Fresh)
}

fn refused(refusal: Refusal) -> Error {
    match refusal {
        Refusal::NoCustomer(_) => Error::NotFound(Missing::Customer),
        Refusal::InactiveCustomer(_) => Error::CustomerInactive,
        Refusal::LastOwner => Error::LastOwner,
        Refusal::NoActiveUser(_) => Error::InvalidCredentials,
        Refusal::UserChanged(_) => Error::WriteConflict,
        Refusal::Quota { quota, max, current } => {
            Error::QuotaReached { limit: quota.as_str(), max, current, resets_at: None }
        }
    }
}

fn taken(unique: Unique) -> Taken {
    match unique {
        Unique::OrderNumber | Unique::OrderExternalReference => Taken::OrderExternalReference,
        Unique::CustomerExternalReference => Taken::CustomerExternalReference,
        Unique::CustomerEmail => Taken::CustomerEmail,
        Unique::TenantSlug => Taken::TenantSlug,
        Unique::UserEmail => Taken::UserEmail,
    }
}

/// The plan's maximum of a counted thing.
pub(crate) fn quota_max(limits: &Limits, quota: Quota) -> u64 {
    match quota {
        Quota::Customers => limits.customers,
        Quota::ApiKeys => limits.api_keys,
        Quota::Users => limits.users,
    }
}
