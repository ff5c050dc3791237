//! The table, the router and the document say the same; the document keeps the rules of api.md §13.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use serde_json::Value;

use crate::extract::permission::Needs;
use crate::openapi::document;
use crate::route::{Verb, routes};
use crate::testing::TestApp;
use crate::version::ApiVersion;

fn documents() -> [Value; 2] {
    ApiVersion::ALL.map(document)
}

/// Path → methods of the document.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    documented_in(ApiVersion::V1)
}

fn documented_in(version: ApiVersion) -> BTreeMap<String, BTreeSet<String>> {
    let document = document(version);
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .map(|(path, item)| (path.clone(), item.as_object().unwrap().keys().map(|verb| verb.to_uppercase()).collect()))
        .collect()
}

#[test]
fn the_table_is_the_document() {
    let mut table: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for route in routes() {
        assert!(table.entry(route.path.clone()).or_default().insert(route.verb.as_str().to_owned()), "twice: {route}");
    }
    assert_eq!(table, documented());
}

/// Generated clients of both have the same methods (api.md §13.2).
#[test]
fn both_documents_have_the_same_operations() {
    let [first, second] = documents();
    let ids = |document| -> BTreeMap<_, _> {
        let named = operations(document).into_iter();
        named.map(|(name, operation)| (operation["operationId"].as_str().unwrap().to_owned(), name)).collect()
    };
    let (first, second) = (ids(&first), ids(&second));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (id, name) in &first {
        let in_second = name.replace("/api/v1/", "/api/v2/").replace("/openapi/v1.json", "/openapi/v2.json");
        assert_eq!(second[id], in_second, "{id}");
    }
    assert_eq!(documented_in(ApiVersion::V2).len(), documented().len());
}

#[actix_web::test]
async fn the_router_is_the_document() {
    let app = TestApp::start().await;
    let aliases = routes()
        .iter()
        .flat_map(|route| route.aliases.iter().map(|alias| ((*alias).to_owned(), BTreeSet::from(["GET".to_owned()]))));
    for (path, verbs) in documented().into_iter().chain(documented_in(ApiVersion::V2)).chain(aliases) {
        let path = path
            .replace("{id}", super::sample::ID)
            .replace("{sequence}", "1")
            .replace("{code}", "x")
            .replace("{asset}", "x");
        assert!(!path.contains('{'), "{path} has an argument unknown to this test");
        let options = app.request(Method::OPTIONS, &path).anonymous().send().await;
        let allowed: BTreeSet<String> = options.header("allow").split(", ").map(str::to_owned).collect();
        let mut expected = verbs.clone();
        expected.insert("OPTIONS".to_owned());
        if verbs.contains("GET") {
            expected.insert("HEAD".to_owned());
        }
        assert_eq!((options.status.as_u16(), allowed), (204, expected), "{path}");
        for method in
            [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE]
        {
            let served = verbs.contains(method.as_str()) || (method == Method::HEAD && verbs.contains("GET"));
            let answer = app.request(method.clone(), &path).anonymous().send().await;
            assert_eq!(answer.status != 405, served, "{method} {path}");
        }
    }
}

#[actix_web::test]
async fn every_operation_refuses_a_stranger_unless_it_is_public() {
    let app = TestApp::start().await;
    for route in routes() {
        let path = route.path.replace("{id}", super::sample::ID).replace("{sequence}", "1");
        let method = Method::from_bytes(route.verb.as_str().as_bytes()).unwrap();
        let answer = app.request(method, &path).anonymous().send().await;
        assert_eq!(answer.status == 401, route.needs != Needs::Public, "{route}");
    }
}

#[test]
fn operation_ids_are_distinct_and_name_resource_and_verb() {
    let mut ids = BTreeSet::new();
    for route in routes() {
        assert!(ids.insert(route.operation_id.as_str()), "{route}");
        // `me` is a resource and all that is done with it.
        let (resource, verb) = route.operation_id.split_once('_').unwrap_or((&route.operation_id, "is"));
        assert!(!resource.is_empty() && !verb.is_empty(), "{route}");
        assert!(route.operation_id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{route}");
        assert!(!(route.flags.once && route.verb != Verb::Post), "{route}");
    }
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (verb, operation) in item.as_object().unwrap() {
            operations.push((format!("{verb} {path}"), operation));
        }
    }
    operations
}

