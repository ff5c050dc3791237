//! The extractor of public operations: no credential is read, nothing of a tenant can be reached.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;

use super::body::NoBody;
use super::call::{FromCall, Incoming};
use super::permission::Access;
use super::query::Query;
use super::{credential, json, media, payload};
use crate::etag::{BadTags, IfNoneMatch};
use crate::problem::Problem;
use crate::shared::Shared;

/// A well-formed request for a public operation.
pub struct Visit {
    pub shared: Arc<Shared>,
    pub if_none_match: IfNoneMatch,
    pub headers: HeaderMap,
    /// Whether peer and `Host` are this machine.
    pub is_local: bool,
    arguments: Vec<(String, String)>,
}

impl FromCall for Visit {
    const ACCESS: Access = Access::Public;
    const NEEDS_BODY: bool = false;

    async fn from_call(mut incoming: Incoming<'_>, payload: Payload) -> Result<Self, Problem> {
        let (request, shared, track) = (incoming.request, incoming.shared, incoming.track);
        let headers = request.headers();
        credential::refuse_in_query(request.query_string())?;
        incoming.route.offer.check(headers)?;
        if payload::is_announced(headers) {
            media::check(headers, request.method(), false)?;
        }
        let bytes = payload::read(&mut incoming, payload).await?;
        track.body_bytes.set(bytes.len());
        Query::parse::<()>(request.query_string())?;
        let if_none_match = IfNoneMatch::read(headers)
            .map_err(|BadTags(name)| super::fingerprint::bad_header(name, "a list of entity tags, or *"))?;
        if !bytes.is_empty() {
            json::read::<NoBody>(&bytes)?;
        }
        Ok(Self {
            shared: Arc::clone(shared),
            if_none_match,
            headers: headers.clone(),
            is_local: crate::client::is_local(request.head()),
            arguments: arguments(request),
        })
    }
}

impl Visit {
    /// A path argument by name; empty if the path has none.
    pub fn argument(&self, name: &str) -> &str {
        self.arguments.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

fn arguments(request: &HttpRequest) -> Vec<(String, String)> {
    request.match_info().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
