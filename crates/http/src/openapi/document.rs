//! The frame of the document.

use std::borrow::Cow;

use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{components, links, operation, schemas};
use crate::route::{Route, routes};
use crate::version::ApiVersion;

/// An OpenAPI document: any object, as far as this document describes itself.
pub struct OpenApiBody;

impl PartialSchema for OpenApiBody {
    fn schema() -> RefOr<Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::Object)
            .description(Some("An OpenAPI document (OAS 3.1)."))
            .into()
    }
}

impl ToSchema for OpenApiBody {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("OpenApiDocument")
    }
}

const DESCRIPTION: &str = "A multi-tenant order API. The tenant is always the credential's. Errors are problem details (RFC 9457); \
their `type` leads to a page of this server. Single resources have an entity tag: the version. POST operations marked with \
`Idempotency-Key` take effect once per key and 24 hours. The version is named by the path as it stands here, or under `/api` without \
`v1` or `v2` by the header `Api-Version` or the parameter `api-version`; none means 1.";

/// The document of a version. Its members are sorted, so that its bytes do not depend on how it was built.
pub fn document(version: ApiVersion) -> Value {
    served(version, false)
}

/// The same as a process serves it, with the password grant where that is switched on.
pub fn served(version: ApiVersion, password_grant: bool) -> Value {
    let mut paths = Map::new();
    for route in routes() {
        let Value::Object(item) = paths.entry(place(route, version)).or_insert_with(|| json!({})) else { continue };
        item.insert(route.verb.as_str().to_lowercase(), operation::described(route, version));
    }
    links::add(&mut paths);

    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Orderbase",
            "version": version.as_str(),
            "description": DESCRIPTION,
            "contact": {"name": "The maintainers of Orderbase"},
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This server."}],
        "tags": tags(routes()),
        "security": [{"ApiKeyAuth": []}, {"BearerAuth": []}, {"OAuth2": []}],
        "paths": paths,
        "components": components::all(found(version), version, password_grant),
    });
    schemas::settle(&mut document);
    components::drop_unused_examples(&mut document);
    sorted(document)
}

/// Where an operation stands in a version. A document names itself and not the other.
fn place(route: &Route, version: ApiVersion) -> String {
    match route.path.strip_prefix("/openapi/v1") {
        Some(suffix) => format!("/openapi/v{}{suffix}", version.as_str()),
        None => version.path(&route.path),
    }
}

/// The schemas that operations bring along; where version 2 has one of its own, that.
fn found(version: ApiVersion) -> Vec<(String, Value)> {
    let told = |(name, schema): &(String, RefOr<Schema>)| (name.clone(), to_value(schema));
    let mut found: Vec<_> = routes().iter().flat_map(|route| route.schemas.iter().map(told)).collect();
    if version == ApiVersion::V2 {
        let own = routes().iter().filter_map(|route| route.otherwise).flat_map(|otherwise| (otherwise.schemas)());
        found.extend(own.map(|schema| told(&schema)));
    }
    found
}

/// The groups of api.md §2, those that have operations.
fn tags(routes: &[Route]) -> Value {
    const GROUPS: [(&str, &str); 11] = [
        ("Auth", "Signing in and out, and tokens."),
        ("Orders", "Orders, their lines, transitions and timeline."),
        ("Customers", "Customers, who place orders."),
        ("Tenant", "The tenant of the credential."),
        ("Users", "People of the tenant, and invitations to it."),
        ("API keys", "Keys of the tenant. Their texts are shown once."),
        ("Usage", "What counts for the caller, and what is left."),
        ("Audit", "Who did what, and who tried."),
        ("Me", "The credential itself."),
        ("Platform", "Tenants without their data, for operators of the platform. Each change has a reason."),
        ("Meta", "Description, errors, probes and documents of the service."),
    ];
    let used = |tag: &str| routes.iter().any(|route| route.operation.tags.iter().flatten().any(|used| used == tag));
    GROUPS
        .into_iter()
        .filter(|(name, _)| used(name))
        .map(|(name, description)| json!({"name": name, "description": description}))
        .collect()
}

/// utoipa's values always serialise.
pub(super) fn to_value(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Members in the order of their names, whatever kind of map serde_json was built with.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(members.into_iter().map(|(name, value)| (name, sorted(value))).collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(sorted).collect()),
        other => other,
    }
}
