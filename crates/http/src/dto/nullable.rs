//! Objects in requests that may be null. What may be null says so in its own `type` (api.md §13.4), never by `oneOf`.

use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

/// The schema of an object, or null.
pub fn or_null(schema: RefOr<Schema>) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.schema_type = SchemaType::Array(vec![Type::Object, Type::Null]);
            RefOr::T(Schema::Object(object))
        }
        other => other,
    }
}

/// Names the schema of an object that is sent, or null: for `value_type`.
macro_rules! nullable {
    ($($schema:ident as $name:literal of $body:ty;)+) => {$(
        #[doc = concat!("The schema `", $name, "`, which admits null.")]
        pub struct $schema;

        impl utoipa::PartialSchema for $schema {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                crate::dto::nullable::or_null(<$body as utoipa::PartialSchema>::schema())
            }
        }

        impl utoipa::ToSchema for $schema {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed($name)
            }
        }
    )+};
}

pub(in crate::dto) use nullable;
