//! The body of `PATCH /orders/{id}` (a merge patch, RFC 7396).

use orderbase_application::orders::UpdateOrder;
use orderbase_kernel::{ExternalReference, Patch};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use validator::Validate;

use crate::dto::bounds::{self, wide};
use crate::dto::metadata::{self, MetadataInput};
use crate::extract::{Faults, FromJson, json};

/// What shall change. Absent members stay as they are; null removes.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdateOrder)]
pub struct UpdateOrderBody {
    /// Can be set, changed and removed until the order is completed or cancelled; then set once, if it has none.
    #[validate(length(min = wide(ExternalReference::MIN), max = wide(ExternalReference::MAX)))]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128, pattern = r"^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$")]
    #[serde(default, deserialize_with = "json::nullable")]
    pub external_reference: Option<Option<String>>,
    /// A patch of the metadata: null removes a key, and in the place of the whole it removes all.
    #[schema(value_type = MetadataInput, required = false)]
    #[serde(default, deserialize_with = "json::nullable")]
    pub metadata: Option<Option<Box<RawValue>>>,
}

impl FromJson for UpdateOrderBody {
    type Valid = UpdateOrder;

    fn validate(self, faults: &mut Faults) -> Option<UpdateOrder> {
        let bounds = bounds::of(&self);
        let Self { external_reference, metadata } = self;
        let external_reference =
            faults.patch("external_reference", Patch::from(external_reference), |text| ExternalReference::parse(&text));
        let metadata = metadata::patch(faults, metadata);
        faults.complete(bounds);
        Some(UpdateOrder { external_reference: external_reference?, metadata: metadata? })
    }
}
