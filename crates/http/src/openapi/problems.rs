//! Which problems an operation can answer with: what follows from its flags, and what it names itself (api.md §2, §13.5).

use std::collections::{BTreeMap, BTreeSet};

use orderbase_application::{Class, Code};
use serde_json::{Map, Value, json};

use super::operation::reference;
use crate::extract::Offer;
use crate::extract::permission::Needs;
use crate::problem::{MEDIA_TYPE, is_worth_a_retry, status};
use crate::route::{Route, Verb};
use crate::version::ApiVersion;

/// The problem responses by status.
pub(super) fn responses(route: &Route, version: ApiVersion) -> BTreeMap<u16, Value> {
    let mut by_status: BTreeMap<u16, BTreeSet<Code>> = BTreeMap::new();
    for code in codes(route, version) {
        by_status.entry(status(code.class()).as_u16()).or_default().insert(code);
    }
    by_status.into_iter().map(|(status, codes)| (status, response(&codes))).collect()
}

/// All codes of an operation.
fn codes(route: &Route, version: ApiVersion) -> BTreeSet<Code> {
    let flags = route.flags;
    let writes = route.verb != Verb::Get;
    let mut codes = BTreeSet::from([
        Code::MalformedRequest,
        Code::InvalidParameter,
        Code::UnknownParameter,
        Code::InvalidHeader,
        Code::InternalError,
        Code::Overloaded,
        Code::DependencyUnavailable,
        if writes { Code::OutcomeUnknown } else { Code::DeadlineExceeded },
    ]);
    let mut add = |wanted: bool, more: &[Code]| {
        if wanted {
            codes.extend(more.iter().copied());
        }
    };
    // The path names the version; that which names none can be asked for one that is not there.
    add(route.path.starts_with("/api"), &[Code::AmbiguousVersion]);
    add(route.path == "/api", &[Code::UnknownVersion]);
    add(route.deprecated_in(version).is_some(), &[Code::VersionRetired]);
    add(route.offer != Offer::ANY, &[Code::NotAcceptable]);
    add(
        route.needs != Needs::Public,
        &[
            Code::AmbiguousCredentials,
            Code::Unauthenticated,
            Code::TokenExpired,
            Code::PermissionDenied,
            Code::AddressNotAllowed,
            Code::RateLimited,
            Code::DeadlineExceeded,
        ],
    );
    // What an operator does to a tenant does not hang on whether the tenant may do it.
    let in_a_tenant = route.needs != Needs::Public && !route.needs.is_of_the_platform();
    add(in_a_tenant, &[Code::TenantClosed]);
    add(writes && in_a_tenant && !flags.even_read_only, &[Code::TenantSuspended, Code::TrialExpired]);
    add(writes, &[Code::RequestTimeout, Code::BodyTooLarge, Code::UnsupportedMediaType, Code::ValidationFailed]);
    add(flags.pages, &[Code::InvalidCursor, Code::ValidationFailed]);
    add(has_query(route), &[Code::ValidationFailed]);
    add(flags.once, &[Code::IdempotencyInProgress, Code::IdempotencyKeyReused]);
    add(writes && !flags.if_match_required && !flags.creates, &[Code::WriteConflict]);
    add(flags.if_match, &[Code::VersionConflict]);
    add(flags.if_match_required, &[Code::PreconditionRequired]);
    add(flags.creates, &[Code::PlanLimitReached]);
    add(true, route.missing);
    add(true, route.refuses);
    // Told in the words of RFC 6749, where the operation describes itself.
    let in_words = |class| matches!(class, Class::Malformed | Class::Unauthenticated | Class::Unprocessable);
    codes.retain(|code| !flags.oauth || !in_words(code.class()));
    codes
}

fn has_query(route: &Route) -> bool {
    let parameters = route.operation.parameters.iter().flatten();
    parameters.into_iter().any(|parameter| super::document::to_value(parameter).get("in") == Some(&json!("query")))
}

fn response(codes: &BTreeSet<Code>) -> Value {
    let description = codes.iter().map(|code| format!("`{}`", code.slug())).collect::<Vec<_>>().join(" · ");
    let examples: Map<String, Value> =
        codes.iter().map(|code| (code.slug().to_owned(), reference("examples", code.slug()))).collect();
    let mut headers = json!({"X-Request-Id": reference("headers", "XRequestId")});
    if let Value::Object(headers) = &mut headers {
        if codes.iter().any(|code| is_worth_a_retry(*code)) {
            headers.insert("Retry-After".to_owned(), reference("headers", "RetryAfter"));
        }
        if codes.iter().any(|code| code.class() == Class::Unauthenticated || *code == Code::PermissionDenied) {
            headers.insert("WWW-Authenticate".to_owned(), reference("headers", "WwwAuthenticate"));
        }
        if codes.contains(&Code::VersionConflict) {
            headers.insert("ETag".to_owned(), reference("headers", "ETag"));
        }
    }
    json!({
        "description": description,
        "headers": headers,
        "content": {MEDIA_TYPE: {"schema": reference("schemas", "Problem"), "examples": examples}},
    })
}
