//! The platform's operator: somebody with a shell on the host. Stands outside all tenants, and acts within the one that is named.

use std::net::IpAddr;
use std::sync::Arc;

use orderbase_kernel::{Actor, OperatorName, RequestId, Timestamp};
use orderbase_tenancy::{Permission, PermissionSet, Tenant};
use uuid::Uuid;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Error;

/// The context of one command of the command line, with the permissions which that command needs and no others.
#[derive(Clone, Debug)]
pub struct Operator {
    pub name: OperatorName,
    pub permissions: PermissionSet,
    /// Under which idempotency keys are kept; nil on the host, which has none.
    pub principal_id: Uuid,
    /// Where it signed in from; none on the host.
    pub network: Option<IpAddr>,
    pub request_id: RequestId,
    pub at: Timestamp,
}

impl Operator {
    /// Made by the command line, for one command.
    pub fn on_host(app: &App, name: OperatorName, permissions: &[Permission]) -> Self {
        let at = app.clock.now();
        let request_id = RequestId::from_uuid(app.ids.next(at));
        Self {
            name,
            permissions: PermissionSet::of(permissions),
            principal_id: Uuid::nil(),
            network: None,
            request_id,
            at,
        }
    }

    /// The first statement of each use case that stands outside all tenants.
    ///
    /// # Errors
    /// [`Error::Denied`] without the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Error> {
        if self.permissions.contains(permission) { Ok(()) } else { Err(Error::Denied { permission }) }
    }

    /// The context of a use case within the tenant.
    pub fn within(&self, tenant: Arc<Tenant>) -> Ctx {
        Ctx {
            tenant,
            actor: Actor::Operator(self.name.clone()),
            principal_id: self.principal_id,
            permissions: self.permissions,
            role: None,
            session: None,
            key_rate: None,
            network: self.network,
            request_id: self.request_id.clone(),
            at: self.at,
        }
    }
}
