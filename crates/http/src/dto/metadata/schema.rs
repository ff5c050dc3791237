//! What the API description says of metadata. Each level is a schema of its own, because three levels are served and no more.

use std::borrow::Cow;

use orderbase_orders::Metadata as Limits;
use utoipa::openapi::schema::{
    AdditionalProperties, AnyOfBuilder, ArrayBuilder, Object, ObjectBuilder, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::dto::pattern;

/// Entries of a list inside metadata: 8 KiB hold no more.
const ENTRIES_MAX: usize = 4_096;

type Schemas = Vec<(String, RefOr<Schema>)>;

fn reference(name: &str) -> Ref {
    Ref::from_schema_name(name)
}

/// An object with well-formed keys at the top.
fn top(kinds: SchemaType) -> Object {
    let key = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(Limits::KEY_CHARS_MAX))
        .pattern(Some(pattern::METADATA_KEY));
    ObjectBuilder::new()
        .schema_type(kinds)
        .max_properties(Some(Limits::KEYS_MAX))
        .property_names(Some(Schema::Object(key.build())))
        .additional_properties(Some(AdditionalProperties::RefOr(RefOr::Ref(reference("MetadataValue")))))
        .description(Some(
            "The caller's own data: at most 50 keys, three levels and 8 KiB of compact JSON. It is kept and handed back, never \
             interpreted.",
        ))
        .build()
}

fn list_of(name: &str) -> RefOr<Schema> {
    let list = ArrayBuilder::new().items(RefOr::Ref(reference(name))).max_items(Some(ENTRIES_MAX));
    RefOr::T(Schema::Array(list.build()))
}

fn map_of(name: &str) -> RefOr<Schema> {
    let map = ObjectBuilder::new()
        .schema_type(Type::Object)
        .max_properties(Some(ENTRIES_MAX))
        .property_names(Some(Schema::Object(text().build())))
        .additional_properties(Some(AdditionalProperties::RefOr(RefOr::Ref(reference(name)))));
    RefOr::T(Schema::Object(map.build()))
}

fn any_of(names: &[&str]) -> RefOr<Schema> {
    let choice =
        names.iter().fold(AnyOfBuilder::new(), |choice, name| choice.item(RefOr::<Schema>::Ref(reference(name))));
    RefOr::T(Schema::AnyOf(choice.build()))
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(Limits::BYTES_MAX))
        .pattern(Some(pattern::METADATA_TEXT))
}

fn scalar() -> RefOr<Schema> {
    let kinds = SchemaType::Array(vec![Type::String, Type::Number, Type::Boolean, Type::Null]);
    let scalar = text().schema_type(kinds).minimum(Some(f64::MIN)).maximum(Some(f64::MAX)).description(Some(
        "Numbers are kept as they are written, up to 32 characters; within ±(2^53 − 1) every reader agrees on them.",
    ));
    RefOr::T(Schema::Object(scalar.build()))
}

fn levels() -> Schemas {
    [
        ("MetadataValue", any_of(&["MetadataScalar", "MetadataList", "MetadataMap"])),
        ("MetadataList", list_of("MetadataInner")),
        ("MetadataMap", map_of("MetadataInner")),
        ("MetadataInner", any_of(&["MetadataScalar", "MetadataInnerList", "MetadataInnerMap"])),
        ("MetadataInnerList", list_of("MetadataScalar")),
        ("MetadataInnerMap", map_of("MetadataScalar")),
        ("MetadataScalar", scalar()),
    ]
    .map(|(name, schema)| (name.to_owned(), schema))
    .into()
}

/// Metadata in an answer.
#[derive(Debug)]
pub struct Metadata;

impl PartialSchema for Metadata {
    fn schema() -> RefOr<Schema> {
        RefOr::T(Schema::Object(top(SchemaType::Type(Type::Object))))
    }
}

impl ToSchema for Metadata {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Metadata")
    }

    fn schemas(schemas: &mut Schemas) {
        schemas.extend(levels());
    }
}

/// Metadata in a request, where null means what the operation says of it.
#[derive(Debug)]
pub struct MetadataInput;

impl PartialSchema for MetadataInput {
    fn schema() -> RefOr<Schema> {
        RefOr::T(Schema::Object(top(SchemaType::Array(vec![Type::Object, Type::Null]))))
    }
}

impl ToSchema for MetadataInput {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("MetadataInput")
    }

    fn schemas(schemas: &mut Schemas) {
        schemas.extend(levels());
    }
}
