//! One request and its answer.

use std::rc::Rc;

use actix_web::body::to_bytes;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::test::TestRequest;
use actix_web::web::Bytes;
use futures_util::future::LocalBoxFuture;
use serde_json::Value;

/// A request that is put together.
#[must_use]
pub struct Sent {
    serve: Rc<dyn Fn(TestRequest) -> LocalBoxFuture<'static, ServiceResponse>>,
    method: Method,
    path: String,
    key: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Bytes>,
    peer: &'static str,
}

impl Sent {
    pub(super) fn new(
        serve: Rc<dyn Fn(TestRequest) -> LocalBoxFuture<'static, ServiceResponse>>,
        method: Method,
        path: &str,
        key: &str,
    ) -> Self {
        Self {
            serve,
            method,
            path: path.to_owned(),
            key: Some(key.to_owned()),
            headers: Vec::new(),
            body: None,
            peer: "192.0.2.7:40000",
        }
    }

    /// With this key instead of the app's own.
    pub fn as_key(mut self, text: &str) -> Self {
        self.key = Some(text.to_owned());
        self
    }

    /// With this access token instead of a key.
    pub fn as_bearer(self, token: &str) -> Self {
        self.anonymous().header("authorization", format!("Bearer {token}"))
    }

    /// Without credential.
    pub fn anonymous(mut self) -> Self {
        self.key = None;
        self
    }

    /// From this address and port.
    pub fn from(mut self, peer: &'static str) -> Self {
        self.peer = peer;
        self
    }

    /// Adds a header; a second one of a name stands beside the first.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name = HeaderName::try_from(name).unwrap();
        self.headers.push((name, HeaderValue::from_bytes(value.as_ref()).unwrap()));
        self
    }

    /// `Idempotency-Key`
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub fn if_match(self, tags: &str) -> Self {
        self.header("if-match", tags)
    }

    pub fn if_none_match(self, tags: &str) -> Self {
        self.header("if-none-match", tags)
    }

    pub fn json(self, body: &Value) -> Self {
        self.text(&body.to_string())
    }

    /// `application/json`, as it stands.
    pub fn text(self, body: &str) -> Self {
        self.header("content-type", "application/json").bytes(body.as_bytes().to_vec())
    }

    /// `application/x-www-form-urlencoded`, as it stands.
    pub fn form(self, body: &str) -> Self {
        self.header("content-type", "application/x-www-form-urlencoded").bytes(body.as_bytes().to_vec())
    }

    /// A body without `Content-Type`.
    pub fn bytes(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    pub async fn send(self) -> Received {
        let mut request = TestRequest::with_uri(&self.path).method(self.method).peer_addr(self.peer.parse().unwrap());
        if let Some(key) = &self.key {
            request = request.append_header(("x-api-key", key.as_str()));
        }
        if !self.headers.iter().any(|(name, _)| *name == "host") {
            request = request.insert_header(("host", "localhost"));
        }
        if let Some(body) = self.body {
            request = request.insert_header(("content-length", body.len().to_string())).set_payload(body);
        }
        for (name, value) in self.headers {
            request = match name == "content-length" {
                true => request.insert_header((name, value)),
                false => request.append_header((name, value)),
            };
        }
        let response = (self.serve)(request).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body()).await.unwrap_or_default();
        Received { status, headers, bytes }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Received {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Bytes,
}

impl Received {
    /// A header's value; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {:?}", self.bytes))
    }

    /// The code of a problem that is whole: media type, all members, and the status line's status.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem = self.json();
        let code = problem["code"].as_str().unwrap().to_owned();
        for member in ["type", "title", "detail", "instance", "request_id"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member} of {problem}");
        }
        assert_eq!(problem["status"], self.status.as_u16(), "{problem}");
        assert!(problem["type"].as_str().unwrap().ends_with(&format!("/errors/{code}")), "{problem}");
        assert_eq!(problem["request_id"], self.header("x-request-id"), "{problem}");
        code
    }

    /// The places and codes of a problem's faults, such as `#/items/0/quantity out_of_range`.
    pub fn faults(&self) -> Vec<String> {
        let problem = self.json();
        let faults = problem["errors"].as_array().cloned().unwrap_or_default();
        faults
            .iter()
            .map(|fault| {
                let place = ["pointer", "parameter", "header"].iter().find_map(|kind| fault[*kind].as_str()).unwrap();
                format!("{place} {}", fault["code"].as_str().unwrap())
            })
            .collect()
    }
}
