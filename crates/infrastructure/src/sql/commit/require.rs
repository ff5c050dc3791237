//! Checks, under lock, what a changeset requires of things that it does not itself change.

use orderbase_application::changeset::{Quota, Refusal, Require};
use orderbase_kernel::CustomerId;
use orderbase_orders::CustomerStatus;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::claim::now_millis;
use crate::sql::entity::{api_keys, customers, tenant_counters};
use crate::sql::session::Session;

/// Why the requirement does not hold; `None` if it does, and then it does so until the end of the transaction.
pub(super) async fn refusal(session: &Session, tenant_id: Uuid, require: &Require) -> Result<Option<Refusal>, DbErr> {
    match require {
        Require::ActiveCustomer(id) => active_customer(session, tenant_id, *id).await,
        Require::Below { quota, max, add } => match quota {
            Quota::Customers => below_customers(session, tenant_id, *max, *add).await,
            Quota::ApiKeys => below_keys(session, tenant_id, *max, *add).await,
        },
    }
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

/// All customers count, for ever, so the counter is the truth and one statement both checks and charges.
async fn below_customers(session: &Session, tenant_id: Uuid, max: u64, add: u64) -> Result<Option<Refusal>, DbErr> {
    use tenant_counters::Column;
    let (most, more) = (signed(max), signed(add));
    let charged = tenant_counters::Entity::update_many()
        .col_expr(Column::Used, Expr::col(Column::Used).add(more))
        .filter(of_kind(tenant_id, Quota::Customers))
        .filter(Column::Used.lte(most.saturating_sub(more)))
        .exec(session)
        .await?;
    if charged.rows_affected == 1 {
        return Ok(None);
    }
    let counter = tenant_counters::Entity::find().filter(of_kind(tenant_id, Quota::Customers)).one(session).await?;
    let current = counter.ok_or_else(|| missing(Quota::Customers))?.used;
    Ok(Some(Refusal::Quota { quota: Quota::Customers, max, current: unsigned(current) }))
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
