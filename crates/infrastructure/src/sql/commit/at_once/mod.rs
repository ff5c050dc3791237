//! Whole changesets as one PostgreSQL statement, for the two shapes that most requests have. Inside the bracket of the transaction
//! it saves two to four messages to wait for; every other changeset, and these where they fail, go step by step.
//!
//! It decides nothing: it tells how far it came, and `apply` makes the outcome of it.

mod changed;
mod placed;

use orderbase_kernel::Envelope;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

use super::unit::Unit;
use super::{claim, rows};
use crate::sql::transaction::Transaction;

const CLAIM: &str = include_str!("claim.sql");
const NO_CLAIM: &str = include_str!("no_claim.sql");

/// The claim's values in the statement, in the order of [`claim::values`].
const CLAIMED: [&str; 10] = [
    ":principal_id",
    ":key",
    ":attempt",
    ":fingerprint",
    ":status",
    ":location",
    ":etag",
    ":body",
    ":enveloped",
    ":keep_millis",
];

/// The shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One new pending order with its event, its customer required to be active, maybe a claim.
    Placed,
    /// One order that changes, but for its lines, with its event, nothing required, maybe a claim.
    Changed,
}

/// How far the statement came. What it wrote is void where it did not come to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    End,
    /// The key belongs to another attempt.
    OthersClaim,
    /// The claim is ours, and what the shape asks for was not there.
    Nothing,
}

/// A changeset of one of the shapes, as a statement.
pub(super) struct AtOnce {
    pub shape: Shape,
    statement: Statement,
}

impl AtOnce {
    pub fn of(unit: &Unit) -> Option<Self> {
        let placed = || placed::values(unit).map(|values| (Shape::Placed, placed::SQL, values));
        let changed = || changed::values(unit).map(|values| (Shape::Changed, changed::SQL, values));
        let (shape, sql, mut values) = placed().or_else(changed)?;
        let head = match &unit.changeset.claim {
            None => NO_CLAIM.to_owned(),
            Some(claim) => {
                let first = values.len() + 1;
                values.extend(claim::values(claim, unit));
                numbered(CLAIM, first)
            }
        };
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, head + sql, values);
        Some(Self { shape, statement })
    }

    pub async fn run(self, held: &Transaction) -> Result<Reached, DbErr> {
        let row = held.query_one_raw(self.statement).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("a statement of counts has one row".to_owned()))?;
        let (claimed, written): (i64, i64) = (row.try_get("", "claimed")?, row.try_get("", "written")?);
        Ok(match (claimed, written) {
            (_, 1) => Reached::End,
            (0, _) => Reached::OthersClaim,
            _ => Reached::Nothing,
        })
    }
}

/// The claim's text with its values numbered from `first`.
fn numbered(text: &str, first: usize) -> String {
    CLAIMED.iter().zip(first..).fold(text.to_owned(), |text, (name, number)| text.replace(name, &format!("${number}")))
}

/// What an event says itself, in the order of the statements; tenant and aggregate are the order's.
fn event_values(event: &Envelope) -> [Value; 11] {
    [
        rows::version(event.sequence).into(),
        event.id.uuid().into(),
        event.event_type.as_ref().into(),
        i32::from(event.schema_version).into(),
        event.occurred_at.millis().into(),
        event.actor.kind().into(),
        event.actor.id().into(),
        event.request_id.as_str().into(),
        event.data.clone().into(),
        event.personal.clone().into(),
        event.imported.into(),
    ]
}
