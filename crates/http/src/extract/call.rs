//! The extractor of operations on a tenant: who, whether they may, what they say, in this order (api.md §1).

use std::sync::Arc;

use actix_web::dev::Payload;
use orderbase_application::changeset::KeptAnswer;
use orderbase_application::{App, Code, Conditions, Ctx, IfMatch};

use super::authorized::Authorized;
use super::body::{FromJson, NoBody};
use super::incoming::{FromCall, Incoming};
use super::path::FromPath;
use super::permission::{Needs, Requires};
use super::query::FromQuery;
use super::read::{self, Input, OnceKey};
use crate::etag::IfNoneMatch;
use crate::problem::Problem;
use crate::shared::Shared;

/// An authorised, well-formed, valid request for an operation on the caller's tenant.
pub struct Call<P, B: FromJson = NoBody, A = (), Q = ()> {
    pub body: B::Valid,
    pub path: A,
    pub query: Q,
    pub if_match: IfMatch,
    pub if_none_match: IfNoneMatch,
    once: Option<OnceKey>,
    authorized: Authorized<P>,
    app: Arc<App>,
    shared: Arc<Shared>,
}

/// What is left of a [`Call`] when its conditions were taken.
pub struct Parts<B, A = (), Q = ()> {
    pub app: Arc<App>,
    pub ctx: Ctx,
    pub body: B,
    pub path: A,
    pub query: Q,
}

impl<P: Requires, B: FromJson, A: FromPath, Q: FromQuery> FromCall for Call<P, B, A, Q> {
    const NEEDS: Needs = P::NEEDS;
    const NEEDS_BODY: bool = B::IS_REQUIRED;
    const MISSING: &'static [Code] = A::MISSING;

    async fn from_call(mut incoming: Incoming<'_>, payload: Payload) -> Result<Self, Problem> {
        let (app, shared) = (Arc::clone(incoming.app()?), Arc::clone(incoming.shared));
        let authorized = Authorized::<P>::of(&mut incoming).await?;
        let input = incoming.read::<B, A, Q>(payload).await?;
        let Input { body, path, query, if_match, if_none_match, once } = input;
        Ok(Self { body, path, query, if_match, if_none_match, once, authorized, app, shared })
    }
}

impl<P: Requires, B: FromJson, A, Q> Call<P, B, A, Q> {
    pub fn app(&self) -> &App {
        &self.app
    }

    pub fn ctx(&self) -> &Ctx {
        self.authorized.ctx()
    }

    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Taken apart, for commands that keep what was sent.
    pub fn into_parts(self) -> Parts<B::Valid, A, Q> {
        let Self { body, path, query, if_match: _, if_none_match: _, once: _, authorized, app, shared: _ } = self;
        Parts { app, ctx: authorized.into_ctx(), body, path, query }
    }

    /// What the command has to respect. `render` writes the answer that is kept under the idempotency key.
    pub fn conditions<V>(&self, render: impl Fn(&V) -> KeptAnswer + Send + Sync + 'static) -> Conditions<V> {
        read::conditions(&self.if_match, self.once.as_ref(), render)
    }
}
