//! Checks, under lock, what a changeset requires of things that it does not itself change.

use orderbase_application::changeset::{Aggregate, Quota, Record, Refusal, Require};
use orderbase_kernel::{CustomerId, UserId, Version};
use orderbase_orders::CustomerStatus;
use orderbase_tenancy::{Role, UserStatus};
use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition, LockType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::claim::now_millis;
use super::unit::Unit;
use crate::sql::entity::{api_keys, customers, tenant_counters, user_credentials, users};
use crate::sql::transaction::Transaction;

/// Why a requirement does not hold; `None` if all do, and then they do so until the end of the transaction. The counters come
/// first, as in every transaction, so that two never wait for each other.
pub(super) async fn refusal(held: &Transaction, unit: &Unit) -> Result<Option<Refusal>, DbErr> {
    let requires = &unit.changeset.requires;
    let mut customers = unit.inserted().filter(|aggregate| matches!(aggregate, Aggregate::Customer(_))).count() as u64;
    for require in requires {
        let Require::Below { quota, max, add } = require else { continue };
        let refusal = match quota {
            Quota::Customers => {
                below_customers(held, unit.tenant_id, std::mem::take(&mut customers), *max, *add).await?
            }
            Quota::ApiKeys => below(held, unit.tenant_id, Quota::ApiKeys, *max, *add).await?,
            Quota::Users => below(held, unit.tenant_id, Quota::Users, *max, *add).await?,
        };
        if refusal.is_some() {
            return Ok(refusal);
        }
    }
    if customers > 0 {
        charge(held, unit.tenant_id, customers, Condition::all()).await?;
    }
    for require in requires {
        let Require::ActiveCustomer(id) = require else { continue };
        let refusal = active_customer(held, unit.tenant_id, *id).await?;
        if refusal.is_some() {
            return Ok(refusal);
        }
    }
    for require in requires {
        let Require::AnotherActiveOwner(id) = require else { continue };
        if !another_owner(held, unit.tenant_id, *id).await? {
            return Ok(Some(Refusal::LastOwner));
        }
    }
    for require in requires {
        let Require::ActiveUser { id, epoch } = require else { continue };
        if !active_user(held, unit, *id, *epoch).await? {
            return Ok(Some(Refusal::NoActiveUser(*id)));
        }
    }
    for require in requires {
        let Require::UnchangedUser { id, version } = require else { continue };
        if !unchanged_user(held, unit.tenant_id, *id, *version).await? {
            return Ok(Some(Refusal::UserChanged(*id)));
        }
    }
    Ok(None)
}

/// The user before the password, as who is disabled has them written. A password that is itself to be written is locked for that at
/// once: two that share a lock would each wait for the other to let go.
async fn active_user(held: &Transaction, unit: &Unit, id: UserId, epoch: u32) -> Result<bool, DbErr> {
    let status: Option<String> = users::Entity::find()
        .select_only()
        .column(users::Column::Status)
        .filter(users::Column::TenantId.eq(unit.tenant_id))
        .filter(users::Column::Id.eq(id.uuid()))
        .lock_shared()
        .into_tuple()
        .one(held)
        .await?;
    if status.as_deref() != Some(UserStatus::Active.as_str()) {
        return Ok(false);
    }
    let writes = |record: &Record| matches!(record, Record::Credential { credential, .. } if credential.user_id == id);
    let lock = if unit.changeset.records.iter().any(writes) { LockType::NoKeyUpdate } else { LockType::Share };
    let present: Option<i64> = user_credentials::Entity::find()
        .select_only()
        .column(user_credentials::Column::Epoch)
        .filter(user_credentials::Column::TenantId.eq(unit.tenant_id))
        .filter(user_credentials::Column::UserId.eq(id.uuid()))
        .lock(lock)
        .into_tuple()
        .one(held)
        .await?;
    Ok(present == Some(i64::from(epoch)))
}

async fn unchanged_user(held: &Transaction, tenant_id: Uuid, id: UserId, version: Version) -> Result<bool, DbErr> {
    let present: Option<i64> = users::Entity::find()
        .select_only()
        .column(users::Column::Version)
        .filter(users::Column::TenantId.eq(tenant_id))
        .filter(users::Column::Id.eq(id.uuid()))
        .lock_shared()
        .into_tuple()
        .one(held)
        .await?;
    Ok(present == Some(signed(version.get())))
}

