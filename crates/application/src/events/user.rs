//! Events of users. Name and e-mail are personal.

use orderbase_kernel::{AggregateRef, AggregateType, Envelope};
use orderbase_tenancy::{User, UserEvent};
use serde::Serialize;

use super::envelope::{Happened, row};
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Error;

/// The row of the event that led to the user's present state.
///
/// # Errors
/// [`Error::Internal`] if the data cannot be written.
pub fn of_user(app: &App, ctx: &Ctx, user: &User, event: &UserEvent) -> Result<Envelope, Error> {
    let data = Data {
        changed: event.changed(),
        id: user.id().to_string(),
        role: user.role().as_str(),
        status: user.status().as_str(),
        version: event.sequence.get(),
    };
    row(
        ctx,
        Happened {
            id: app.ids.next(event.occurred_at),
            of: AggregateRef::new(AggregateType::User, user.id().uuid()),
            sequence: event.sequence,
            event_type: event.event_type(),
            occurred_at: event.occurred_at,
            data: &data,
            personal: Some(Personal { email: user.email().as_str(), name: user.name().map(|name| name.as_str()) }),
        },
    )
}

/// The user after the event.
#[derive(Serialize)]
struct Data {
    changed: Vec<String>,
    id: String,
    role: &'static str,
    status: &'static str,
    version: u64,
}

#[derive(Serialize)]
struct Personal<'a> {
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}
