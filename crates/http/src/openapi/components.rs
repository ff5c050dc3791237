//! What operations refer to: schemas, headers, parameters, examples of problems, the security scheme.

use serde_json::{Map, Value, json};
use utoipa::{PartialSchema as _, ToSchema};

use super::document::to_value;
use super::security;
use crate::options::HttpOptions;
use crate::problem::{ProblemDocument, sample};
use crate::version::ApiVersion;

pub(super) const SAMPLE_REQUEST_ID: &str = "01980000-0000-7000-8000-0000000000f1";

/// The components, with the schemas that operations brought along.
pub(super) fn all(mut found: Vec<(String, Value)>, version: ApiVersion, password_grant: bool) -> Value {
    let mut own = vec![(ProblemDocument::name().into_owned(), ProblemDocument::schema())];
    ProblemDocument::schemas(&mut own);
    found.extend(own.iter().map(|(name, schema)| (name.clone(), to_value(schema))));
    let schemas: Map<String, Value> = found.into_iter().collect();
    json!({
        "schemas": schemas,
        "headers": headers(version),
        "parameters": parameters(version),
        "examples": examples(version),
        "securitySchemes": security::schemes(password_grant),
    })
}

fn headers(version: ApiVersion) -> Value {
    let (root, number) = (version.root(), version.as_str());
    let text = |description: &str, max_length: u32, example: &str| json!({"description": description, "schema": {"type": "string", "maxLength": max_length}, "example": example});
    json!({
        "ApiVersion": {"description": "The version that answered.", "schema": {"type": "string", "pattern": "^[0-9]+$", "maxLength": 4}, "example": number},
        "CacheControl": text("How long the answer may be kept.", 64, "private, no-cache"),
        "ETag": text("The entity tag: the version, in quotes.", 64, tag(version)),
        "IdempotentReplayed": {"description": "Sent with the first answer repeated.", "schema": {"type": "string", "const": "true"}, "example": "true"},
        "Link": text("The next and the first page (RFC 8288).", 8192, &format!("<https://api.example.com{root}/orders>; rel=\"first\"")),
        "Location": text("Where the new resource is: an absolute path.", 256, &format!("{root}/orders/01980000-0000-7000-8000-0000000000a1")),
        "RateLimit": text("Units left of each policy (`r`) and whole seconds until there is one more (`t`, absent when full); an RFC 9651 List.", 256, "\"tenant\";r=87;t=1, \"credential\";r=49;t=1"),
        "RateLimitPolicy": text("The policies that count the request: `q` units in `w` seconds; an RFC 9651 List.", 256, "\"tenant\";q=600;w=60, \"credential\";q=300;w=60"),
        "RetryAfter": {"description": "Seconds to wait before the same request.", "schema": {"type": "integer", "minimum": 1, "maximum": 86400}, "example": 1},
        "WwwAuthenticate": text("The challenge (RFC 6750).", 256, "Bearer realm=\"orderbase\""),
        "XRequestId": text("Names the request in the server's log; the caller's own if it sent a good one.", 128, SAMPLE_REQUEST_ID),
    })
}

/// The tag of a first version.
fn tag(version: ApiVersion) -> &'static str {
    match version {
        ApiVersion::V1 => "\"1\"",
        ApiVersion::V2 => "\"1-2\"",
    }
}

/// `*`, or a list of entity tags in which elements may be empty (RFC 9110 §5.6.1.2, §8.8.3).
const ENTITY_TAGS: &str =
    r#"^(?:\*|[ \t,]*(?:W/)?"[!#-~\u0080-\u00ff]*"(?:[ \t]*,[ \t,]*(?:W/)?"[!#-~\u0080-\u00ff]*")*[ \t,]*)$"#;

/// 1 to 255 printable characters as they are, or in quotes (RFC 9651 §3.3.3), where a quote and a backslash are escaped.
const IDEMPOTENCY_KEY: &str = r#"^(?:[!#-~](?:[ -~]{0,253}[!-~])?|"(?:[ !#-\[\]-~]|\\["\\]){1,255}")$"#;

fn parameters(version: ApiVersion) -> Value {
    let header = |name: &str, description: &str, schema: Value, example: &str| json!({"name": name, "in": "header", "required": false, "description": description, "schema": schema, "example": example});
    let tags = json!({"type": "string", "minLength": 1, "maxLength": 1024, "pattern": ENTITY_TAGS});
    json!({
        "IdempotencyKey": header(
            "Idempotency-Key",
            "Makes the request take effect once: repeated with the same key and the same body it gets the first answer, for 24 hours.",
            json!({"type": "string", "minLength": 1, "maxLength": 512, "pattern": IDEMPOTENCY_KEY}),
            "3f2a9c1e",
        ),
        "IfMatch": header(
            "If-Match",
            "Entity tags of the versions that may be changed, or `*`. PATCH and PUT need it: without it 428, without a match 412.",
            tags.clone(),
            tag(version),
        ),
        "IfNoneMatch": header("If-None-Match", "Entity tags of what the reader has, or `*`: a match is 304.", tags, tag(version)),
    })
}

/// Leaves the examples that operations refer to. Some codes are no operation's, such as that of an unknown path.
pub(super) fn drop_unused_examples(document: &mut Value) {
    let used = document.get("paths").map(Value::to_string).unwrap_or_default();
    if let Some(Value::Object(examples)) = document.pointer_mut("/components/examples") {
        examples.retain(|name, _| used.contains(&format!("\"#/components/examples/{name}\"")));
    }
}

/// One real problem of each code.
fn examples(version: ApiVersion) -> Value {
    let instance = version.path("/api/v1/orders");
    let options = HttpOptions { public_url: "https://api.example.com".to_owned(), ..HttpOptions::default() };
    let examples: Map<String, Value> = orderbase_application::Code::ALL
        .iter()
        .map(|code| {
            let document = sample(*code).document(&options, SAMPLE_REQUEST_ID, &instance);
            (code.slug().to_owned(), json!({"summary": code.title(), "value": to_value(&document)}))
        })
        .collect();
    Value::Object(examples)
}
