//! A placed order in one PostgreSQL statement: claim, customer, order, lines and event, inside the bracket of the transaction.
//! Five messages less to wait for than step by step, which is what every other changeset takes, and this one where it fails.
//!
//! It decides nothing: it tells how far it came, and `apply` makes the outcome of it.

use orderbase_application::changeset::{Aggregate, Change, Claim, Require};
use orderbase_kernel::{AggregateType, Envelope};
use orderbase_orders::{Order, OrderStatus};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

use super::claim;
use super::rows::{self, ItemColumns};
use super::unit::Unit;
use crate::sql::session::Session;

const CLAIMED: &str = concat!(include_str!("placed_claimed.sql"), include_str!("placed.sql"));
const UNCLAIMED: &str = concat!(include_str!("placed_unclaimed.sql"), include_str!("placed.sql"));

/// A changeset of that shape: one new pending order with its one event, its customer required to be active, maybe a claim.
pub(super) struct Placed<'unit> {
    unit: &'unit Unit,
    order: &'unit Order,
    event: &'unit Envelope,
}

/// How far the statement came. What it wrote is void where it did not come to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    End,
    /// The key belongs to another attempt; nothing was written.
    OthersClaim,
    /// The customer is not there, or not active; at most the claim was written.
    NoActiveCustomer,
}

impl<'unit> Placed<'unit> {
    pub fn of(unit: &'unit Unit) -> Option<Self> {
        let ([change], [Require::ActiveCustomer(customer_id)]) = (&*unit.changeset.changes, &*unit.changeset.requires)
        else {
            return None;
        };
        let (Aggregate::Order(order), [event]) = (change.aggregate(), change.events()) else { return None };
        let is_placed = change.read().is_none() && order.status() == OrderStatus::Pending;
        let fits = is_placed && order.customer_id() == *customer_id && is_of_order(change, event);
        fits.then_some(Self { unit, order, event })
    }

    pub async fn run(&self, session: &Session) -> Result<Reached, DbErr> {
        let claim = self.unit.changeset.claim.as_ref();
        let sql = if claim.is_some() { CLAIMED } else { UNCLAIMED };
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, self.values(claim));
        let row = session.query_one_raw(statement).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("a statement of counts has one row".to_owned()))?;
        let (claimed, placed): (i64, i64) = (row.try_get("", "claimed")?, row.try_get("", "placed")?);
        Ok(match (claimed, placed) {
            (_, 1) => Reached::End,
            (0, _) => Reached::OthersClaim,
            _ => Reached::NoActiveCustomer,
        })
    }

    fn values(&self, claim: Option<&Claim>) -> Vec<Value> {
        let (order, event) = (self.order, self.event);
        let mut values: Vec<Value> = vec![
            self.unit.tenant_id.into(),
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
        values.extend([
            rows::version(event.sequence).into(),
            event.id.uuid().into(),
            event.event_type.as_ref().into(),
            i32::from(event.schema_version).into(),
            event.occurred_at.millis().into(),
            event.actor.kind().into(),
            event.actor.id().into(),
            event.request_id.as_str().into(),
            event.data.clone().into(),
            event.personal.clone().into(),
            event.imported.into(),
        ]);
        values.extend(claim.into_iter().flat_map(|claim| claim::values(claim, self.unit.keep_secs)));
        values
    }
}

fn is_of_order(change: &Change, event: &Envelope) -> bool {
    event.aggregate.kind == AggregateType::Order && event.aggregate == change.aggregate().reference()
}
