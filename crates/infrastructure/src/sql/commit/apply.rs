//! The statements of a changeset in their order, locks too: claim, requires, aggregates, items, events.

use orderbase_application::changeset::{Aggregate, Outcome, Refusal, Unique};
use sea_orm::DbErr;

use super::claim::{Claimed, claim};
use super::unit::Unit;
use super::{insert, require, update};
use crate::sql::errors::{Constraint, Failure, failure};
use crate::sql::session::Session;

/// What the statements came to. Only after [`Applied::Whole`] may the transaction be committed.
#[derive(Debug)]
pub(in crate::sql) enum Applied {
    Whole,
    /// To be rolled back: the outcome is known.
    Nothing(Outcome),
    /// To be rolled back; afterwards the holder of the value can be looked up.
    Taken(Unique),
}

/// Runs the statements of the unit inside the transaction of the session.
///
/// # Errors
/// What no outcome says; the transaction has to be rolled back.
pub(in crate::sql) async fn apply(session: &Session, unit: &Unit) -> Result<Applied, DbErr> {
    match steps(session, unit).await {
        Ok(applied) => Ok(applied),
        Err(error) => match failure(&error) {
            Failure::Broken(Constraint::Taken(unique)) => Ok(Applied::Taken(unique)),
            Failure::Broken(Constraint::Exists) => Ok(Applied::Nothing(Outcome::Stale)),
            Failure::Broken(Constraint::NoCustomer) => no_customer(unit).ok_or(error),
            _ => Err(error),
        },
    }
}

async fn steps(session: &Session, unit: &Unit) -> Result<Applied, DbErr> {
    if let Some(wanted) = &unit.changeset.claim {
        match claim(session, unit, wanted).await? {
            Claimed::Ours => {}
            Claimed::Theirs(outcome) => return Ok(Applied::Nothing(outcome)),
        }
    }
    if unit.changeset.is_check() {
        return Ok(Applied::Nothing(Outcome::Committed));
    }
    if let Some(refusal) = require::refusal(session, unit).await? {
        return Ok(Applied::Nothing(Outcome::Refused(refusal)));
    }
    for change in &unit.changeset.changes {
        if let Some(read) = change.read()
            && !update::aggregate(session, unit.tenant_id, change, read).await?
        {
            return Ok(Applied::Nothing(Outcome::Stale));
        }
    }
    insert::aggregates(session, unit).await?;
    insert::events(session, unit).await?;
    update::erase(session, unit).await?;
    Ok(Applied::Whole)
}

/// The customer that a new order names and that is not there. The first that is not itself part of the changeset.
fn no_customer(unit: &Unit) -> Option<Applied> {
    let is_new =
        |id| unit.inserted().any(|other| matches!(other, Aggregate::Customer(customer) if customer.id() == id));
    let missing = unit.inserted().find_map(|aggregate| match aggregate {
        Aggregate::Order(order) if !is_new(order.customer_id()) => Some(order.customer_id()),
        _ => None,
    })?;
    Some(Applied::Nothing(Outcome::Refused(Refusal::NoCustomer(missing))))
}
