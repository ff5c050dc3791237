//! The body of `POST /orders/{id}/cancel`.

use orderbase_orders::{Cancel, CancelReason, Note};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::status::CancelReasonBody;
use crate::dto::bounds::{self, wide};
use crate::extract::{Faults, FromJson};

/// Why an order is cancelled.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CancelOrder)]
pub struct CancelOrderBody {
    #[schema(value_type = CancelReasonBody)]
    pub reason: String,
    /// Required once the order is being processed.
    #[validate(length(min = wide(Note::MIN), max = wide(Note::MAX)))]
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x08\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    #[serde(default)]
    pub note: Option<String>,
}

impl FromJson for CancelOrderBody {
    type Valid = Cancel;

    fn validate(self, faults: &mut Faults) -> Option<Cancel> {
        let bounds = bounds::of(&self);
        let Self { reason, note } = self;
        let reason = faults.read("reason", CancelReason::parse(&reason));
        let note = faults.optional("note", note, |text| Note::parse(&text));
        faults.complete(bounds);
        Some(Cancel { reason: reason?, note: note? })
    }
}
