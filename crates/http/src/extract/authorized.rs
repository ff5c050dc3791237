//! Proof that a caller was authenticated and holds a permission. Made here alone; a use case gets its context out of one.

use std::marker::PhantomData;
use std::sync::Arc;

use orderbase_application::auth::{self, Caller};
use orderbase_application::ports::{Bucket, Of, ThrottleTaking};
use orderbase_application::{App, Client, Code, Ctx, Error, Operator, keys};
use orderbase_kernel::Actor;
use orderbase_tenancy::Permission;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::credential::{self, Credential};
use super::denied::{self, Denied};
use super::incoming::Incoming;
use super::permission::{Needs, Requires};
use crate::middleware::{Late, within};
use crate::problem::Problem;
use crate::shared::Shared;
use crate::version::ApiVersion;

/// Of whom nothing but the address is known: the name under which its bucket is published (api.md §8).
const POLICY: &str = "ip";

/// A caller of a tenant who may do what `P` names.
pub struct Authorized<P> {
    ctx: Ctx,
    permission: PhantomData<P>,
}

/// An operator of the platform who may do what `P` names.
pub struct AuthorizedOperator<P> {
    operator: Operator,
    permission: PhantomData<P>,
}

/// What is proved before a request is read.
pub trait Proof: Sized {
    const NEEDS: Needs;

    /// What a use case gets of it.
    type Context;

    /// # Errors
    /// Those of [`Incoming::caller`], and why the caller may not.
    fn of(incoming: &mut Incoming<'_>, extra_cost: u32) -> impl Future<Output = Result<Self, Problem>>;

    fn into_context(self) -> Self::Context;
}

impl<P> Authorized<P> {
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }
}

impl<P> AuthorizedOperator<P> {
    pub fn operator(&self) -> &Operator {
        &self.operator
    }
}

impl<P: Requires> Proof for Authorized<P> {
    const NEEDS: Needs = P::NEEDS;

    type Context = Ctx;

    /// Credential, closed tenant, rate, permission, read-only tenant, in this order.
    ///
    /// # Errors
    /// Those of [`Incoming::caller`]; `overloaded`, `rate_limited`, `permission_denied`, `tenant_suspended`, `trial_expired`.
    async fn of(incoming: &mut Incoming<'_>, extra_cost: u32) -> Result<Self, Problem> {
        let ctx = match incoming.caller().await? {
            Caller::Tenant(ctx) => *ctx,
            Caller::Operator(_) => return Err(outside_tenants(P::NEEDS)),
        };
        incoming.take_rate(&ctx, extra_cost).await?;
        let allowed = match P::NEEDS {
            // What a version needs besides is asked for before a read-only tenant is told that it may not write.
            Needs::Permission(permission) => ctx
                .require_even_read_only(permission)
                .and_then(|()| incoming.besides().map_or(Ok(()), |besides| ctx.require_even_read_only(besides)))
                .and_then(|()| match incoming.route.runs_read_only() {
                    true => Ok(()),
                    false => ctx.require(permission),
                }),
            Needs::Session if ctx.session.is_none() => Err(Error::NoSession),
            Needs::Session | Needs::Credential | Needs::Public => Ok(()),
        };
        match allowed {
            Ok(()) => Ok(Self { ctx, permission: PhantomData }),
            Err(error) => Err(incoming.refused(&ctx, error)?),
        }
    }

    fn into_context(self) -> Ctx {
        self.ctx
    }
}

impl<P: Requires> Proof for AuthorizedOperator<P> {
    const NEEDS: Needs = P::NEEDS;

    type Context = Operator;

    /// Credential, then permission. Operators have no tenant and no rate; who has one is counted before he is refused. A key and a user of a tenant never hold one of the platform's.
    ///
    /// # Errors
    /// Those of [`Incoming::caller`]; `overloaded`, `rate_limited`, `permission_denied`.
    async fn of(incoming: &mut Incoming<'_>, extra_cost: u32) -> Result<Self, Problem> {
        let operator = match (incoming.caller().await?, P::NEEDS) {
            (Caller::Operator(operator), Needs::Permission(permission)) => {
                operator.require(permission)?;
                *operator
            }
            (Caller::Tenant(ctx), Needs::Permission(permission)) => {
                incoming.take_rate(&ctx, extra_cost).await?;
                return Err(incoming.refused(&ctx, Error::Denied { permission })?);
            }
            _ => return Err(Problem::internal("an operation of the platform names no permission")),
        };
        Ok(Self { operator, permission: PhantomData })
    }

    fn into_context(self) -> Operator {
        self.operator
    }
}

fn outside_tenants(needs: Needs) -> Problem {
    match needs {
        Needs::Permission(permission) => Error::Denied { permission }.into(),
        Needs::Session => Error::NoSession.into(),
        Needs::Credential | Needs::Public => Problem::wrong_caller("An operator of the platform has no tenant."),
    }
}

