//! Changes what exists, where it still has the version that the change was decided on. There is no other kind of update.

use orderbase_application::changeset::{Aggregate, Change};
use orderbase_kernel::Version;
use orderbase_tenancy::{ApiKey, KeySecret};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, Value};
use uuid::Uuid;

use super::unit::Unit;
use super::{insert, rows};
use crate::sql::entity::{api_key_directory, api_keys, customers, events, orders, tenants, users};
use crate::sql::rows::user;
use crate::sql::transaction::Transaction;

/// Updates the aggregate and what hangs on it. `false` if it has another version than the one read.
pub(super) async fn aggregate(
    held: &Transaction,
    tenant_id: Uuid,
    change: &Change,
    read: Version,
) -> Result<bool, DbErr> {
    let read = rows::version(read);
    match change.aggregate() {
        Aggregate::Order(order) => {
            use orders::Column;
            let at = Condition::all()
                .add(Column::TenantId.eq(tenant_id))
                .add(Column::Id.eq(order.id().uuid()))
                .add(Column::Version.eq(read));
            let updated = one::<orders::Entity, _>(held, rows::changed_order(order), at).await?;
            if updated && change.items_replaced() {
                insert::items_anew(held, order).await?;
            }
            Ok(updated)
        }
        Aggregate::Customer(customer) => {
            use customers::Column;
            let at = Condition::all()
                .add(Column::TenantId.eq(tenant_id))
                .add(Column::Id.eq(customer.id().uuid()))
                .add(Column::Version.eq(read));
            one::<customers::Entity, _>(held, rows::changed_customer(customer), at).await
        }
        Aggregate::Tenant(tenant) => {
            use tenants::Column;
            let at = Condition::all()
                .add(Column::Id.eq(tenant_id))
                .add(Column::Id.eq(tenant.id().uuid()))
                .add(Column::Version.eq(read));
            one::<tenants::Entity, _>(held, rows::changed_tenant(tenant), at).await
        }
        Aggregate::User(user) => {
            use users::Column;
            let at = Condition::all()
                .add(Column::TenantId.eq(tenant_id))
                .add(Column::Id.eq(user.id().uuid()))
                .add(Column::Version.eq(read));
            one::<users::Entity, _>(held, user::changed_row(user), at).await
        }
        Aggregate::ApiKey(key) => {
            use api_keys::Column;
            let at = Condition::all()
                .add(Column::TenantId.eq(tenant_id))
                .add(Column::Id.eq(key.id().uuid()))
                .add(Column::Version.eq(read));
            let updated = one::<api_keys::Entity, _>(held, rows::changed_api_key(key), at).await?;
            Ok(updated && directory_anew(held, key, change.kept_secrets()).await?)
        }
    }
}

/// Updates the row that stands there; `false` if none does.
pub(super) async fn one<E, A>(held: &Transaction, row: A, at: Condition) -> Result<bool, DbErr>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E>,
{
    Ok(E::update_many().set(row).filter(at).exec(held).await?.rows_affected == 1)
}

/// The directory finds every secret of the key, also an older one whose time is not over; the key says which still count. `false` if one
/// of those that stay is not there: it was hashed anew since the key was read, which moves no version and must not be undone.
async fn directory_anew(held: &Transaction, key: &ApiKey, kept: &[KeySecret]) -> Result<bool, DbErr> {
    use api_key_directory::Column;
    let mut found = 0;
    for entry in api_key_directory::Entity::delete_many()
        .filter(Column::TenantId.eq(key.tenant_id().uuid()))
        .filter(Column::ApiKeyId.eq(key.id().uuid()))
        .exec_with_returning(held)
        .await?
    {
        found += kept.iter().filter(|secret| secret.hash.as_bytes()[..] == entry.secret_hash).count();
    }
    if found < kept.len() {
        return Ok(false);
    }
    insert::many::<api_key_directory::Entity, _>(held, rows::directory(key)).await?;
    Ok(true)
}

/// Anonymising a customer empties what its events say of the person, the event just added too.
pub(super) async fn erase(held: &Transaction, unit: &Unit) -> Result<(), DbErr> {
    use events::Column;
    for change in unit.changeset.changes.iter().filter(|change| change.erases_personal()) {
        let of = change.aggregate().reference();
        events::Entity::update_many()
            .col_expr(Column::Personal, Expr::value(Value::String(None)))
            .filter(Column::TenantId.eq(unit.tenant_id))
            .filter(Column::AggregateType.eq(of.kind.as_str()))
            .filter(Column::AggregateId.eq(of.id))
            .filter(Column::Personal.is_not_null())
            .exec(held)
            .await?;
    }
    Ok(())
}
