//! Writes what is new: one statement per table, whatever the changeset holds of it.

use orderbase_application::changeset::Aggregate;
use orderbase_orders::Order;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, Iterable, Statement};
use uuid::Uuid;

use super::rows;
use super::unit::Unit;
use crate::sql::entity::{
    api_key_directory, api_keys, customers, events, order_items, orders, tenant_counters, tenants,
};
use crate::sql::session::Session;

/// SQLite binds 32 766 values to a statement, PostgreSQL 65 535.
const BINDS_MAX: usize = 32_000;

/// Inserts the new aggregates, those that others refer to first.
pub(super) async fn aggregates(session: &Session, unit: &Unit) -> Result<(), DbErr> {
    let mut new = New::default();
    for aggregate in unit.inserted() {
        new.take(aggregate);
    }
    many::<tenants::Entity, _>(session, new.tenants).await?;
    many::<tenant_counters::Entity, _>(session, new.counters).await?;
    many::<api_keys::Entity, _>(session, new.keys).await?;
    many::<api_key_directory::Entity, _>(session, new.directory).await?;
    many::<customers::Entity, _>(session, new.customers).await?;
    many::<orders::Entity, _>(session, new.orders.iter().map(|order| rows::order(order)).collect()).await?;
    items(session, &new.orders).await
}

#[derive(Default)]
struct New<'unit> {
    tenants: Vec<tenants::ActiveModel>,
    counters: Vec<tenant_counters::ActiveModel>,
    keys: Vec<api_keys::ActiveModel>,
    directory: Vec<api_key_directory::ActiveModel>,
    customers: Vec<customers::ActiveModel>,
    orders: Vec<&'unit Order>,
}

impl<'unit> New<'unit> {
    fn take(&mut self, aggregate: &'unit Aggregate) {
        match aggregate {
            Aggregate::Tenant(tenant) => {
                self.tenants.push(rows::tenant(tenant));
                self.counters.extend(rows::counters(tenant));
            }
            Aggregate::ApiKey(key) => {
                self.keys.push(rows::api_key(key));
                self.directory.extend(rows::directory(key));
            }
            Aggregate::Customer(customer) => self.customers.push(rows::customer(customer)),
            Aggregate::Order(order) => self.orders.push(order),
        }
    }
}

/// Inserts the events of the unit.
pub(super) async fn events(session: &Session, unit: &Unit) -> Result<(), DbErr> {
    many::<events::Entity, _>(session, unit.events().map(rows::event).collect()).await
}

/// Inserts rows with as few statements as the bind limit allows; none for none.
pub(super) async fn many<E, A>(session: &Session, rows: Vec<A>) -> Result<(), DbErr>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E> + Send,
{
    let at_once = BINDS_MAX / E::Column::iter().count().max(1);
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Vec<A> = rows.by_ref().take(at_once).collect();
        E::insert_many(some).exec_without_returning(session).await?;
    }
    Ok(())
}

/// Inserts the lines of orders.
pub(super) async fn items(session: &Session, of: &[&Order]) -> Result<(), DbErr> {
    match session.get_database_backend() {
        DbBackend::Postgres => items_as_arrays(session, of).await,
        _ => many::<order_items::Entity, _>(session, of.iter().flat_map(|order| rows::items(order)).collect()).await,
    }
}

/// As arrays, so that orders of any length share one statement text: each length of `VALUES` would be a prepared statement of its
/// own and push others out of the connection's cache.
async fn items_as_arrays(session: &Session, of: &[&Order]) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO order_items \
        (tenant_id, order_id, id, product_id, sku, name, quantity, unit_price_minor) \
        SELECT tenant_id, order_id, id, product_id, nullif(sku, ''), nullif(name, ''), quantity, unit_price_minor \
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[], $8::bigint[]) \
        AS line (tenant_id, order_id, id, product_id, sku, name, quantity, unit_price_minor)";
    let columns = rows::ItemColumns::of(of);
    if columns.is_empty() {
        return Ok(());
    }
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, SQL, columns.into_values());
    session.execute_raw(statement).await.map(drop)
}

/// Replaces the lines of an order that exists.
pub(super) async fn items_anew(session: &Session, order: &Order) -> Result<(), DbErr> {
    use sea_orm::{ColumnTrait, QueryFilter};
    let (tenant_id, order_id): (Uuid, Uuid) = (order.tenant_id().uuid(), order.id().uuid());
    order_items::Entity::delete_many()
        .filter(order_items::Column::TenantId.eq(tenant_id))
        .filter(order_items::Column::OrderId.eq(order_id))
        .exec(session)
        .await?;
    items(session, &[order]).await
}
