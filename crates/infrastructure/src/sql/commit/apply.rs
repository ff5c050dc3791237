//! The statements of a changeset in their order, locks too: claim, requires, aggregates, items, records, events, audit.

use orderbase_application::changeset::{Outcome, Unique};
use sea_orm::DbErr;

use super::at_once::{AtOnce, Reached, Shape};
use super::claim::{Claimed, claim, kept};
use super::unit::Unit;
use super::{insert, records, require, update};
use crate::sql::errors::{Constraint, Failure, failure};
use crate::sql::transaction::Transaction;

/// What the statements came to. Only after [`Applied::Whole`] may the transaction be committed.
#[derive(Debug)]
pub(in crate::sql) enum Applied {
    Whole,
    /// To be rolled back: the outcome is known.
    Nothing(Outcome),
    /// To be rolled back; afterwards the holder of the value can be looked up.
    Taken(Unique),
    /// To be rolled back; afterwards it can be looked up which customer of a new order is not there.
    NoCustomer,
    /// To be rolled back and applied step by step: one statement alone cannot say what was in its way.
    Undecided {
        /// A lock was waited for in vain already.
        waited: bool,
    },
}

/// How the statements are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sql) enum Form {
    /// As one statement where the changeset has the shape of one. PostgreSQL only.
    AtOnce,
    Stepwise,
}

/// Runs the statements of the unit inside the transaction of the connection.
///
/// # Errors
/// What no outcome says; the transaction has to be rolled back.
pub(in crate::sql) async fn apply(held: &Transaction, unit: &Unit, form: Form) -> Result<Applied, DbErr> {
    let whole = if form == Form::AtOnce { AtOnce::of(unit) } else { None };
    let applied = match whole {
        Some(whole) => at_once(held, unit, whole).await,
        None => steps(held, unit).await,
    };
    match applied {
        Ok(applied) => Ok(applied),
        Err(error) => match failure(&error) {
            Failure::Broken(Constraint::Taken(unique)) => Ok(Applied::Taken(unique)),
            Failure::Broken(Constraint::Exists) => Ok(Applied::Nothing(Outcome::Stale)),
            Failure::Broken(Constraint::NoCustomer) => Ok(Applied::NoCustomer),
            _ => Err(error),
        },
    }
}

async fn at_once(held: &Transaction, unit: &Unit, whole: AtOnce) -> Result<Applied, DbErr> {
    let shape = whole.shape;
    let reached = match whole.run(held).await {
        // Of the claim or of a row? The steps can tell.
        Err(error) if failure(&error) == Failure::Locked => return Ok(Applied::Undecided { waited: true }),
        reached => reached?,
    };
    let outcome = match (reached, &unit.changeset.claim, shape) {
        (Reached::End, ..) => return Ok(Applied::Whole),
        (Reached::OthersClaim, Some(claim), _) => kept(held, unit, claim).await?,
        (_, _, Shape::Changed) => Some(Outcome::Stale),
        (_, _, Shape::Placed) => require::refusal(held, unit).await?.map(Outcome::Refused),
    };
    // What was in the way may have gone since.
    Ok(outcome.map_or(Applied::Undecided { waited: false }, Applied::Nothing))
}

async fn steps(held: &Transaction, unit: &Unit) -> Result<Applied, DbErr> {
    if let Some(wanted) = &unit.changeset.claim {
        match claim(held, unit, wanted).await? {
            Claimed::Ours => {}
            Claimed::Theirs(outcome) => return Ok(Applied::Nothing(outcome)),
        }
    }
    if unit.changeset.is_check() {
        return Ok(Applied::Nothing(Outcome::Committed));
    }
    if let Some(refusal) = require::refusal(held, unit).await? {
        return Ok(Applied::Nothing(Outcome::Refused(refusal)));
    }
    for change in &unit.changeset.changes {
        if let Some(read) = change.read()
            && !update::aggregate(held, unit.tenant_id, change, read).await?
        {
            return Ok(Applied::Nothing(Outcome::Stale));
        }
    }
    insert::aggregates(held, unit).await?;
    if !records::write(held, unit.tenant_id, &unit.changeset.records).await? {
        return Ok(Applied::Nothing(Outcome::Stale));
    }
    insert::events(held, unit).await?;
    update::erase(held, unit).await?;
    insert::audit(held, unit).await?;
    Ok(Applied::Whole)
}
