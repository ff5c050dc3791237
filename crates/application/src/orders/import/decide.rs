//! Decides on the orders of one changeset: finds their customers or makes them, gives numbers and ids, lets the domain judge.

use std::collections::{BTreeSet, HashMap};

use orderbase_kernel::{CustomerId, Envelope, ExternalReference, InvalidCode, ItemId, OrderId, Timestamp};
use orderbase_orders::{
    CreateCustomer, Customer, CustomerStatus, ImportOrder, Metadata, Order, OrderNumber, PlaceOrder,
};
use uuid::Uuid;

use super::{ImportCustomer, ImportLine, Imported, Placed, Rehearsal};
use crate::app::App;
use crate::changeset::{Change, Changeset, Quota, Require};
use crate::ctx::Ctx;
use crate::error::{Error, Fault};
use crate::events;
use crate::ports::{NumberTicket, Taking};
use crate::tenants::business_date;
use crate::write::quota_max;

/// The last instant that the 48 bits of an id can carry (RFC 9562 §5.7), in milliseconds.
const ID_MILLIS_MAX: i64 = (1 << 48) - 1;

/// A changeset in the making.
pub(super) struct Batch<'a, 'l> {
    app: &'a App,
    ctx: &'a Ctx,
    rehearsal: Option<&'a Rehearsal>,
    now: Timestamp,
    orders_found: HashMap<ExternalReference, OrderId>,
    customers_found: HashMap<ExternalReference, CustomerId>,
    /// Found customers that get no orders; looked up by a dry run only, for a commit finds out under lock.
    inactive: BTreeSet<CustomerId>,
    decided: Decided<'l>,
}

/// A changeset that was decided.
#[derive(Default)]
pub(super) struct Decided<'l> {
    pub results: Vec<(usize, Imported)>,
    pub orders: Vec<DecidedOrder<'l>>,
    pub customers: Vec<NewCustomer>,
    /// Known customers that the orders need active, in the order in which they are locked.
    known: BTreeSet<CustomerId>,
    pub tickets: Vec<NumberTicket>,
}

pub(super) struct DecidedOrder<'l> {
    at: usize,
    pub line: &'l ImportLine,
    order: Order,
    events: Vec<Envelope>,
}

pub(super) struct NewCustomer {
    pub reference: ExternalReference,
    id: CustomerId,
    customer: Customer,
    event: Envelope,
}

impl<'a, 'l> Batch<'a, 'l> {
    pub async fn begin(
        app: &'a App,
        ctx: &'a Ctx,
        rehearsal: Option<&'a Rehearsal>,
        batch: &[Placed<'l>],
    ) -> Result<Self, Error> {
        let orders: Vec<ExternalReference> = batch.iter().map(|(_, line)| line.external_reference.clone()).collect();
        let customers: BTreeSet<&ExternalReference> =
            batch.iter().map(|(_, line)| &line.customer.external_reference).collect();
        let customers: Vec<ExternalReference> = customers.into_iter().cloned().collect();
        let scope = ctx.scope();
        let orders_found: HashMap<_, _> = app.orders.with_references(scope, &orders).await?.into_iter().collect();
        let customers_found: HashMap<_, _> =
            app.customers.with_references(scope, &customers).await?.into_iter().collect();
        let mut inactive = BTreeSet::new();
        if rehearsal.is_some() {
            let ids: Vec<CustomerId> = customers_found.values().copied().collect();
            let views = app.customers.some(scope, &ids).await?;
            let rows = views.into_iter().filter(|view| view.status == CustomerStatus::Inactive);
            inactive.extend(rows.map(|view| view.id));
        }
        let now = app.clock.now();
        Ok(Self { app, ctx, rehearsal, now, orders_found, customers_found, inactive, decided: Decided::default() })
    }

    /// Whether an order of that reference exists, with its id where it is real.
    pub fn existing(&self, line: &ImportLine) -> Option<Option<Uuid>> {
        match self.orders_found.get(&line.external_reference) {
            Some(id) => Some(Some(id.uuid())),
            None => self.rehearsal?.has_order(&line.external_reference).then_some(None),
        }
    }

    pub fn settle(&mut self, at: usize, result: Imported) {
        self.decided.results.push((at, result));
    }

    /// Decides on one line; a refusal is its result.
    ///
    /// # Errors
    /// Where no number could be had.
    pub async fn decide(&mut self, at: usize, line: &'l ImportLine) -> Result<(), Error> {
        match self.try_decide(at, line).await {
            Ok(()) => Ok(()),
            Err(Refusal::Rule(error)) => {
                self.settle(at, Imported::Rejected(error));
                Ok(())
            }
            Err(Refusal::Storage(error)) => Err(error),
        }
    }

    pub fn end(self) -> Decided<'l> {
        self.decided
    }

    async fn try_decide(&mut self, at: usize, line: &'l ImportLine) -> Result<(), Refusal> {
        let created_at = self.believable(line.created_at)?;
        let (customer_id, new) = self.customer(&line.customer, created_at)?;
        let ticket = self.number().await?;

        let decided = self.order(line, customer_id, ticket.map_or(OrderNumber::try_new(1), |t| Ok(t.number)));
        let (order, events) = match decided {
            Ok(decided) => decided,
            Err(error) => {
                if let Some(ticket) = ticket {
                    self.app.numbers.give_back(self.ctx.scope(), ticket).await;
                }
                return Err(Refusal::Rule(error));
            }
        };

        self.decided.tickets.extend(ticket);
        match new {
            Some(new) => self.decided.customers.push(new),
            None if self.customers_found.contains_key(&line.customer.external_reference) => {
                self.decided.known.insert(customer_id);
            }
            None => {}
        }
        self.decided.orders.push(DecidedOrder { at, line, order, events });
        Ok(())
    }

