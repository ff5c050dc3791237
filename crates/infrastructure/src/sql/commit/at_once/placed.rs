//! The shape of a placed order.

use orderbase_application::changeset::{Aggregate, Require};
use orderbase_orders::OrderStatus;
use sea_orm::Value;

use super::event_values;
use crate::sql::commit::rows::{self, ItemColumns};
use crate::sql::commit::unit::Unit;

pub(super) const SQL: &str = include_str!("placed.sql");

/// The values of the statement, if the unit has its shape.
pub(super) fn values(unit: &Unit) -> Option<Vec<Value>> {
    let changeset = &unit.changeset;
    let ([change], [Require::ActiveCustomer(customer_id)], true) =
        (&*changeset.changes, &*changeset.requires, unit.is_bare())
    else {
        return None;
    };
    let (Aggregate::Order(order), [event]) = (change.aggregate(), change.events()) else { return None };
    let is_placed = change.read().is_none() && order.status() == OrderStatus::Pending;
    if !is_placed || order.customer_id() != *customer_id {
        return None;
    }
    let mut values: Vec<Value> = vec![
        unit.tenant_id.into(),
        order.customer_id().uuid().into(),
        order.id().uuid().into(),
        rows::signed(order.number().get()).into(),
        order.status().as_str().into(),
        order.currency().code().into(),
        order.total().minor().into(),
        rows::item_count(order).into(),
        order.external_reference().map(|reference| reference.as_str().to_owned()).into(),
        order.metadata().canonical().into(),
        rows::date(order).into(),
        order.created_at().millis().into(),
        order.updated_at().millis().into(),
        rows::version(order.version()).into(),
    ];
    values.extend(ItemColumns::of(&[order]).into_own_values());
    values.extend(event_values(event));
    Some(values)
}
