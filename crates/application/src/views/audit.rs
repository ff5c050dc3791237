//! What is asked of the audit log.

use orderbase_kernel::{PageLimit, Timestamp};
use uuid::Uuid;

use super::Span;

/// Which entries: all filters have to match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AuditFilter {
    /// The actor's id as text.
    pub actor: Option<String>,
    pub action: Option<String>,
    /// The target's id as text.
    pub target: Option<String>,
    pub occurred: Span<Timestamp>,
    /// Only what operators of the platform did: all that they may read of a tenant's log.
    pub by_operators: bool,
}

/// A page of the log, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditQuery {
    pub filter: AuditFilter,
    pub limit: PageLimit,
    /// The id of the last entry seen.
    pub after: Option<Uuid>,
}
