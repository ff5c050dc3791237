//! The extractor of public operations: no credential is read, nothing of a tenant can be reached but by what the body proves.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;
use orderbase_application::{App, Client};

use super::body::{FromBody, NoBody};
use super::credential;
use super::incoming::{FromCall, Incoming};
use super::permission::Needs;
use super::read::Input;
use crate::etag::IfNoneMatch;
use crate::problem::Problem;
use crate::shared::Shared;

/// A well-formed request for a public operation.
pub struct Visit<B: FromBody = NoBody> {
    pub body: B::Valid,
    pub shared: Arc<Shared>,
    pub if_none_match: IfNoneMatch,
    pub headers: HeaderMap,
    /// Whether peer and `Host` are this machine.
    pub is_local: bool,
    client: Client,
    arguments: Vec<(String, String)>,
    pattern: String,
}

impl<B: FromBody> FromCall for Visit<B> {
    const NEEDS: Needs = Needs::Public;
    const NEEDS_BODY: bool = B::IS_REQUIRED;

    async fn from_call(mut incoming: Incoming<'_>, payload: Payload) -> Result<Self, Problem> {
        let (request, shared) = (incoming.request, Arc::clone(incoming.shared));
        credential::refuse_in_query(request.query_string())?;
        let client = incoming.client();
        let Input { body, if_none_match, .. } = incoming.read::<B, (), ()>(payload).await?;
        Ok(Self {
            body,
            shared,
            if_none_match,
            headers: request.headers().clone(),
            is_local: crate::client::is_local(request.head()),
            client,
            arguments: arguments(request),
            pattern: request.match_pattern().unwrap_or_default(),
        })
    }
}

impl<B: FromBody> Visit<B> {
    /// # Errors
    /// `dependency_unavailable` while the process starts, which only probes get to see.
    pub fn app(&self) -> Result<&App, Problem> {
        self.shared.started_app().map(|app| &**app)
    }

    /// Who is at the other end.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The path as it is registered, where an operation has several.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// A path argument by name; empty if the path has none.
    pub fn argument(&self, name: &str) -> &str {
        self.arguments.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

fn arguments(request: &HttpRequest) -> Vec<(String, String)> {
    request.match_info().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
