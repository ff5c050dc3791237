//! Events of API keys. No hash and no text of a key ever stands in one.

use orderbase_kernel::{AggregateRef, AggregateType, Envelope};
use orderbase_tenancy::{ApiKey, ApiKeyEvent};
use serde::Serialize;

use super::envelope::{Happened, row};
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Error;

/// The row of the event that led to the key's present state.
///
/// # Errors
/// [`Error::Internal`] if the data cannot be written.
pub fn of_api_key(app: &App, ctx: &Ctx, key: &ApiKey, event: &ApiKeyEvent) -> Result<Envelope, Error> {
    let data = Data {
        changed: event.changed(),
        expires_at: key.expires_at().map(|at| at.to_string()),
        hint: key.hint(),
        id: key.id().to_string(),
        name: key.name().as_str(),
        scopes: key.scopes().texts(),
        version: event.sequence.get(),
    };
    row(
        ctx,
        Happened {
            id: app.ids.next(event.occurred_at),
            of: AggregateRef::new(AggregateType::ApiKey, key.id().uuid()),
            sequence: event.sequence,
            event_type: event.event_type(),
            occurred_at: event.occurred_at,
            data: &data,
            personal: None::<()>,
        },
    )
}

/// The key after the event.
#[derive(Serialize)]
struct Data<'a> {
    changed: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    hint: &'a str,
    id: String,
    name: &'a str,
    scopes: Vec<&'static str>,
    version: u64,
}
