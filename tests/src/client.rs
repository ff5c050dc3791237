//! A caller of the API with verbs as methods. Every answer comes back as it was, whatever its status: the test judges.
//! That it conforms to the document is judged here, for all of them. Must never retry, follow a redirect, or use a proxy.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, redirect};
use serde_json::Value;

use crate::conformance;

/// A caller with one base URL and, mostly, one credential.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    /// A header and its value.
    credential: Option<(&'static str, String)>,
    /// A word that no answer may hold.
    foreign: Option<&'static str>,
}

impl Client {
    /// A caller without credentials. `base` is scheme, host and port.
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .tls_certs_only([])
            .timeout(Duration::from_secs(30))
            .build()
            .expect("a client without options that could clash");
        Self { http, base: base.trim_end_matches('/').to_owned(), credential: None, foreign: None }
    }

    /// The same caller with an API key.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self { credential: Some(("x-api-key", key.to_owned())), ..self.clone() }
    }

    /// The same caller, whose test fails where an answer holds the word: it stands in what is another tenant's.
    #[must_use]
    pub fn never_shown(&self, word: &'static str) -> Self {
        Self { foreign: Some(word), ..self.clone() }
    }

    /// The same caller with an access token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { credential: Some(("authorization", format!("Bearer {token}"))), ..self.clone() }
    }

    /// `GET path`
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path).send().await
    }

    /// `POST path` with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path).json(body).send().await
    }

    /// `PATCH path` with a JSON body, on the state that `etag` names.
    pub async fn patch(&self, path: &str, etag: &str, body: &Value) -> Answer {
        self.call(Method::PATCH, path).header("if-match", etag).json(body).send().await
    }

    /// `PUT path` with a JSON body, on the state that `etag` names.
    pub async fn put(&self, path: &str, etag: &str, body: &Value) -> Answer {
        self.call(Method::PUT, path).header("if-match", etag).json(body).send().await
    }

    /// `DELETE path`
    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path).send().await
    }

    /// Any request, to be added to before it is sent.
    pub fn call(&self, method: Method, path: &str) -> Call {
        let request = self.http.request(method, format!("{}{path}", self.base));
        let request = match &self.credential {
            Some((name, value)) => request.header(*name, value),
            None => request,
        };
        Call { request, foreign: self.foreign }
    }
}

/// A request that is not sent yet.
#[derive(Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct Call {
    request: reqwest::RequestBuilder,
    foreign: Option<&'static str>,
}

impl Call {
    /// Adds a header.
    pub fn header(self, name: &str, value: &str) -> Self {
        Self { request: self.request.header(name, value), ..self }
    }

    /// Sets a JSON body and its content type.
    pub fn json(self, body: &Value) -> Self {
        Self { request: self.request.json(body), ..self }
    }

    /// Sets a body of form fields and its content type.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let url = reqwest::Url::parse_with_params("http://form", fields).expect("any text can be a field");
        let body = url.query().unwrap_or_default().to_owned();
        self.header("content-type", "application/x-www-form-urlencoded").body(body)
    }

    /// Sets a body as it is, with no content type.
    pub fn body(self, body: impl Into<reqwest::Body>) -> Self {
        Self { request: self.request.body(body), ..self }
    }

    /// Sends it. Fails the test when no answer comes.
    pub async fn send(self) -> Answer {
        self.try_send().await.unwrap_or_else(|cause| panic!("no answer: {cause:?}"))
    }

    /// Sends it, where the test expects that no answer may come.
    ///
    /// # Errors
    /// The connection was refused, cut or silent for 30 s.
    pub async fn try_send(self) -> Result<Answer, reqwest::Error> {
        let (client, request) = self.request.build_split();
        let request = request?;
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = client.execute(request).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let answer = Answer { status, headers, body: response.bytes().await?.to_vec() };
        conformance::judge(&method, &path, &answer);
        if let Some(word) = self.foreign {
            let shows = answer.body.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!shows, "another tenant's is shown: {}", answer.text());
        }
        Ok(answer)
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// The bytes of the body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("the body is UTF-8")
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|fault| panic!("{} with a body that is no JSON ({fault}): {}", self.status, self.text()))
    }

    /// A header, or an empty text where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("the header is ASCII"))
    }

    /// The answer itself, if it has that status; else the test fails and shows the body.
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// `code` of a problem, after a look at its media type.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{} {}", self.status, self.text());
        self.json()["code"].as_str().expect("a problem has a code").to_owned()
    }
}
