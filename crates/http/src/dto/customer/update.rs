//! The body of `PATCH /customers/{id}` (a merge patch, RFC 7396).

use orderbase_application::customers::UpdateCustomer;
use orderbase_kernel::{Email, ExternalReference, Name, Patch};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use validator::Validate;

use crate::dto::bounds::{self, wide};
use crate::dto::metadata::{self, MetadataInput};
use crate::extract::{Faults, FromJson, json};

/// What shall change. Absent members stay as they are; null removes all but the name.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdateCustomer)]
pub struct UpdateCustomerBody {
    #[validate(length(min = wide(Name::MIN), max = wide(Name::MAX)))]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200, pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$")]
    #[serde(default, deserialize_with = "json::present")]
    pub name: Option<String>,
    #[validate(length(min = wide(Email::MIN), max = wide(Email::MAX)))]
    #[schema(value_type = Option<String>, min_length = 3, max_length = 254, pattern = r"^[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]+$")]
    #[serde(default, deserialize_with = "json::nullable")]
    pub email: Option<Option<String>>,
    #[validate(length(min = wide(ExternalReference::MIN), max = wide(ExternalReference::MAX)))]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128, pattern = r"^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$")]
    #[serde(default, deserialize_with = "json::nullable")]
    pub external_reference: Option<Option<String>>,
    /// A patch of the metadata: null removes a key, and in the place of the whole it removes all.
    #[schema(value_type = MetadataInput, required = false)]
    #[serde(default, deserialize_with = "json::nullable")]
    pub metadata: Option<Option<Box<RawValue>>>,
}

impl FromJson for UpdateCustomerBody {
    type Valid = UpdateCustomer;

    fn validate(self, faults: &mut Faults) -> Option<UpdateCustomer> {
        let bounds = bounds::of(&self);
        let Self { name, email, external_reference, metadata } = self;
        let name = faults.optional("name", name, |text| Name::parse(&text));
        let email = faults.patch("email", Patch::from(email), |text| Email::parse(&text));
        let external_reference =
            faults.patch("external_reference", Patch::from(external_reference), |text| ExternalReference::parse(&text));
        let metadata = metadata::patch(faults, metadata);
        faults.complete(bounds);
        Some(UpdateCustomer {
            name: name?,
            email: email?,
            external_reference: external_reference?,
            metadata: metadata?,
        })
    }
}
