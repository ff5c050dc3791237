//! One operation: what its `#[utoipa::path]` says, and what follows from its flags.

use orderbase_tenancy::Permission;
use serde_json::{Map, Value, json};

use super::document::to_value;
use super::problems;
use crate::extract::permission::Needs;
use crate::route::{Otherwise, Route};
use crate::version::ApiVersion;

/// The operation object.
pub(crate) fn described(route: &Route, version: ApiVersion) -> Value {
    let mut operation = match to_value(&route.operation) {
        Value::Object(operation) => operation,
        _ => Map::new(),
    };
    operation.insert("x-permission".to_owned(), json!(route.needs.as_str()));
    operation.insert("x-rate-cost".to_owned(), json!(route.cost));
    let otherwise = route.otherwise.filter(|_| version == ApiVersion::V2);
    operation.insert("security".to_owned(), security(route.needs, otherwise.map(|otherwise| otherwise.needs)));
    if route.deprecated_in(version).is_some() {
        operation.insert("deprecated".to_owned(), json!(true));
    }
    if let (None, Some(summary)) = (operation.get("description"), operation.get("summary").cloned()) {
        operation.insert("description".to_owned(), summary);
    }
    if let Some(otherwise) = otherwise {
        retold(&mut operation, otherwise);
    }
    add_parameters(route, &mut operation);
    media_types(route, &mut operation);

    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    if let Value::Object(responses) = responses {
        for (status, response) in responses.iter_mut() {
            success_headers(route, response);
            rate_headers(route, response);
            // A refusal in OAuth's words stands among the successes, and challenges as others do.
            if status == "401" {
                tell(response, "WWW-Authenticate", "WwwAuthenticate");
            }
        }
        if route.flags.etag {
            let mut unchanged = not_modified();
            rate_headers(route, &mut unchanged);
            responses.insert("304".to_owned(), unchanged);
        }
        for (status, mut response) in problems::responses(route, version) {
            rate_headers(route, &mut response);
            responses.insert(status.to_string(), response);
        }
        if route.path.starts_with("/api") {
            // Every answer there says which version gave it, refusals too.
            responses.values_mut().for_each(|response| tell(response, "Api-Version", "ApiVersion"));
        }
    }
    Value::Object(operation)
}

/// Each way in by itself: a key, an access token, or a token got by client credentials with the scope.
fn security(needs: Needs, besides: Option<Permission>) -> Value {
    match needs {
        Needs::Public => json!([]),
        Needs::Credential => json!([{"ApiKeyAuth": []}, {"BearerAuth": []}, {"OAuth2": []}]),
        Needs::Permission(permission) if needs.admits_keys() => {
            let scopes: Vec<_> = [permission].into_iter().chain(besides).map(Permission::as_str).collect();
            json!([{"ApiKeyAuth": []}, {"BearerAuth": []}, {"OAuth2": scopes}])
        }
        Needs::Permission(_) | Needs::Session => json!([{"BearerAuth": []}]),
    }
}

/// The description and the examples of requests and answers as version 2 has them.
fn retold(operation: &mut Map<String, Value>, otherwise: &Otherwise) {
    if let Some(Value::String(description)) = operation.get_mut("description") {
        description.push_str("\n\n");
        description.push_str(otherwise.description);
    }
    for place in ["requestBody", "responses"] {
        if let Some(value) = operation.get_mut(place) {
            each_example(value, otherwise.example);
        }
    }
}

fn each_example(value: &mut Value, change: fn(Value) -> Value) {
    let Value::Object(members) = value else { return };
    for (name, member) in members {
        match name.as_str() {
            "example" => *member = change(member.take()),
            _ => each_example(member, change),
        }
    }
}

/// `If-Match` is declared optional even where it is needed: without it 428 is the answer, not a refusal of the client's library.
fn add_parameters(route: &Route, operation: &mut Map<String, Value>) {
    let wanted =
        [(route.flags.once, "IdempotencyKey"), (route.flags.if_match, "IfMatch"), (route.flags.etag, "IfNoneMatch")];
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Value::Array(parameters) = parameters {
        parameters
            .extend(wanted.into_iter().filter(|(wanted, _)| *wanted).map(|(_, name)| reference("parameters", name)));
        if parameters.is_empty() {
            operation.remove("parameters");
        }
    }
}

/// PATCH takes the same body under two names (RFC 7396).
fn media_types(route: &Route, operation: &mut Map<String, Value>) {
    let Some(Value::Object(body)) = operation.get_mut("requestBody") else { return };
    body.insert("required".to_owned(), json!(route.needs_body));
    let Some(Value::Object(content)) = body.get_mut("content") else { return };
    if route.verb == crate::route::Verb::Patch
        && let Some(json) = content.get("application/json").cloned()
    {
        content.insert("application/merge-patch+json".to_owned(), json);
    }
}

fn success_headers(route: &Route, response: &mut Value) {
    let Value::Object(response) = response else { return };
    let flags = route.flags;
    let tagged = (flags.etag || flags.if_match || flags.creates) && !flags.appends;
    let wanted = [
        (true, "X-Request-Id", "XRequestId"),
        (true, "Cache-Control", "CacheControl"),
        (tagged, "ETag", "ETag"),
        (flags.creates || flags.appends, "Location", "Location"),
        (flags.once, "Idempotent-Replayed", "IdempotentReplayed"),
        (flags.pages, "Link", "Link"),
    ];
    let headers = response.entry("headers").or_insert_with(|| json!({}));
    if let Value::Object(headers) = headers {
        for (_, name, component) in wanted.into_iter().filter(|(wanted, _, _)| *wanted) {
            headers.insert(name.to_owned(), reference("headers", component));
        }
    }
}

/// On every answer of what is counted, but for those that come before the count.
fn rate_headers(route: &Route, response: &mut Value) {
    if route.is_rated() {
        tell(response, "RateLimit", "RateLimit");
        tell(response, "RateLimit-Policy", "RateLimitPolicy");
    }
}

/// Adds a header to those of a response.
fn tell(response: &mut Value, header: &str, component: &str) {
    if let Some(Value::Object(headers)) = response.get_mut("headers") {
        headers.insert(header.to_owned(), reference("headers", component));
    }
}

fn not_modified() -> Value {
    json!({
        "description": "The reader has it already.",
        "headers": {
            "X-Request-Id": reference("headers", "XRequestId"),
            "Cache-Control": reference("headers", "CacheControl"),
            "ETag": reference("headers", "ETag"),
        },
    })
}

pub(super) fn reference(kind: &str, name: &str) -> Value {
    json!({"$ref": format!("#/components/{kind}/{name}")})
}
