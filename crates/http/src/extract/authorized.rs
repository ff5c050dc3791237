//! Proof that a caller was authenticated and holds a permission. Made here alone; a use case gets its `Ctx` out of one.

use std::marker::PhantomData;

use orderbase_application::{Ctx, Error};
use orderbase_tenancy::Access as TenantAccess;

use super::call::Incoming;
use super::credential;
use super::permission::{Access, Requires};
use crate::problem::Problem;

/// A caller who may do what `P` names.
pub struct Authorized<P> {
    ctx: Ctx,
    permission: PhantomData<P>,
}

impl<P: Requires> Authorized<P> {
    /// Credential, closed tenant, permission, read-only tenant, in this order.
    ///
    /// # Errors
    /// `ambiguous_credentials`, `unauthenticated`, `tenant_closed`, `overloaded`, `permission_denied`, `tenant_suspended`, `trial_expired`.
    pub(super) async fn of(incoming: &mut Incoming<'_>) -> Result<Self, Problem> {
        let ctx = incoming.authenticate(credential::read(incoming.request.headers())?).await?;
        if ctx.tenant.access(ctx.at) == TenantAccess::Closed {
            return Err(Error::ReadOnly(TenantAccess::Closed).into());
        }
        incoming.shared.admission.assign(incoming.permit, ctx.tenant.id())?;
        match P::ACCESS {
            Access::Permission(permission) if incoming.route.runs_read_only() => {
                ctx.require_even_read_only(permission)?
            }
            Access::Permission(permission) => ctx.require(permission)?,
            Access::Credential | Access::Public => {}
        }
        Ok(Self { ctx, permission: PhantomData })
    }

    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    pub fn into_ctx(self) -> Ctx {
        self.ctx
    }
}
