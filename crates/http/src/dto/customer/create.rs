//! The body of `POST /customers`.

use orderbase_application::customers::CreateCustomer;
use orderbase_kernel::{Email, ExternalReference, Name};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use validator::Validate;

use crate::dto::bounds::{self, wide};
use crate::dto::metadata::{self, MetadataInput};
use crate::extract::{Faults, FromJson};

/// The wish for a customer. Id, status and dates are the server's.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateCustomer)]
pub struct CreateCustomerBody {
    #[validate(length(min = wide(Name::MIN), max = wide(Name::MAX)))]
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    pub name: String,
    /// Unique in the tenant; ASCII letters are kept in lower case.
    #[validate(length(min = wide(Email::MIN), max = wide(Email::MAX)))]
    #[schema(min_length = 3, max_length = 254, pattern = r"^[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]+$")]
    #[serde(default)]
    pub email: Option<String>,
    /// The caller's own name of the customer, unique in the tenant.
    #[validate(length(min = wide(ExternalReference::MIN), max = wide(ExternalReference::MAX)))]
    #[schema(min_length = 1, max_length = 128, pattern = r"^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$")]
    #[serde(default)]
    pub external_reference: Option<String>,
    #[schema(value_type = MetadataInput, required = false)]
    #[serde(default)]
    pub metadata: Option<Box<RawValue>>,
}

impl FromJson for CreateCustomerBody {
    type Valid = CreateCustomer;

    fn validate(self, faults: &mut Faults) -> Option<CreateCustomer> {
        let bounds = bounds::of(&self);
        let Self { name, email, external_reference, metadata } = self;
        let name = faults.read("name", Name::parse(&name));
        let email = faults.optional("email", email, |text| Email::parse(&text));
        let external_reference =
            faults.optional("external_reference", external_reference, |text| ExternalReference::parse(&text));
        let metadata = metadata::whole(faults, metadata);
        faults.complete(bounds);
        Some(CreateCustomer {
            name: name?,
            email: email?,
            external_reference: external_reference?,
            metadata: metadata?,
        })
    }
}
