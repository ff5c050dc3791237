//! Writes what is new: one statement per table, whatever the changeset holds of it.

use orderbase_application::changeset::Aggregate;
use orderbase_orders::Order;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, Iterable, Statement};
use uuid::Uuid;

use super::rows;
use super::unit::Unit;
use crate::sql::entity::{
    api_key_directory, api_keys, audit_log, customers, events, order_items, orders, tenant_counters, tenants, users,
};
use crate::sql::rows::{audit, user};
use crate::sql::transaction::Transaction;

/// SQLite binds 32 766 values to a statement, PostgreSQL 65 535.
const BINDS_MAX: usize = 32_000;

/// Inserts the new aggregates, those that others refer to first.
pub(super) async fn aggregates(held: &Transaction, unit: &Unit) -> Result<(), DbErr> {
    let mut new = New::default();
    for aggregate in unit.inserted() {
        new.take(aggregate);
    }
    many::<tenants::Entity, _>(held, new.tenants).await?;
    many::<tenant_counters::Entity, _>(held, new.counters).await?;
    many::<users::Entity, _>(held, new.users).await?;
    many::<api_keys::Entity, _>(held, new.keys).await?;
    many::<api_key_directory::Entity, _>(held, new.directory).await?;
    many::<customers::Entity, _>(held, new.customers).await?;
    many::<orders::Entity, _>(held, new.orders.iter().map(|order| rows::order(order)).collect()).await?;
    items(held, &new.orders).await
}

#[derive(Default)]
struct New<'unit> {
    tenants: Vec<tenants::ActiveModel>,
    counters: Vec<tenant_counters::ActiveModel>,
    users: Vec<users::ActiveModel>,
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
            Aggregate::User(user) => self.users.push(user::row(user)),
            Aggregate::Customer(customer) => self.customers.push(rows::customer(customer)),
            Aggregate::Order(order) => self.orders.push(order),
        }
    }
}

/// Inserts the events of the unit.
pub(super) async fn events(held: &Transaction, unit: &Unit) -> Result<(), DbErr> {
    many::<events::Entity, _>(held, unit.events().map(rows::event).collect()).await
}

/// Inserts the rows of the audit log.
pub(super) async fn audit(held: &Transaction, unit: &Unit) -> Result<(), DbErr> {
    many::<audit_log::Entity, _>(held, unit.changeset.audit.iter().map(audit::row).collect()).await
}

/// Inserts rows with as few statements as the bind limit allows; none for none.
pub(super) async fn many<E, A>(held: &Transaction, rows: Vec<A>) -> Result<(), DbErr>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E> + Send,
{
    let at_once = BINDS_MAX / E::Column::iter().count().max(1);
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Vec<A> = rows.by_ref().take(at_once).collect();
        E::insert_many(some).exec_without_returning(held).await?;
    }
    Ok(())
}

/// Inserts the lines of orders.
pub(super) async fn items(held: &Transaction, of: &[&Order]) -> Result<(), DbErr> {
    match held.get_database_backend() {
        DbBackend::Postgres => items_as_arrays(held, of).await,
        _ => many::<order_items::Entity, _>(held, of.iter().flat_map(|order| rows::items(order)).collect()).await,
    }
}

/// As arrays, so that orders of any length share one statement text: each length of `VALUES` would be a prepared statement of its
/// own and push others out of the connection's cache.
async fn items_as_arrays(held: &Transaction, of: &[&Order]) -> Result<(), DbErr> {
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
    held.execute_raw(statement).await.map(drop)
}

/// Replaces the lines of an order that exists.
pub(super) async fn items_anew(held: &Transaction, order: &Order) -> Result<(), DbErr> {
    use sea_orm::{ColumnTrait, QueryFilter};
    let (tenant_id, order_id): (Uuid, Uuid) = (order.tenant_id().uuid(), order.id().uuid());
    order_items::Entity::delete_many()
        .filter(order_items::Column::TenantId.eq(tenant_id))
        .filter(order_items::Column::OrderId.eq(order_id))
        .exec(held)
        .await?;
    items(held, &[order]).await
}
