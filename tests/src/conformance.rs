//! Every answer that a test gets is held against the OpenAPI documents: a journey that passes has kept the contract too.

use std::borrow::Cow;
use std::sync::OnceLock;

use reqwest::Method;
use serde_json::Value;

use crate::client::Answer;
use crate::schema::Document;
use crate::workspace;

/// Headers that carry meaning of the API: none is sent where the document does not say so.
const MEANT: [&str; 10] = [
    "etag",
    "location",
    "link",
    "idempotent-replayed",
    "retry-after",
    "www-authenticate",
    "api-version",
    "deprecation",
    "ratelimit",
    "ratelimit-policy",
];

/// Of a target or head that is too large for any operation, so that none documents it.
const TOO_LARGE: [u16; 2] = [414, 431];

/// Fails the test where an answer of a documented operation is not what the document says of it.
pub fn judge(method: &Method, path: &str, answer: &Answer) {
    let faults = faults(documents(), method, path, answer);
    assert!(
        faults.is_empty(),
        "{method} {path} {}: the document says otherwise: {faults:#?}\n{:#?}\n{}",
        answer.status,
        answer.headers,
        String::from_utf8_lossy(&answer.body)
    );
}

fn documents() -> &'static [Document] {
    static DOCUMENTS: OnceLock<Vec<Document>> = OnceLock::new();
    DOCUMENTS.get_or_init(|| {
        let texts =
            workspace::documents().into_iter().map(|path| std::fs::read_to_string(path).expect("it was listed"));
        texts.map(|text| Document::of(serde_json::from_str(&text).expect("a document is JSON"))).collect()
    })
}

/// What the documents refuse. Nothing is said of paths and methods that no document names.
fn faults(documents: &[Document], method: &Method, path: &str, answer: &Answer) -> Vec<String> {
    let path = documented(path, answer);
    let described = documents.iter().find_map(|document| Some((document, operation(document, method, &path)?)));
    let Some((document, operation)) = described.filter(|_| !TOO_LARGE.contains(&answer.status)) else {
        return Vec::new();
    };
    let Some(response) = operation["responses"].get(answer.status.to_string()) else {
        return vec!["the status is not documented".to_owned()];
    };
    let mut found = headers(document, response, answer);
    // The answer to HEAD has no body, and a packed one is not unpacked here.
    if *method != Method::HEAD && answer.header("content-encoding").is_empty() {
        found.extend(body(document, response, answer));
    }
    found
}

/// A path without a version is that of the version that answered.
fn documented<'p>(path: &'p str, answer: &Answer) -> Cow<'p, str> {
    match (path.strip_prefix("/api/"), answer.header("api-version")) {
        (Some(rest), version) if !version.is_empty() && !rest.starts_with('v') => {
            format!("/api/v{version}/{rest}").into()
        }
        _ => path.into(),
    }
}

fn operation<'d>(document: &'d Document, method: &Method, path: &str) -> Option<&'d Value> {
    let verb = if *method == Method::HEAD { "get".to_owned() } else { method.as_str().to_lowercase() };
    let paths = document.whole()["paths"].as_object()?;
    // A literal path goes before one with arguments.
    let item =
        paths.get(path).or_else(|| paths.iter().find(|(template, _)| is_of(template, path)).map(|(_, item)| item))?;
    item.get(&verb)
}

fn is_of(template: &str, path: &str) -> bool {
    let (wanted, sent): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    let fits = |one: &str, other: &str| if one.starts_with('{') { !other.is_empty() } else { one == other };
    wanted.len() == sent.len() && wanted.iter().zip(sent).all(|(one, other)| fits(one, other))
}

fn headers(document: &Document, response: &Value, answer: &Answer) -> Vec<String> {
    let mut found = Vec::new();
    let none = serde_json::Map::new();
    let documented = response["headers"].as_object().unwrap_or(&none);
    for (name, header) in documented {
        let header = resolved(document, header);
        for value in answer.headers.get_all(name) {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            let read = if header["schema"]["type"] == "integer" {
                text.parse::<i64>().map_or(Value::Null, Value::from)
            } else {
                text.into()
            };
            found.extend(
                document.refusals(&header["schema"], &read).into_iter().map(|fault| format!("header {name}:{fault}")),
            );
        }
    }
    for name in MEANT.into_iter().filter(|name| answer.headers.contains_key(*name)) {
        if !documented.keys().any(|known| known.eq_ignore_ascii_case(name)) {
            found.push(format!("header {name} is not documented"));
        }
    }
    found
}

fn body(document: &Document, response: &Value, answer: &Answer) -> Vec<String> {
    let media_type = answer.header("content-type").split(';').next().unwrap_or_default().trim();
    let Some(content) = response["content"].as_object() else {
        return if answer.body.is_empty() { Vec::new() } else { vec!["no body is documented".to_owned()] };
    };
    let Some(content) = content.get(media_type) else {
        return vec![format!("media type {media_type:?} is not documented")];
    };
    if !media_type.ends_with("json") {
        return Vec::new();
    }
    document.refusals(&content["schema"], &answer.json())
}

fn resolved<'d>(document: &'d Document, value: &'d Value) -> &'d Value {
    match value["$ref"].as_str() {
        Some(target) => document.whole().pointer(target.trim_start_matches('#')).expect("a reference names something"),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
    use serde_json::json;

    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        Answer { status, headers: map, body: body.into() }
    }

    fn said(path: &str, answer: &Answer) -> String {
        let documents = [Document::of(json!({
            "paths": {
                "/orders/{id}": {"get": {"responses": {
                    "200": {
                        "headers": {"Retry-After": {"$ref": "#/components/headers/Wait"}},
                        "content": {"application/json": {"schema": {"type": "object", "required": ["id"]}}},
                    },
                    "204": {},
                }}},
            },
            "components": {"headers": {"Wait": {"schema": {"type": "integer", "minimum": 1}}}},
        }))];
        faults(&documents, &Method::GET, path, answer).join(" · ")
    }

    #[test]
    fn what_the_document_does_not_say_is_seen() {
        const JSON: (&str, &str) = ("content-type", "application/json");
        for (bad, expected) in [
            (answer(404, &[], ""), "the status is not documented"),
            (answer(204, &[], "x"), "no body is documented"),
            (answer(200, &[("content-type", "text/html")], ""), "media type \"text/html\" is not documented"),
            (answer(200, &[JSON], "{}"), " required"),
            (answer(200, &[JSON, ("etag", "\"1\"")], r#"{"id":1}"#), "header etag is not documented"),
            (answer(200, &[JSON, ("retry-after", "0")], r#"{"id":1}"#), "header Retry-After: minimum"),
            (answer(200, &[JSON, ("retry-after", "soon")], r#"{"id":1}"#), "header Retry-After: type"),
        ] {
            assert_eq!(said("/orders/1", &bad), expected);
        }
        for good in [answer(204, &[("date", "now")], ""), answer(200, &[JSON, ("retry-after", "1")], r#"{"id":1}"#)] {
            assert_eq!(said("/orders/1", &good), "");
        }
        assert_eq!(said("/orders/1/notes", &answer(418, &[], "")), "", "a path that no document names");
    }
}
