//! The extractors of operations that have a permission: who, whether they may, what they say, in this order (api.md §1).

use std::sync::Arc;

use actix_web::dev::Payload;
use orderbase_application::changeset::KeptAnswer;
use orderbase_application::{App, Code, Conditions, Ctx, IfMatch, Operator};

use super::authorized::{Authorized, AuthorizedOperator, Proof};
use super::body::{FromBody, NoBody};
use super::incoming::{FromCall, Incoming};
use super::path::FromPath;
use super::permission::Needs;
use super::query::FromQuery;
use super::read::{self, Input, OnceKey};
use crate::etag::IfNoneMatch;
use crate::problem::Problem;
use crate::shared::Shared;
use crate::version::ApiVersion;

/// For an operation on the caller's tenant.
pub type Call<P, B = NoBody, A = (), Q = ()> = Asked<Authorized<P>, B, A, Q>;

/// For an operation on the platform: an operator's access token and nothing else opens it, and there is no tenant.
pub type OperatorCall<P, B = NoBody, A = (), Q = ()> = Asked<AuthorizedOperator<P>, B, A, Q>;

/// An authorised, well-formed, valid request.
pub struct Asked<W, B: FromBody, A, Q> {
    pub body: B::Valid,
    pub path: A,
    pub query: Q,
    pub if_match: IfMatch,
    pub if_none_match: IfNoneMatch,
    pub version: ApiVersion,
    once: Option<OnceKey>,
    proof: W,
    app: Arc<App>,
    shared: Arc<Shared>,
}

/// What is left of a request when its conditions were taken. `ctx` is the context of the use case: a tenant's or an operator's.
pub struct Parts<C, B, A = (), Q = ()> {
    pub app: Arc<App>,
    pub ctx: C,
    pub body: B,
    pub path: A,
    pub query: Q,
}

impl<W: Proof, B: FromBody, A: FromPath, Q: FromQuery> FromCall for Asked<W, B, A, Q> {
    const NEEDS: Needs = W::NEEDS;
    const NEEDS_BODY: bool = B::IS_REQUIRED;
    const MISSING: &'static [Code] = A::MISSING;

    async fn from_call(mut incoming: Incoming<'_>, payload: Payload) -> Result<Self, Problem> {
        let (app, shared, version) = (Arc::clone(incoming.app()?), Arc::clone(incoming.shared), incoming.version());
        let extra_cost = Q::extra_cost(incoming.request.query_string(), version);
        let proof = W::of(&mut incoming, extra_cost).await?;
        let input = incoming.read::<B, A, Q>(payload).await?;
        let Input { body, path, query, if_match, if_none_match, once } = input;
        Ok(Self { body, path, query, if_match, if_none_match, version, once, proof, app, shared })
    }
}

impl<W: Proof, B: FromBody, A, Q> Asked<W, B, A, Q> {
    pub fn app(&self) -> &App {
        &self.app
    }

    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Taken apart, for commands that keep what was sent.
    pub fn into_parts(self) -> Parts<W::Context, B::Valid, A, Q> {
        let Self { body, path, query, proof, app, .. } = self;
        Parts { app, ctx: proof.into_context(), body, path, query }
    }

    /// What the command has to respect. `render` writes the answer that is kept under the idempotency key.
    pub fn conditions<V>(&self, render: impl Fn(&V) -> KeptAnswer + Send + Sync + 'static) -> Conditions<V> {
        read::conditions(&self.if_match, self.once.as_ref(), render)
    }
}

impl<P, B: FromBody, A, Q> Call<P, B, A, Q> {
    pub fn ctx(&self) -> &Ctx {
        self.proof.ctx()
    }
}

impl<P, B: FromBody, A, Q> OperatorCall<P, B, A, Q> {
    pub fn operator(&self) -> &Operator {
        self.proof.operator()
    }
}
