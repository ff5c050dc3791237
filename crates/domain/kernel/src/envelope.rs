//! An event as it is kept and handed on: a plain row. It never decides anything, and it never changes once it is written,
//! but for `personal`, which erasure empties.

use std::borrow::Cow;

use crate::{Actor, AggregateRef, EventId, RequestId, TenantId, Timestamp, Version};

/// One event of one aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    pub id: EventId,
    pub tenant_id: TenantId,
    pub aggregate: AggregateRef,
    /// The aggregate's version after the event; gapless from 1.
    pub sequence: Version,
    /// `aggregate.past_tense`, such as `order.created`. An open set.
    pub event_type: Cow<'static, str>,
    /// Raised when the meaning of `data` changes; 1 today.
    pub schema_version: u16,
    pub occurred_at: Timestamp,
    pub actor: Actor,
    pub request_id: RequestId,
    /// The state after the event, as canonical JSON, without names, emails and note texts.
    pub data: String,
    /// Names, emails and note texts, as canonical JSON.
    pub personal: Option<String>,
    /// Written by an import: timeline and feed show it, no webhook is sent for it.
    pub imported: bool,
}
