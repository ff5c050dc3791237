//! Events of customers.

use orderbase_kernel::{AggregateRef, AggregateType, Envelope, EventId};
use orderbase_orders::{Customer, CustomerEvent, CustomerEventKind};
use serde::Serialize;

use super::envelope::{Happened, row};
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Error;

/// The row of the event that led to the customer's present state.
///
/// # Errors
/// [`Error::Internal`] if the data cannot be written.
pub fn of_customer(app: &App, ctx: &Ctx, customer: &Customer, event: &CustomerEvent) -> Result<Envelope, Error> {
    let data = Data {
        changed: event.changed(),
        id: customer.id().to_string(),
        status: customer.status().as_str(),
        version: event.sequence.get(),
    };
    row(
        ctx,
        Happened {
            id: app.ids.next(event.occurred_at),
            of: AggregateRef::new(AggregateType::Customer, customer.id().uuid()),
            sequence: event.sequence,
            event_type: event.event_type(),
            occurred_at: event.occurred_at,
            data: &data,
            personal: Personal::of(customer, event),
        },
    )
}

/// The row of the event that an imported customer begins with: marked, and with an id of the time it stands for.
///
/// # Errors
/// As [`of_customer`].
pub fn of_imported_customer(
    app: &App,
    ctx: &Ctx,
    customer: &Customer,
    event: &CustomerEvent,
) -> Result<Envelope, Error> {
    let row = of_customer(app, ctx, customer, event)?;
    Ok(Envelope { id: EventId::from_uuid(app.ids.at(event.occurred_at)), imported: true, ..row })
}

/// The customer after the event, without the person.
#[derive(Serialize)]
struct Data {
    changed: Vec<String>,
    id: String,
    status: &'static str,
    version: u64,
}

/// The person after the event, as far as the event touched it.
#[derive(Serialize)]
struct Personal<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

impl<'a> Personal<'a> {
    fn of(customer: &'a Customer, event: &CustomerEvent) -> Option<Self> {
        let (name, email) = match &event.kind {
            CustomerEventKind::Created(_) => (true, true),
            CustomerEventKind::Updated { name, email, .. } => (name.is_some(), !email.is_keep()),
            _ => (false, false),
        };
        let personal = Self {
            email: customer.email().filter(|_| email).map(|email| email.as_str()),
            name: name.then(|| customer.name().as_str()),
        };
        (personal.email.is_some() || personal.name.is_some()).then_some(personal)
    }
}
