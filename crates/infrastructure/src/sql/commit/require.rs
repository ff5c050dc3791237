//! Checks, under lock, what a changeset requires of things that it does not itself change.

use orderbase_application::changeset::{Aggregate, Quota, Refusal, Require};
use orderbase_kernel::CustomerId;
use orderbase_orders::CustomerStatus;
use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::claim::now_millis;
use super::unit::Unit;
use crate::sql::entity::{api_keys, customers, tenant_counters};
use crate::sql::session::Session;

/// Why a requirement does not hold; `None` if all do, and then they do so until the end of the transaction. The counters come
/// first, as in every transaction, so that two never wait for each other.
pub(super) async fn refusal(session: &Session, unit: &Unit) -> Result<Option<Refusal>, DbErr> {
    let requires = &unit.changeset.requires;
    let mut customers = unit.inserted().filter(|aggregate| matches!(aggregate, Aggregate::Customer(_))).count() as u64;
    for require in requires {
        let Require::Below { quota, max, add } = require else { continue };
        let refusal = match quota {
            Quota::Customers => {
                below_customers(session, unit.tenant_id, std::mem::take(&mut customers), *max, *add).await?
            }
            Quota::ApiKeys => below_keys(session, unit.tenant_id, *max, *add).await?,
        };
        if refusal.is_some() {
            return Ok(refusal);
        }
    }
    if customers > 0 {
        charge(session, unit.tenant_id, customers, Condition::all()).await?;
    }
    for require in requires {
        let Require::ActiveCustomer(id) = require else { continue };
        let refusal = active_customer(session, unit.tenant_id, *id).await?;
        if refusal.is_some() {
            return Ok(refusal);
        }
    }
    Ok(None)
}

/// `FOR SHARE`: the lock of the foreign key alone lets a deactivation overtake the order.
async fn active_customer(session: &Session, tenant_id: Uuid, id: CustomerId) -> Result<Option<Refusal>, DbErr> {
    let status: Option<String> = customers::Entity::find()
        .select_only()
        .column(customers::Column::Status)
        .filter(customers::Column::TenantId.eq(tenant_id))
        .filter(customers::Column::Id.eq(id.uuid()))
        .lock_shared()
        .into_tuple()
        .one(session)
        .await?;
    Ok(match status.as_deref() {
        None => Some(Refusal::NoCustomer(id)),
        Some(status) if status == CustomerStatus::Active.as_str() => None,
        Some(_) => Some(Refusal::InactiveCustomer(id)),
    })
}

/// All customers count, for ever, so the counter is the truth and one statement both checks and counts.
async fn below_customers(
    session: &Session,
    tenant_id: Uuid,
    new: u64,
    max: u64,
    add: u64,
) -> Result<Option<Refusal>, DbErr> {
    let fits = tenant_counters::Column::Used.lte(signed(max).saturating_sub(signed(add)));
    if charge(session, tenant_id, new, fits.into_condition()).await? {
        return Ok(None);
    }
    let counter = tenant_counters::Entity::find().filter(of_kind(tenant_id, Quota::Customers)).one(session).await?;
    let current = counter.ok_or_else(|| missing(Quota::Customers))?.used;
    Ok(Some(Refusal::Quota { quota: Quota::Customers, max, current: unsigned(current) }))
}

/// Counts new customers where the condition holds.
async fn charge(session: &Session, tenant_id: Uuid, new: u64, fits: Condition) -> Result<bool, DbErr> {
    use tenant_counters::Column;
    let charged = tenant_counters::Entity::update_many()
        .col_expr(Column::Used, Expr::col(Column::Used).add(signed(new)))
        .filter(of_kind(tenant_id, Quota::Customers))
        .filter(fits)
        .exec(session)
        .await?;
    Ok(charged.rows_affected == 1)
}

/// What is revoked or has expired does not count, so the counter's row is only a lock and the keys are counted.
async fn below_keys(session: &Session, tenant_id: Uuid, max: u64, add: u64) -> Result<Option<Refusal>, DbErr> {
    let locked =
        tenant_counters::Entity::find().filter(of_kind(tenant_id, Quota::ApiKeys)).lock_exclusive().one(session);
    locked.await?.ok_or_else(|| missing(Quota::ApiKeys))?;
    let expires_at = Expr::col(api_keys::Column::ExpiresAt);
    let alive = api_keys::Entity::find()
        .filter(api_keys::Column::TenantId.eq(tenant_id))
        .filter(api_keys::Column::RevokedAt.is_null())
        .filter(
            Condition::any()
                .add(api_keys::Column::ExpiresAt.is_null())
                .add(expires_at.gt(now_millis(session.get_database_backend()))),
        );
    let current = alive.count(session).await?;
    let holds = current.saturating_add(add) <= max;
    Ok((!holds).then_some(Refusal::Quota { quota: Quota::ApiKeys, max, current }))
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
