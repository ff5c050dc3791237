//! What a use case wants to happen, as one plain value: all of it happens, or nothing does (ADR 0001).
//!
//! Applied in this order, locks too: claim, requires, aggregates, items, records, events, audit.

mod audit;
mod change;
mod claim;
mod outcome;
mod record;
mod require;

pub use self::audit::{AuditEntry, AuditOutcome, AuditTarget};
pub use self::change::{Aggregate, BrokenChange, Change};
pub use self::claim::{Claim, KeptAnswer};
pub use self::outcome::{Outcome, Refusal, Unique};
pub use self::record::{Credential, PasswordHash, Record};
pub use self::require::{Quota, Require};

/// A value for [`crate::ports::Commits::commit`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changeset {
    pub changes: Vec<Change>,
    pub records: Vec<Record>,
    pub audit: Vec<AuditEntry>,
    pub requires: Vec<Require>,
    pub claim: Option<Claim>,
}

impl Changeset {
    pub fn new() -> Self {
        Self::default()
    }

    /// Only asks whether the key was used before. A free key stays free; nothing is written.
    pub fn check(claim: Claim) -> Self {
        Self { claim: Some(claim), ..Self::default() }
    }

    pub fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    pub fn record(mut self, record: Record) -> Self {
        self.records.push(record);
        self
    }

    pub fn audit(mut self, entry: AuditEntry) -> Self {
        self.audit.push(entry);
        self
    }

    pub fn require(mut self, require: Require) -> Self {
        self.requires.push(require);
        self
    }

    pub fn claim(mut self, claim: Option<Claim>) -> Self {
        self.claim = claim;
        self
    }

    pub fn is_check(&self) -> bool {
        self.changes.is_empty() && self.records.is_empty() && self.audit.is_empty()
    }
}
