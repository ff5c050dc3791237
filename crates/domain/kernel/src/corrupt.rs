//! A stored row that breaks an invariant. It is reported with an alarm, never repaired silently.

use crate::AggregateType;

/// Which rule a stored aggregate breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stored {aggregate} {id} is corrupt: {rule}")]
pub struct Corrupt {
    pub aggregate: AggregateType,
    pub id: uuid::Uuid,
    /// The rule in words, such as `total is the sum of the lines`.
    pub rule: &'static str,
}

impl Corrupt {
    /// `Ok` when the rule holds.
    ///
    /// # Errors
    /// The breach otherwise.
    pub fn unless(holds: bool, aggregate: AggregateType, id: uuid::Uuid, rule: &'static str) -> Result<(), Self> {
        if holds { Ok(()) } else { Err(Self { aggregate, id, rule }) }
    }
}
