//! The audit log in answers.

use std::net::IpAddr;

use orderbase_application::changeset::{AuditEntry, AuditOutcome, AuditTarget};
use orderbase_kernel::{TenantId, Timestamp, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

use super::event::ActorBody;
use super::page::list_body;
use super::shown::{Rows, Shown};
use super::words::words;
use crate::respond::Body;

/// Something that was done, or tried.
///
/// Members without a value are absent, never null. An entry never changes, but that the network is erased after 90 days.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct AuditEntryBody<'a> {
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub id: Shown<Uuid>,
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub tenant_id: Shown<TenantId>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub occurred_at: Shown<Timestamp>,
    /// Absent where nobody was recognised: a failed sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub actor: Option<ActorBody>,
    /// The type of an event, such as `order.created`, or what is no event, such as `auth.signed_in`; more may come.
    #[schema(max_length = 64, pattern = r"^[a-z_]+\.[a-z_]+$")]
    pub action: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub target: Option<AuditTargetBody<'a>>,
    #[schema(value_type = AuditOutcomeBody)]
    pub outcome: AuditOutcomeBody,
    #[schema(max_length = 128)]
    pub request_id: &'a str,
    /// The client's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, max_length = 45)]
    pub network: Option<Shown<IpAddr>>,
    /// An operator's reason, or how many like it were left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 500)]
    pub detail: Option<&'a str>,
}

/// What was acted on.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditTarget)]
pub struct AuditTargetBody<'a> {
    /// `order`, `user`, `session`, `api_key`, `tenant`, or an operation's id where a request was refused.
    #[schema(max_length = 64)]
    pub r#type: &'a str,
    /// Empty where it has none.
    #[schema(max_length = 200)]
    pub id: &'a str,
}

words! {
    /// How it ended.
    AuditOutcomeBody as AuditOutcome of AuditOutcome { Succeeded, Failed, Denied }
}

impl Body for AuditEntryBody<'_> {
    fn size_hint(&self) -> usize {
        2_048
    }
}

impl<'a> From<&'a AuditEntry> for AuditEntryBody<'a> {
    fn from(entry: &'a AuditEntry) -> Self {
        let AuditEntry { id, tenant_id, occurred_at, actor, action, target, outcome, request_id, network, detail } =
            entry;
        Self {
            id: Shown(*id),
            tenant_id: Shown(*tenant_id),
            occurred_at: Shown(*occurred_at),
            actor: actor.as_ref().map(ActorBody::from),
            action,
            target: target.as_ref().map(AuditTargetBody::from),
            outcome: (*outcome).into(),
            request_id: request_id.as_str(),
            network: network.map(Shown),
            detail: detail.as_deref(),
        }
    }
}

impl<'a> From<&'a AuditTarget> for AuditTargetBody<'a> {
    fn from(target: &'a AuditTarget) -> Self {
        let AuditTarget { kind, id } = target;
        Self { r#type: kind, id }
    }
}

type AuditRows<'a> = Rows<'a, AuditEntry, AuditEntryBody<'a>>;

list_body! {
    /// A page of the audit log, the latest first.
    AuditListBody as AuditList, rows AuditRows as AuditEntryBody of AuditEntry
}

impl Body for AuditListBody<'_> {
    fn size_hint(&self) -> usize {
        256 + 768 * self.data.rows.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_application() {
        for outcome in AuditOutcome::ALL {
            assert_eq!(serde_json::to_value(AuditOutcomeBody::from(outcome)).unwrap(), outcome.as_str());
        }
    }
}