impl Incoming<'_> {
    /// The permission that the operation needs besides in the version that was asked for.
    fn besides(&self) -> Option<Permission> {
        self.route.otherwise.filter(|_| self.version() == ApiVersion::V2).map(|otherwise| otherwise.needs)
    }

    /// What a caller of a tenant is answered with, noted if it was for want of a permission.
    ///
    /// # Errors
    /// Those of [`Incoming::app`].
    fn refused(&self, ctx: &Ctx, error: Error) -> Result<Problem, Problem> {
        if error.code() == Code::PermissionDenied {
            let denied = Denied { tenant_id: ctx.tenant.id(), actor: ctx.actor.clone(), at: ctx.at };
            denied::note(self.app()?, &self.route.operation_id, &self.client(), denied);
        }
        Ok(error.into())
    }

    /// Whom the credential stands for.
    ///
    /// The look-up owns what it needs and is never cut (reliability.md 18). Nothing has happened when it is late, so a write too
    /// may be sent again. It keeps no place: who waited for it has gone.
    ///
    /// # Errors
    /// `unknown_parameter` for a credential in the URL, `ambiguous_credentials`, `unauthenticated`, `token_expired`, `rate_limited`,
    /// `tenant_closed`, `address_not_allowed`, `dependency_unavailable`, `deadline_exceeded`.
    pub(super) async fn caller(&mut self) -> Result<Caller, Problem> {
        credential::refuse_in_query(self.request.query_string())?;
        let (app, shared, client) = (Arc::clone(self.app()?), Arc::clone(self.shared), self.client());
        let operation = self.route.operation_id.as_str();
        let sent = credential::read(self.request.headers()).map(|credential| credential.map(str::to_owned));
        let look_up = async move {
            match sent {
                Ok(credential) => recognised(&app, &shared, &client, &credential, operation).await,
                Err(problem) if problem.code() == Code::Unauthenticated => Err(counted(&app, &client, problem).await),
                Err(problem) => Err(problem),
            }
        };
        let begun = Instant::now();
        let caller = within(self.shared.options.read_deadline.min(*self.left), None, look_up.in_current_span())
            .await
            .map_err(|Late| Problem::new(Code::DeadlineExceeded))??;
        *self.left = self.left.saturating_sub(begun.elapsed());
        // Set once per request.
        let _ = self.track.caller.set(match &caller {
            Caller::Tenant(ctx) => (Some(ctx.tenant.id()), ctx.actor.kind(), ctx.principal_id),
            Caller::Operator(operator) => (None, "operator", operator.principal_id),
        });
        Ok(caller)
    }
}

/// Throttle, then look up. A credential that was good the last time does not ask the throttle, which counts failures alone.
async fn recognised(
    app: &App,
    shared: &Shared,
    client: &Client,
    credential: &Credential<String>,
    operation: &'static str,
) -> Result<Caller, Problem> {
    let mark = shared.known.mark(credential);
    if !shared.known.holds(mark) {
        granted(app.throttles.peek(&bucket(client)).await)?;
    }
    let found = match credential {
        Credential::ApiKey(text) => {
            keys::authenticate(app, text, client).await.map(|ctx| Caller::Tenant(Box::new(ctx)))
        }
        Credential::Bearer(token) => auth::bearer(app, token, client).await,
    };
    match found {
        Ok(caller) => {
            shared.known.keep(mark);
            Ok(caller)
        }
        Err(error @ (Error::Unauthenticated | Error::TokenExpired)) => {
            shared.known.forget(mark);
            Err(counted(app, client, error.into()).await)
        }
        Err(error) => {
            // Of a key that is good everywhere else: whose it is, is known.
            if let Error::AddressNotAllowed { tenant_id, api_key_id } = &error {
                let (tenant_id, actor, at) = (*tenant_id, Actor::ApiKey(*api_key_id), app.clock.now());
                denied::note(app, operation, client, Denied { tenant_id, actor, at });
            }
            Err(error.into())
        }
    }
}

/// Counts a failure; the one that finds the bucket empty is told so instead.
async fn counted(app: &App, client: &Client, failure: Problem) -> Problem {
    granted(app.throttles.take(&bucket(client)).await).err().unwrap_or(failure)
}

fn bucket(client: &Client) -> [(Bucket, Of<'static>); 1] {
    [(Bucket::CredentialIp, Of::Network(client.network))]
}

fn granted(taking: ThrottleTaking) -> Result<(), Problem> {
    match taking {
        ThrottleTaking::Granted => Ok(()),
        ThrottleTaking::Refused { bucket: _, retry_after_secs } => Err(Problem::throttled(POLICY, retry_after_secs)),
    }
}