    /// An id must be able to carry the time, and history is over.
    fn believable(&self, created_at: Timestamp) -> Result<Timestamp, Error> {
        if (0..=ID_MILLIS_MAX).contains(&created_at.millis()) && created_at <= self.now {
            return Ok(created_at);
        }
        let detail = "must be from 1970 on and not in the future";
        Err(Error::invalid(Fault::ruled("#/created_at", InvalidCode::OutOfRange, detail)))
    }

    /// The customer's id, and the customer where it has to be made.
    fn customer(&self, wanted: &ImportCustomer, at: Timestamp) -> Result<(CustomerId, Option<NewCustomer>), Error> {
        if let Some(id) = self.customers_found.get(&wanted.external_reference) {
            return if self.inactive.contains(id) { Err(Error::CustomerInactive) } else { Ok((*id, None)) };
        }
        let made = self.decided.customers.iter().find(|new| new.reference == wanted.external_reference);
        if let Some(new) = made {
            return Ok((new.id, None));
        }
        let id = CustomerId::from_uuid(self.app.ids.at(at));
        if self.rehearsal.is_some_and(|rehearsal| rehearsal.has_customer(&wanted.external_reference)) {
            return Ok((id, None));
        }
        let (customer, event) = Customer::create(CreateCustomer {
            id,
            tenant_id: self.ctx.tenant.id(),
            name: wanted.name.clone(),
            email: wanted.email.clone(),
            external_reference: Some(wanted.external_reference.clone()),
            metadata: Metadata::empty(),
        })?;
        let event = events::of_imported_customer(self.app, self.ctx, &customer, &event)?;
        Ok((id, Some(NewCustomer { reference: wanted.external_reference.clone(), id, customer, event })))
    }

    /// An uncharged number; none for a dry run.
    async fn number(&self) -> Result<Option<NumberTicket>, Refusal> {
        if self.rehearsal.is_some() {
            return Ok(None);
        }
        match self.app.numbers.take(self.ctx.scope(), None).await {
            Ok(Taking::Taken(ticket)) => Ok(Some(ticket)),
            Ok(Taking::QuotaReached { .. }) => {
                Err(Refusal::Storage(Error::internal("a number was refused though nothing is charged")))
            }
            Err(error) => Err(Refusal::Storage(error.into())),
        }
    }

    fn order(
        &self,
        line: &ImportLine,
        customer_id: CustomerId,
        number: Result<OrderNumber, orderbase_kernel::Invalid>,
    ) -> Result<(Order, Vec<Envelope>), Error> {
        let at = line.created_at;
        let id = OrderId::from_uuid(self.app.ids.at(at));
        let items =
            line.items.iter().map(|item| item.clone().with_id(ItemId::from_uuid(self.app.ids.at(at)))).collect();
        let place = PlaceOrder {
            id,
            tenant_id: self.ctx.tenant.id(),
            number: number.map_err(Error::internal)?,
            customer_id,
            currency: line.currency,
            items,
            external_reference: Some(line.external_reference.clone()),
            metadata: line.metadata.clone(),
            business_date: business_date(&self.ctx.tenant, at)?,
        };
        let (order, events) = Order::import(ImportOrder { place, status: line.status }, &self.ctx.order_policy())?;
        let events = events::of_imported_order(self.app, self.ctx, &order, &events)?;
        Ok((order, events))
    }
}

/// Why a line was not decided.
enum Refusal {
    /// The line's own fault.
    Rule(Error),
    /// Not its fault: the run ends.
    Storage(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Rule(error)
    }
}

impl Decided<'_> {
    /// The changeset of everything decided: counters, customers, orders.
    pub fn take_changeset(&mut self, ctx: &Ctx) -> Result<Changeset, Error> {
        let mut changeset = Changeset::new();
        if !self.customers.is_empty() {
            let max = quota_max(&ctx.limits(), Quota::Customers);
            let add = self.customers.len() as u64;
            changeset = changeset.require(Require::Below { quota: Quota::Customers, max, add });
        }
        for id in &self.known {
            changeset = changeset.require(Require::ActiveCustomer(*id));
        }
        for new in &self.customers {
            changeset = changeset.change(Change::insert(new.customer.clone(), vec![new.event.clone()])?);
        }
        for decided in &mut self.orders {
            let events = std::mem::take(&mut decided.events);
            changeset = changeset.change(Change::insert(decided.order.clone(), events)?);
        }
        Ok(changeset)
    }

    /// What became of each line, once the orders stand.
    pub fn into_results(self) -> Vec<(usize, Imported)> {
        let accepted = self.orders.into_iter().map(|decided| {
            let (items, total) = (decided.order.item_count(), decided.order.total());
            (decided.at, Imported::Accepted { items, total })
        });
        self.results.into_iter().chain(accepted).collect()
    }
}
