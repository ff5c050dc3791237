//! A currency as it is sent: in any case, unlike in answers.

use std::borrow::Cow;

use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::pattern;

/// A currency code in any case.
pub struct CurrencyText;

impl PartialSchema for CurrencyText {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A currency (ISO 4217), in any case."))
            .min_length(Some(3))
            .max_length(Some(3))
            .pattern(Some(pattern::CURRENCY))
            .examples(["EUR"])
            .into()
    }
}

impl ToSchema for CurrencyText {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("CurrencyCode")
    }
}
