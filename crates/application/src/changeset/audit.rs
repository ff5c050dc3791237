//! What the audit log keeps of things that are no events: sign-ins, refusals, sessions, passwords, acts of the operator.

use std::borrow::Cow;
use std::net::IpAddr;

use orderbase_kernel::{Actor, RequestId, TenantId, Timestamp};
use uuid::Uuid;

/// How what was tried ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuditOutcome {
    Succeeded,
    Failed,
    Denied,
}

impl AuditOutcome {
    pub const ALL: [Self; 3] = [Self::Succeeded, Self::Failed, Self::Denied];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Denied => "denied",
        }
    }

    /// `None` for a word that is none of the three.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// What was acted on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditTarget {
    /// `user`, `session`, `api_key`, `tenant`, or an operation's id where a request was refused.
    pub kind: Cow<'static, str>,
    /// An id, or empty.
    pub id: String,
}

/// One row of the audit log. Holds no secret, no password and no e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    pub id: Uuid,
    pub tenant_id: TenantId,
    pub occurred_at: Timestamp,
    /// `None` where nobody was recognised: a failed sign-in.
    pub actor: Option<Actor>,
    /// `area.past_tense` such as `auth.signed_in`. An open set.
    pub action: Cow<'static, str>,
    pub target: Option<AuditTarget>,
    pub outcome: AuditOutcome,
    pub request_id: RequestId,
    /// The client's address; erased after 90 days.
    pub network: Option<IpAddr>,
    /// The operator's reason, or how many like it were left out.
    pub detail: Option<String>,
}
