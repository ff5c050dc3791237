//! The route table: what the process serves, once, for the router and for the OpenAPI document.

mod otherwise;
mod router;
mod table;

use std::fmt;
use std::future::Future;

use actix_web::dev::Payload;
use actix_web::{HttpRequest, web};
use orderbase_application::Code;
use utoipa::__dev::{SchemaReferences, Tags};
use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::{RefOr, Schema};

pub use self::otherwise::Otherwise;
pub(crate) use self::router::register;
#[cfg(test)]
pub(crate) use self::table::deprecate;
pub use self::table::routes;
use crate::extract::permission::Needs;
use crate::extract::{FromCall, Offer};
use crate::middleware::pass;
use crate::respond::Answer;
use crate::version::{ApiVersion, Deprecated, Deprecation};

/// The methods that operations have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Verb {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// The letters of api.md §2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// E: an entity tag, `If-None-Match`.
    pub etag: bool,
    /// K: `Idempotency-Key`.
    pub once: bool,
    /// M or m: `If-Match`.
    pub if_match: bool,
    /// M.
    pub if_match_required: bool,
    /// r: also in a read-only tenant.
    pub even_read_only: bool,
    /// 201 with `Location`, counted by the plan.
    pub creates: bool,
    /// 201 with `Location` of what has no tag of its own and is not counted by the plan.
    pub appends: bool,
    /// A list with a cursor and `Link`.
    pub pages: bool,
    /// Outside limits and access log.
    pub probe: bool,
    /// Served where the documents are.
    pub documents: bool,
    /// 400 and 401 are told in the words of RFC 6749.
    pub oauth: bool,
}

/// An operation.
pub struct Route {
    pub verb: Verb,
    pub path: String,
    /// Other paths of the same operation, left out of the document.
    pub aliases: &'static [&'static str],
    pub operation_id: String,
    pub needs: Needs,
    pub flags: Flags,
    /// Units that a call costs.
    pub cost: u16,
    /// What `Accept` has to admit.
    pub offer: Offer,
    /// The codes of its own, beside those that follow from the flags.
    pub refuses: &'static [Code],
    /// Those that say that nothing is found under the path's arguments.
    pub missing: &'static [Code],
    /// Whether a body has to be sent.
    pub needs_body: bool,
    /// What version 2 says otherwise.
    pub otherwise: Option<&'static Otherwise>,
    deprecated: Deprecated,
    pub(crate) operation: Operation,
    pub(crate) schemas: Vec<(String, RefOr<Schema>)>,
    mount: Box<dyn Fn(&'static Route) -> actix_web::Route + Send + Sync>,
}

impl Route {
    /// An operation as its `#[utoipa::path]` (`P`) and its handler describe it. The permission is that of the handler's parameter.
    pub fn of<P, C, H, F>(handler: H) -> Self
    where
        P: utoipa::Path + SchemaReferences + for<'t> Tags<'t>,
        C: FromCall + 'static,
        H: Fn(C) -> F + Copy + Send + Sync + 'static,
        F: Future<Output = Answer> + 'static,
    {
        let mut operation = P::operation();
        operation.tags = Some(P::tags().into_iter().map(str::to_owned).collect());
        let mut schemas = Vec::new();
        <P as SchemaReferences>::schemas(&mut schemas);
        Self {
            verb: verb(&P::methods()),
            path: P::path(),
            aliases: &[],
            operation_id: operation.operation_id.clone().unwrap_or_default(),
            needs: C::NEEDS,
            flags: Flags::default(),
            cost: 1,
            offer: Offer::JSON,
            refuses: &[],
            missing: C::MISSING,
            needs_body: C::NEEDS_BODY,
            otherwise: None,
            deprecated: Deprecated::default(),
            operation,
            schemas,
            mount: Box::new(move |route| {
                web::route().to(move |request: HttpRequest, payload: web::Payload| {
                    let payload: Payload = payload.into_inner();
                    pass(route, handler, request, payload)
                })
            }),
        }
    }

    /// E
    pub fn etag(mut self) -> Self {
        self.flags.etag = true;
        self
    }

    /// K
    pub fn once(mut self) -> Self {
        self.flags.once = true;
        self
    }

    /// m
    pub fn if_match(mut self) -> Self {
        self.flags.if_match = true;
        self
    }

    /// M
    pub fn if_match_required(mut self) -> Self {
        self.flags.if_match = true;
        self.flags.if_match_required = true;
        self
    }

    /// r
    pub fn even_read_only(mut self) -> Self {
        self.flags.even_read_only = true;
        self
    }

    /// 201 with `Location`; the plan may allow no more.
    pub fn creates(mut self) -> Self {
        self.flags.creates = true;
        self
    }

    /// 201 with `Location` and without an entity tag: an entry in a history.
    pub fn appends(mut self) -> Self {
        self.flags.appends = true;
        self
    }

    /// A list with a cursor.
    pub fn pages(mut self) -> Self {
        self.flags.pages = true;
        self
    }

    pub fn cost(mut self, units: u16) -> Self {
        self.cost = units;
        self
    }

    pub fn refuses(mut self, codes: &'static [Code]) -> Self {
        self.refuses = codes;
        self
    }

    /// Version 2 has another form of it.
    pub fn otherwise(mut self, otherwise: &'static Otherwise) -> Self {
        self.otherwise = Some(otherwise);
        self
    }

    pub(crate) fn aliases(mut self, paths: &'static [&'static str]) -> Self {
        self.aliases = paths;
        self
    }

    /// Answers with more media types than JSON, or another.
    pub(crate) fn offers(mut self, offer: Offer) -> Self {
        self.offer = offer;
        self
    }

    pub(crate) fn probe(mut self) -> Self {
        self.flags.probe = true;
        self.cost = 0;
        self
    }

    pub(crate) fn documents(mut self) -> Self {
        self.flags.documents = true;
        self
    }

    /// 400 and 401 in the words of RFC 6749, not as problems.
    pub(crate) fn speaks_oauth(mut self) -> Self {
        self.flags.oauth = true;
        self
    }

    /// Whether and when the operation goes in this version.
    pub fn deprecated_in(&self, version: ApiVersion) -> Option<&'static Deprecation> {
        self.deprecated.of_version(version)
    }

    pub fn is_read(&self) -> bool {
        self.verb == Verb::Get
    }

    /// Whether a call of a tenant's caller is counted by the rates of the tenant and the credential.
    pub fn is_rated(&self) -> bool {
        self.cost > 0 && self.needs != Needs::Public
    }

    pub fn is_probe(&self) -> bool {
        self.flags.probe
    }

    pub fn runs_read_only(&self) -> bool {
        self.flags.even_read_only
    }

    fn mounted(&'static self) -> actix_web::Route {
        (self.mount)(self)
    }
}

/// `GET /api/v1/orders orders_list orders:read`
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<6} {:<40} {:<24} {}", self.verb.as_str(), self.path, self.operation_id, self.needs.as_str())
    }
}

/// utoipa knows methods that no operation has; such a route would be found by the test of the table.
fn verb(methods: &[HttpMethod]) -> Verb {
    match methods.first() {
        Some(HttpMethod::Post) => Verb::Post,
        Some(HttpMethod::Put) => Verb::Put,
        Some(HttpMethod::Patch) => Verb::Patch,
        Some(HttpMethod::Delete) => Verb::Delete,
        _ => Verb::Get,
    }
}
