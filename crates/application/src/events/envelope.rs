//! What the rows of all events have in common.

use std::borrow::Cow;

use orderbase_kernel::{AggregateRef, Envelope, EventId, Timestamp, Version};
use serde::Serialize;
use uuid::Uuid;

use crate::ctx::Ctx;
use crate::error::Error;

/// Raised when the meaning of some event's `data` changes.
const SCHEMA_VERSION: u16 = 1;

/// One event, before it becomes a row.
pub(super) struct Happened<'a, D, P> {
    pub id: Uuid,
    pub of: AggregateRef,
    pub sequence: Version,
    pub event_type: &'static str,
    pub occurred_at: Timestamp,
    pub data: &'a D,
    pub personal: Option<P>,
}

/// The row of an event. The members of `data` and `personal` are declared in the order of their names, which makes the text
/// canonical.
pub(super) fn row<D: Serialize, P: Serialize>(ctx: &Ctx, happened: Happened<'_, D, P>) -> Result<Envelope, Error> {
    Ok(Envelope {
        id: EventId::from_uuid(happened.id),
        tenant_id: ctx.tenant.id(),
        aggregate: happened.of,
        sequence: happened.sequence,
        event_type: Cow::Borrowed(happened.event_type),
        schema_version: SCHEMA_VERSION,
        occurred_at: happened.occurred_at,
        actor: ctx.actor.clone(),
        request_id: ctx.request_id.clone(),
        data: serde_json::to_string(happened.data)?,
        personal: happened.personal.as_ref().map(serde_json::to_string).transpose()?,
        imported: false,
    })
}
