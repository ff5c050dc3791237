//! Who holds the value that a changeset wanted for itself, and which customer it named in vain. Asked after the rollback, so that the answer is what others see.

use orderbase_application::changeset::{Aggregate, Outcome, Refusal, Unique};
use orderbase_kernel::CustomerId;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::unit::Unit;
use crate::sql::entity::{customers, orders, tenants, users};

/// The outcome for a value that is taken, with its holder where there is one: it may be gone, or be in the changeset itself.
pub(in crate::sql) async fn outcome_of_taken<C: ConnectionTrait>(
    connection: &C,
    unit: &Unit,
    unique: Unique,
) -> Outcome {
    match held(connection, unit, unique).await {
        Ok((unique, existing_id)) => Outcome::Duplicate { unique, existing_id },
        Err(error) => {
            tracing::warn!(%error, "the holder of a taken value was not found out");
            Outcome::Duplicate { unique, existing_id: None }
        }
    }
}

/// A row may want two values that are taken. PostgreSQL tries its oldest index first and SQLite its newest; both shall name the same.
async fn held<C: ConnectionTrait>(connection: &C, unit: &Unit, found: Unique) -> Result<(Unique, Option<Uuid>), DbErr> {
    let first = match found {
        Unique::OrderExternalReference => Some(Unique::OrderNumber),
        Unique::CustomerExternalReference => Some(Unique::CustomerEmail),
        Unique::OrderNumber | Unique::CustomerEmail | Unique::TenantSlug | Unique::UserEmail => None,
    };
    if let Some(first) = first.filter(|_| connection.get_database_backend() == DbBackend::Sqlite)
        && let Some(holder) = holder(connection, unit, first).await?
    {
        return Ok((first, Some(holder)));
    }
    Ok((found, holder(connection, unit, found).await?))
}

/// The outcome for new orders of which one names a customer that is not there: the first such.
pub(in crate::sql) async fn outcome_of_no_customer<C: ConnectionTrait>(
    connection: &C,
    unit: &Unit,
) -> Result<Outcome, DbErr> {
    let is_new =
        |id| unit.inserted().any(|other| matches!(other, Aggregate::Customer(customer) if customer.id() == id));
    let mut named: Vec<CustomerId> = Vec::new();
    for aggregate in unit.inserted() {
        let Aggregate::Order(order) = aggregate else { continue };
        let id = order.customer_id();
        if !is_new(id) && !named.contains(&id) {
            named.push(id);
        }
    }
    let stored: Vec<Uuid> = match named.len() {
        0 | 1 => Vec::new(),
        _ => {
            use customers::Column;
            let of = customers::Entity::find().select_only().column(Column::Id);
            let of = of.filter(Column::TenantId.eq(unit.tenant_id));
            of.filter(Column::Id.is_in(named.iter().map(|id| id.uuid()))).into_tuple().all(connection).await?
        }
    };
    let missing = named.iter().find(|id| !stored.contains(&id.uuid())).or(named.first());
    let missing = missing.ok_or_else(|| DbErr::Custom("a foreign key failed that no new order has".to_owned()))?;
    Ok(Outcome::Refused(Refusal::NoCustomer(*missing)))
}

async fn holder<C: ConnectionTrait>(connection: &C, unit: &Unit, unique: Unique) -> Result<Option<Uuid>, DbErr> {
    match unique {
        Unique::OrderNumber | Unique::OrderExternalReference => order(connection, unit, unique).await,
        Unique::CustomerEmail | Unique::CustomerExternalReference => customer(connection, unit, unique).await,
        Unique::TenantSlug => tenant(connection, unit).await,
        Unique::UserEmail => user(connection, unit).await,
    }
}

async fn order<C: ConnectionTrait>(connection: &C, unit: &Unit, unique: Unique) -> Result<Option<Uuid>, DbErr> {
    use orders::Column;
    let mut any = Condition::any();
    for change in &unit.changeset.changes {
        let Aggregate::Order(order) = change.aggregate() else { continue };
        let other = Condition::all().add(Column::Id.ne(order.id().uuid()));
        any = match (unique, order.external_reference()) {
            (Unique::OrderNumber, _) => {
                any.add(other.add(Column::Number.eq(i64::try_from(order.number().get()).unwrap_or(i64::MAX))))
            }
            (_, Some(reference)) => any.add(other.add(Column::ExternalReference.eq(reference.as_str()))),
            (_, None) => any,
        };
    }
    if any.is_empty() {
        return Ok(None);
    }
    let holder = orders::Entity::find().select_only().column(Column::Id).filter(Column::TenantId.eq(unit.tenant_id));
    holder.filter(any).into_tuple().one(connection).await
}

async fn customer<C: ConnectionTrait>(connection: &C, unit: &Unit, unique: Unique) -> Result<Option<Uuid>, DbErr> {
    use customers::Column;
    let mut any = Condition::any();
    for change in &unit.changeset.changes {
        let Aggregate::Customer(customer) = change.aggregate() else { continue };
        let other = Condition::all().add(Column::Id.ne(customer.id().uuid()));
        any = match (unique, customer.email(), customer.external_reference()) {
            (Unique::CustomerEmail, Some(email), _) => any.add(other.add(Column::Email.eq(email.as_str()))),
            (Unique::CustomerExternalReference, _, Some(reference)) => {
                any.add(other.add(Column::ExternalReference.eq(reference.as_str())))
            }
            _ => any,
        };
    }
    if any.is_empty() {
        return Ok(None);
    }
    let holder = customers::Entity::find().select_only().column(Column::Id).filter(Column::TenantId.eq(unit.tenant_id));
    holder.filter(any).into_tuple().one(connection).await
}

async fn user<C: ConnectionTrait>(connection: &C, unit: &Unit) -> Result<Option<Uuid>, DbErr> {
    use users::Column;
    let mut any = Condition::any();
    for change in &unit.changeset.changes {
        let Aggregate::User(user) = change.aggregate() else { continue };
        let other = Condition::all().add(Column::Id.ne(user.id().uuid()));
        any = any.add(other.add(Column::Email.eq(user.email().as_str())));
    }
    if any.is_empty() {
        return Ok(None);
    }
    let holder = users::Entity::find().select_only().column(Column::Id).filter(Column::TenantId.eq(unit.tenant_id));
    holder.filter(any).into_tuple().one(connection).await
}

async fn tenant<C: ConnectionTrait>(connection: &C, unit: &Unit) -> Result<Option<Uuid>, DbErr> {
    use tenants::Column;
    let wanted = unit.inserted().find_map(|aggregate| match aggregate {
        Aggregate::Tenant(tenant) => Some(tenant.slug().as_str()),
        _ => None,
    });
    let Some(slug) = wanted else { return Ok(None) };
    tenants::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Slug.eq(slug))
        .into_tuple()
        .one(connection)
        .await
}
