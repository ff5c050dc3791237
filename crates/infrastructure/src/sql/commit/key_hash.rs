//! Hashes a key's secret under another pepper. The key's version stays, for nothing of it changed; what guards is the hash itself.

use orderbase_kernel::{AggregateType, ApiKeyId};
use orderbase_tenancy::{KeyHash, KeySecret, PepperedHash};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::rows;
use crate::sql::entity::{api_key_directory, api_keys};
use crate::sql::rows::{Stored, api_key};
use crate::sql::transaction::Transaction;

/// Puts `to` in the place of `from`, in the key and in the directory. `false` if no secret of a key that lives has the hash.
pub(super) async fn put(
    held: &Transaction,
    tenant_id: Uuid,
    id: ApiKeyId,
    from: &KeyHash,
    to: &PepperedHash,
) -> Result<bool, DbErr> {
    use api_keys::Column;
    let at = Condition::all().add(Column::TenantId.eq(tenant_id)).add(Column::Id.eq(id.uuid()));
    // The key before the directory, as every change of a key has them written.
    let stored: Option<String> = api_keys::Entity::find()
        .select_only()
        .column(Column::Secrets)
        .filter(at.clone())
        .filter(Column::RevokedAt.is_null())
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .one(held)
        .await?;
    let Some(stored) = stored else { return Ok(false) };
    let of = Stored { kind: AggregateType::ApiKey, id: id.uuid() };
    let mut secrets = api_key::secrets(of, &stored).map_err(|corrupt| DbErr::Custom(corrupt.to_string()))?;
    if !KeySecret::hash_anew(&mut secrets, from, to) {
        return Ok(false);
    }
    let secrets = Expr::value(rows::secrets(&secrets));
    api_keys::Entity::update_many().col_expr(Column::Secrets, secrets).filter(at).exec(held).await?;
    moved(held, tenant_id, id, from, &to.hash).await
}

async fn moved(held: &Transaction, tenant_id: Uuid, id: ApiKeyId, from: &KeyHash, to: &KeyHash) -> Result<bool, DbErr> {
    use api_key_directory::Column;
    let moved = api_key_directory::Entity::update_many()
        .col_expr(Column::SecretHash, Expr::value(to.as_bytes().to_vec()))
        .filter(Column::SecretHash.eq(from.as_bytes().to_vec()))
        .filter(Column::TenantId.eq(tenant_id))
        .filter(Column::ApiKeyId.eq(id.uuid()));
    Ok(moved.exec(held).await?.rows_affected == 1)
}
