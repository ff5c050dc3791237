//! Entries of the audit log as rows, there and back.

use std::borrow::Cow;

use orderbase_application::changeset::{AuditEntry, AuditOutcome, AuditTarget};
use orderbase_application::ports::StorageError;
use orderbase_kernel::{Actor, AggregateType, RequestId, TenantId};
use sea_orm::ActiveValue::{NotSet, Set};
use uuid::Uuid;

use super::{Cells, Stored};
use crate::sql::entity::audit_log;

/// In the order of [`entry`]; events give the same cells.
pub(in crate::sql) const COLUMNS: [audit_log::Column; 11] = [
    audit_log::Column::Id,
    audit_log::Column::OccurredAt,
    audit_log::Column::ActorKind,
    audit_log::Column::ActorId,
    audit_log::Column::Action,
    audit_log::Column::TargetKind,
    audit_log::Column::TargetId,
    audit_log::Column::Outcome,
    audit_log::Column::RequestId,
    audit_log::Column::Network,
    audit_log::Column::Detail,
];

/// An entry of the tenant's log. What is corrupt is named after the tenant.
pub(in crate::sql) fn entry(tenant_id: TenantId, cells: &mut Cells<'_>) -> Result<AuditEntry, StorageError> {
    let stored = Stored { kind: AggregateType::Tenant, id: tenant_id.uuid() };
    let (id, occurred_at): (Uuid, i64) = (cells.take()?, cells.take()?);
    let actor: (Option<String>, Option<String>) = (cells.take()?, cells.take()?);
    let action: String = cells.take()?;
    let target: (Option<String>, Option<String>) = (cells.take()?, cells.take()?);
    let outcome = AuditOutcome::parse(&cells.take::<String>()?);
    let request_id = RequestId::parse(&cells.take::<String>()?);
    let network: Option<String> = cells.take()?;
    let detail: Option<String> = cells.take()?;
    let actor = actor.0.zip(actor.1).map(|(kind, id)| Actor::parse(&kind, &id)).transpose();
    let network = network.map(|text| text.parse()).transpose();
    Ok(AuditEntry {
        id,
        tenant_id,
        occurred_at: stored.instant(occurred_at)?,
        actor: stored.value(actor, "the actor of an entry is one of the kinds")?,
        action: Cow::Owned(action),
        target: target.0.zip(target.1).map(|(kind, id)| AuditTarget { kind: Cow::Owned(kind), id }),
        outcome: outcome.ok_or_else(|| stored.corrupt("the outcome of an entry is one of the three"))?,
        request_id: stored.value(request_id, "the request id of an entry is one")?,
        network: network.map_err(|_| stored.corrupt("the network of an entry is an address"))?,
        detail,
    })
}

pub(in crate::sql) fn row(entry: &AuditEntry) -> audit_log::ActiveModel {
    let (actor, target) = (entry.actor.as_ref(), entry.target.as_ref());
    audit_log::ActiveModel {
        tenant_id: Set(entry.tenant_id.uuid()),
        id: Set(entry.id),
        occurred_at: Set(entry.occurred_at.millis()),
        actor_kind: Set(actor.map(|actor| actor.kind().to_owned())),
        actor_id: Set(actor.map(Actor::id)),
        action: Set(entry.action.clone().into_owned()),
        target_kind: Set(target.map(|target| target.kind.clone().into_owned())),
        target_id: Set(target.map(|target| target.id.clone())),
        outcome: Set(entry.outcome.as_str().to_owned()),
        request_id: Set(entry.request_id.as_str().to_owned()),
        network: Set(entry.network.map(|network| network.to_string())),
        detail: Set(entry.detail.clone()),
        recorded_at: NotSet,
    }
}
