//! Whether a commit took effect whose answer was lost.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::unit::Unit;
use crate::sql::entity::{events, idempotency_keys};

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
        (None, None) => None,
    };
    Ok(found.is_some())
}
