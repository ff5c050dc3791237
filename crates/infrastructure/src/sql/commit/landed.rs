//! Whether a commit took effect whose answer was lost: by the first of its ids, that of the claim, event, row of the audit log or record.

use orderbase_application::changeset::Record;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::unit::Unit;
use crate::sql::entity::{audit_log, events, idempotency_keys, sessions};
use crate::sql::rows::written;

/// Looks for the attempt or the first event of the unit. `true` proves that it landed; `false` proves nothing, for the old
/// backend may still be committing.
pub(super) async fn landed<C: ConnectionTrait>(connection: &C, unit: &Unit) -> Result<bool, DbErr> {
    let found: Option<Uuid> = match (&unit.changeset.claim, unit.events().next()) {
        (Some(claim), _) => {
            use idempotency_keys::Column;
            idempotency_keys::Entity::find()
                .select_only()
                .column(Column::Attempt)
                .filter(Column::TenantId.eq(unit.tenant_id))
                .filter(Column::PrincipalId.eq(claim.principal_id))
                .filter(Column::Key.eq(claim.key.as_str()))
                .filter(Column::Attempt.eq(claim.attempt))
                .into_tuple()
                .one(connection)
                .await?
        }
        (None, Some(event)) => {
            use events::Column;
            events::Entity::find()
                .select_only()
                .column(Column::Id)
                .filter(Column::TenantId.eq(unit.tenant_id))
                .filter(Column::Id.eq(event.id.uuid()))
                .into_tuple()
                .one(connection)
                .await?
        }
        (None, None) => match unit.changeset.audit.first() {
            Some(entry) => audited(connection, unit, entry.id).await?,
            None => recorded(connection, unit).await?,
        },
    };
    Ok(found.is_some())
}

async fn audited<C: ConnectionTrait>(connection: &C, unit: &Unit, id: Uuid) -> Result<Option<Uuid>, DbErr> {
    use audit_log::Column;
    audit_log::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::TenantId.eq(unit.tenant_id))
        .filter(Column::Id.eq(id))
        .into_tuple()
        .one(connection)
        .await
}

/// A session that stands as it was to be written. Other records come with an audit row or an event, or are made again at the next use, as
/// the hash of a key.
async fn recorded<C: ConnectionTrait>(connection: &C, unit: &Unit) -> Result<Option<Uuid>, DbErr> {
    use sessions::Column;
    let session = unit.changeset.records.iter().find_map(|record| match record {
        Record::Session { session, .. } => Some(session),
        _ => None,
    });
    let Some(session) = session else { return Ok(None) };
    sessions::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::TenantId.eq(unit.tenant_id))
        .filter(Column::Id.eq(session.id().uuid()))
        .filter(Column::Version.eq(written::version(session.version())))
        .filter(Column::CurrentHash.eq(session.current().as_bytes().to_vec()))
        .into_tuple()
        .one(connection)
        .await
}
