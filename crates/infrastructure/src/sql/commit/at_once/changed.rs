//! The shape of a transition, a note, an update: one order, its lines as they were.

use orderbase_application::changeset::Aggregate;
use sea_orm::Value;

use super::event_values;
use crate::sql::commit::rows;
use crate::sql::commit::unit::Unit;

pub(super) const SQL: &str = include_str!("changed.sql");

/// The values of the statement, if the unit has its shape.
pub(super) fn values(unit: &Unit) -> Option<Vec<Value>> {
    let ([change], [], true) = (&*unit.changeset.changes, &*unit.changeset.requires, unit.is_bare()) else {
        return None;
    };
    let (Aggregate::Order(order), [event], Some(read)) = (change.aggregate(), change.events(), change.read()) else {
        return None;
    };
    if change.items_replaced() {
        return None;
    }
    let (cancel, millis) = (order.cancel_details(), rows::millis);
    let mut values: Vec<Value> = vec![
        unit.tenant_id.into(),
        order.id().uuid().into(),
        rows::version(read).into(),
        order.status().as_str().into(),
        order.total().minor().into(),
        rows::item_count(order).into(),
        order.external_reference().map(|reference| reference.as_str().to_owned()).into(),
        order.metadata().canonical().into(),
        cancel.map(|cancel| cancel.reason.as_str().to_owned()).into(),
        cancel.and_then(|cancel| cancel.note.as_ref()).map(|note| note.as_str().to_owned()).into(),
        millis(order.confirmed_at()).into(),
        millis(order.processing_at()).into(),
        millis(order.completed_at()).into(),
        millis(order.cancelled_at()).into(),
        order.updated_at().millis().into(),
        rows::version(order.version()).into(),
    ];
    values.extend(event_values(event));
    Some(values)
}
