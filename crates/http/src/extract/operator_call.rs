//! The extractor of operations on the platform: an operator's access token and nothing else opens them, and there is no tenant.

use std::sync::Arc;

use actix_web::dev::Payload;
use orderbase_application::changeset::KeptAnswer;
use orderbase_application::{App, Code, Conditions, IfMatch, Operator};

use super::authorized::AuthorizedOperator;
use super::body::{FromJson, NoBody};
use super::incoming::{FromCall, Incoming};
use super::path::FromPath;
use super::permission::{Needs, Requires};
use super::query::FromQuery;
use super::read::{self, Input, OnceKey};
use crate::etag::IfNoneMatch;
use crate::problem::Problem;
use crate::shared::Shared;

/// An authorised, well-formed, valid request for an operation on the platform.
pub struct OperatorCall<P, B: FromJson = NoBody, A = (), Q = ()> {
    pub body: B::Valid,
    pub path: A,
    pub query: Q,
    pub if_match: IfMatch,
    pub if_none_match: IfNoneMatch,
    once: Option<OnceKey>,
    authorized: AuthorizedOperator<P>,
    app: Arc<App>,
    shared: Arc<Shared>,
}

/// What is left of an [`OperatorCall`] when its conditions were taken.
pub struct OperatorParts<B, A = (), Q = ()> {
    pub app: Arc<App>,
    pub operator: Operator,
    pub body: B,
    pub path: A,
    pub query: Q,
}

impl<P: Requires, B: FromJson, A: FromPath, Q: FromQuery> FromCall for OperatorCall<P, B, A, Q> {
    const NEEDS: Needs = P::NEEDS;
    const NEEDS_BODY: bool = B::IS_REQUIRED;
    const MISSING: &'static [Code] = A::MISSING;

    async fn from_call(mut incoming: Incoming<'_>, payload: Payload) -> Result<Self, Problem> {
        let (app, shared) = (Arc::clone(incoming.app()?), Arc::clone(incoming.shared));
        let authorized = AuthorizedOperator::<P>::of(&mut incoming).await?;
        let input = incoming.read::<B, A, Q>(payload).await?;
        let Input { body, path, query, if_match, if_none_match, once } = input;
        Ok(Self { body, path, query, if_match, if_none_match, once, authorized, app, shared })
    }
}

impl<P: Requires, B: FromJson, A, Q> OperatorCall<P, B, A, Q> {
    pub fn app(&self) -> &App {
        &self.app
    }

    pub fn operator(&self) -> &Operator {
        self.authorized.operator()
    }

    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Taken apart, for commands that keep what was sent.
    pub fn into_parts(self) -> OperatorParts<B::Valid, A, Q> {
        let Self { body, path, query, if_match: _, if_none_match: _, once: _, authorized, app, shared: _ } = self;
        OperatorParts { app, operator: authorized.into_operator(), body, path, query }
    }

    /// What the command has to respect. `render` writes the answer that is kept under the idempotency key.
    pub fn conditions<V>(&self, render: impl Fn(&V) -> KeptAnswer + Send + Sync + 'static) -> Conditions<V> {
        read::conditions(&self.if_match, self.once.as_ref(), render)
    }
}