/// 400 and 401 of OAuth's endpoints (RFC 6749 §5.2).
fn is_in_oauths_words(name: &str, status: &str) -> bool {
    name.starts_with("post /oauth/") && matches!(status, "400" | "401")
}

#[test]
fn every_operation_says_what_it_needs_and_what_can_go_wrong() {
    documents().iter().for_each(says_what_it_needs);
}

fn says_what_it_needs(document: &Value) {
    for (name, operation) in operations(document) {
        for member in
            ["operationId", "summary", "description", "tags", "security", "x-permission", "x-rate-cost", "responses"]
        {
            assert!(!operation[member].is_null(), "{name} lacks {member}");
        }
        let is_public = operation["x-permission"] == "public";
        assert_eq!(operation["security"].as_array().unwrap().is_empty(), is_public, "{name}");
        let needed: &[&str] =
            if is_public { &["400", "500", "503"] } else { &["400", "401", "403", "406", "500", "503"] };
        let responses = operation["responses"].as_object().unwrap();
        for status in needed {
            assert!(responses.contains_key(*status), "{name} lacks {status}");
        }
        for (status, response) in responses {
            assert!(response["headers"]["X-Request-Id"].is_object(), "{name} {status}");
            assert!(response["description"].as_str().is_some_and(|text| !text.is_empty()), "{name} {status}");
            if status.as_str() >= "400" {
                if is_in_oauths_words(&name, status) {
                    let refusal = &response["content"]["application/json"];
                    assert_eq!(refusal["schema"]["$ref"], "#/components/schemas/OAuthError", "{name} {status}");
                    assert!(!refusal["example"].is_null(), "{name} {status}");
                    continue;
                }
                let problem = &response["content"]["application/problem+json"];
                assert_eq!(problem["schema"]["$ref"], "#/components/schemas/Problem", "{name} {status}");
                for (code, example) in problem["examples"].as_object().unwrap() {
                    let target = example["$ref"].as_str().unwrap().trim_start_matches('#');
                    let value = &document.pointer(target).unwrap()["value"];
                    assert_eq!(
                        (value["code"].as_str(), value["status"].to_string()),
                        (Some(code.as_str()), status.clone())
                    );
                }
            } else if status != "304" && status != "204" && name != "post /oauth/revoke" {
                for (media_type, content) in
                    response["content"].as_object().unwrap_or_else(|| panic!("{name} {status}"))
                {
                    let has_example = !content["example"].is_null() || !content["examples"].is_null();
                    assert!(has_example || media_type == "text/html", "{name} {status} {media_type} lacks an example");
                    let schema = &content["schema"];
                    assert!(schema["$ref"].is_string() || schema["type"] == "string", "{name} {status}: inline object");
                }
            }
        }
        if let Some(body) = operation["requestBody"]["content"].as_object() {
            for content in body.values() {
                assert!(
                    !content["example"].is_null() || !content["examples"].is_null(),
                    "{name} lacks a request example"
                );
                assert!(content["schema"]["$ref"].is_string(), "{name}: inline object");
            }
        }
    }
}

#[test]
fn every_reference_leads_somewhere_and_nothing_is_left_over() {
    for document in documents() {
        let mut targets = BTreeSet::new();
        collect(&document, &mut targets);
        for target in &targets {
            assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target}");
        }
        for kind in ["schemas", "headers", "parameters", "examples"] {
            for name in document["components"][kind].as_object().unwrap().keys() {
                assert!(targets.contains(&format!("#/components/{kind}/{name}")), "{kind} {name} is used by nothing");
            }
        }
    }
}

#[test]
fn parameters_are_bounded_and_plain() {
    for document in documents() {
        for (name, operation) in operations(&document) {
            for parameter in
                operation["parameters"].as_array().into_iter().flatten().filter(|one| one["$ref"].is_null())
            {
                let schema = &parameter["schema"];
                assert!(schema["allOf"].is_null() && !schema["type"].is_null(), "{name} {parameter}");
                bounded(&format!("{name} {}", parameter["name"]), schema, false);
            }
        }
    }
}