/// Locks every active owner in the order of their ids, so that of two who would each leave only the other one waits and then finds
/// out.
async fn another_owner(held: &Transaction, tenant_id: Uuid, id: UserId) -> Result<bool, DbErr> {
    use users::Column;
    let owners: Vec<Uuid> = users::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::TenantId.eq(tenant_id))
        .filter(Column::Role.eq(Role::Owner.as_str()))
        .filter(Column::Status.eq(UserStatus::Active.as_str()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(held)
        .await?;
    Ok(owners.into_iter().any(|owner| owner != id.uuid()))
}

/// `FOR SHARE`: the lock of the foreign key alone lets a deactivation overtake the order.
async fn active_customer(held: &Transaction, tenant_id: Uuid, id: CustomerId) -> Result<Option<Refusal>, DbErr> {
    let status: Option<String> = customers::Entity::find()
        .select_only()
        .column(customers::Column::Status)
        .filter(customers::Column::TenantId.eq(tenant_id))
        .filter(customers::Column::Id.eq(id.uuid()))
        .lock_shared()
        .into_tuple()
        .one(held)
        .await?;
    Ok(match status.as_deref() {
        None => Some(Refusal::NoCustomer(id)),
        Some(status) if status == CustomerStatus::Active.as_str() => None,
        Some(_) => Some(Refusal::InactiveCustomer(id)),
    })
}

/// All customers count, for ever, so the counter is the truth and one statement both checks and counts.
async fn below_customers(
    held: &Transaction,
    tenant_id: Uuid,
    new: u64,
    max: u64,
    add: u64,
) -> Result<Option<Refusal>, DbErr> {
    let fits = tenant_counters::Column::Used.lte(signed(max).saturating_sub(signed(add)));
    if charge(held, tenant_id, new, fits.into_condition()).await? {
        return Ok(None);
    }
    let counter = tenant_counters::Entity::find().filter(of_kind(tenant_id, Quota::Customers)).one(held).await?;
    let current = counter.ok_or_else(|| missing(Quota::Customers))?.used;
    Ok(Some(Refusal::Quota { quota: Quota::Customers, max, current: unsigned(current) }))
}

/// Counts new customers where the condition holds.
async fn charge(held: &Transaction, tenant_id: Uuid, new: u64, fits: Condition) -> Result<bool, DbErr> {
    use tenant_counters::Column;
    let charged = tenant_counters::Entity::update_many()
        .col_expr(Column::Used, Expr::col(Column::Used).add(signed(new)))
        .filter(of_kind(tenant_id, Quota::Customers))
        .filter(fits)
        .exec(held)
        .await?;
    Ok(charged.rows_affected == 1)
}

/// Not all of them count for ever, so the counter's row is only a lock and those that count are counted.
async fn below(
    held: &Transaction,
    tenant_id: Uuid,
    quota: Quota,
    max: u64,
    add: u64,
) -> Result<Option<Refusal>, DbErr> {
    let locked = tenant_counters::Entity::find().filter(of_kind(tenant_id, quota)).lock_exclusive().one(held);
    locked.await?.ok_or_else(|| missing(quota))?;
    let current = match quota {
        Quota::Users => users_in(held, tenant_id).await?,
        Quota::ApiKeys | Quota::Customers => keys_alive(held, tenant_id).await?,
    };
    let holds = current.saturating_add(add) <= max;
    Ok((!holds).then_some(Refusal::Quota { quota, max, current }))
}

/// Whoever is disabled leaves a place.
async fn users_in(held: &Transaction, tenant_id: Uuid) -> Result<u64, DbErr> {
    use users::Column;
    users::Entity::find()
        .filter(Column::TenantId.eq(tenant_id))
        .filter(Column::Status.ne(UserStatus::Disabled.as_str()))
        .count(held)
        .await
}

async fn keys_alive(held: &Transaction, tenant_id: Uuid) -> Result<u64, DbErr> {
    use api_keys::Column;
    let expires_at = Expr::col(Column::ExpiresAt);
    let unexpired =
        Condition::any().add(Column::ExpiresAt.is_null()).add(expires_at.gt(now_millis(held.get_database_backend())));
    api_keys::Entity::find()
        .filter(Column::TenantId.eq(tenant_id))
        .filter(Column::RevokedAt.is_null())
        .filter(unexpired)
        .count(held)
        .await
}

fn of_kind(tenant_id: Uuid, quota: Quota) -> Condition {
    Condition::all()
        .add(tenant_counters::Column::TenantId.eq(tenant_id))
        .add(tenant_counters::Column::Kind.eq(quota.as_str()))
}

fn missing(quota: Quota) -> DbErr {
    DbErr::RecordNotFound(format!("the tenant has no counter of {}", quota.as_str()))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
