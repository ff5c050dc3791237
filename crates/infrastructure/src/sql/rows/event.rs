//! Events as rows.

use std::borrow::Cow;

use orderbase_application::ports::StorageError;
use orderbase_kernel::{Actor, AggregateRef, Corrupt, Envelope, EventId, RequestId, TenantId};
use sea_orm::QueryResult;
use uuid::Uuid;

use super::{Cells, Stored};
use crate::sql::entity::events::Column;

/// In the order of [`EventRow::read`]; tenant and aggregate are those that were asked for.
pub(in crate::sql) const COLUMNS: [Column; 11] = [
    Column::Sequence,
    Column::Id,
    Column::EventType,
    Column::SchemaVersion,
    Column::OccurredAt,
    Column::ActorKind,
    Column::ActorId,
    Column::RequestId,
    Column::Data,
    Column::Personal,
    Column::Imported,
];

pub(in crate::sql) struct EventRow {
    sequence: i64,
    id: Uuid,
    event_type: String,
    schema_version: i32,
    occurred_at: i64,
    actor_kind: String,
    actor_id: String,
    request_id: String,
    data: String,
    personal: Option<String>,
    imported: bool,
}

impl EventRow {
    pub fn read(row: &QueryResult) -> Result<Self, StorageError> {
        let mut cells = Cells::of(row);
        Ok(Self {
            sequence: cells.take()?,
            id: cells.take()?,
            event_type: cells.take()?,
            schema_version: cells.take()?,
            occurred_at: cells.take()?,
            actor_kind: cells.take()?,
            actor_id: cells.take()?,
            request_id: cells.take()?,
            data: cells.take()?,
            personal: cells.take()?,
            imported: cells.take()?,
        })
    }

    /// # Errors
    /// [`Corrupt`], named after the aggregate.
    pub fn envelope(self, tenant_id: TenantId, aggregate: AggregateRef) -> Result<Envelope, Corrupt> {
        let stored = Stored { kind: aggregate.kind, id: aggregate.id };
        let schema_version = u16::try_from(self.schema_version);
        Ok(Envelope {
            id: EventId::from_uuid(self.id),
            tenant_id,
            aggregate,
            sequence: stored.version(self.sequence)?,
            event_type: Cow::Owned(self.event_type),
            schema_version: schema_version.map_err(|_| stored.corrupt("the schema version of an event is positive"))?,
            occurred_at: stored.instant(self.occurred_at)?,
            actor: stored
                .value(Actor::parse(&self.actor_kind, &self.actor_id), "the actor of an event is one of the kinds")?,
            request_id: stored.value(RequestId::parse(&self.request_id), "the request id of an event is one")?,
            data: self.data,
            personal: self.personal,
            imported: self.imported,
        })
    }
}