#[test]
fn every_tag_is_explained() {
    for document in documents() {
        let explained: BTreeSet<&str> =
            document["tags"].as_array().unwrap().iter().filter_map(|tag| tag["name"].as_str()).collect();
        let used: BTreeSet<&str> = operations(&document)
            .iter()
            .flat_map(|(_, operation)| operation["tags"].as_array().unwrap().iter().filter_map(Value::as_str))
            .collect();
        assert_eq!(used, explained);
    }
}

#[test]
fn what_is_created_says_where_it_is_and_a_note_has_no_tag() {
    for version in ApiVersion::ALL {
        let document = document(version);
        let mut tagged = BTreeMap::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            let Some(created) = item["post"]["responses"].get("201") else { continue };
            assert!(created["headers"].get("Location").is_some(), "{path}");
            tagged.insert(path.clone(), created["headers"].get("ETag").is_some());
        }
        let expected = [
            ("/api/v1/api-keys", true),
            ("/api/v1/auth/invitations/accept", false),
            ("/api/v1/customers", true),
            ("/api/v1/invitations", true),
            ("/api/v1/orders", true),
            ("/api/v1/orders/{id}/notes", false),
            ("/api/v1/platform/tenants", true),
            ("/api/v1/platform/tenants/{id}/owner-invitation", false),
            ("/api/v1/users/{id}/password-reset", false),
        ];
        assert_eq!(tagged, BTreeMap::from(expected.map(|(path, has)| (version.path(path), has))));
    }
}

#[test]
fn the_committed_documents_are_these() {
    for (version, document) in ApiVersion::ALL.into_iter().zip(documents()) {
        let number = version.as_str();
        let path = format!("{}/../../docs/openapi/v{number}.json", env!("CARGO_MANIFEST_DIR"));
        let committed: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let renew = "cargo run -- openapi --api-version";
        assert!(committed == document, "renew it: {renew} {number} > docs/openapi/v{number}.json");
    }
}

fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get("$ref") {
                found.insert(target.clone());
            }
            members.values().for_each(|value| collect(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

/// The schemas that request bodies reach.
fn sent(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, operation) in operations(document) {
        collect(&operation["requestBody"], &mut found);
    }
    loop {
        let before = found.len();
        for target in found.clone() {
            collect(document.pointer(target.trim_start_matches('#')).unwrap(), &mut found);
        }
        if found.len() == before {
            return found;
        }
    }
}

#[test]
fn schemas_are_bounded_and_closed() {
    for document in documents() {
        let sent = sent(&document);
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            let is_sent = sent.contains(&format!("#/components/schemas/{name}"));
            // RFC 6749 §3.2: parameters that nobody knows do not count.
            let is_form = ["TokenRequest", "RevocationRequest", "IntrospectionRequest"].contains(&name.as_str());
            if is_sent && !is_form && schema["type"] == "object" && schema.get("properties").is_some() {
                assert_eq!(schema["additionalProperties"], false, "{name} is open");
            }
            bounded(name, schema, is_sent);
        }
    }
}

/// Strings, numbers and arrays have bounds; nothing inline; null only where it is true.
fn bounded(at: &str, schema: &Value, is_sent: bool) {
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    assert!(!schema["enum"].as_array().is_some_and(|words| words.contains(&Value::Null)), "{at}: null in an enum");
    assert!(schema["oneOf"].is_null(), "{at}: oneOf");
    if types.contains(&"null") {
        assert!(is_sent || at.ends_with("/next_cursor"), "{at}: null in an answer");
    }
    for one in types {
        let known = |members: &[&str]| members.iter().all(|member| !schema[*member].is_null());
        match one {
            "string" => assert!(
                known(&["enum"]) || known(&["const"]) || known(&["maxLength"]) || known(&["format"]),
                "{at}: unbounded text"
            ),
            "integer" | "number" => {
                assert!(known(&["minimum", "maximum"]) || known(&["enum"]), "{at}: unbounded number");
            }
            "array" => {
                assert!(known(&["maxItems"]), "{at}: unbounded list");
                bounded(&format!("{at}[]"), &schema["items"], is_sent);
            }
            _ => {}
        }
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        assert!(member["properties"].is_null(), "{at}/{name}: inline object");
        bounded(&format!("{at}/{name}"), member, is_sent);
    }
}
