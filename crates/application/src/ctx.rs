//! Who asks, for which tenant, with which rights. Made by the authentication use case or by the command line, nowhere else.

use std::net::IpAddr;
use std::sync::Arc;

use orderbase_kernel::{Actor, RequestId, SessionId, TenantId, Timestamp, UserId};
use orderbase_orders::{OrderPolicy, OrderPowers};
use orderbase_tenancy::{Access, Acting, KeyRate, Limits, Permission, PermissionSet, Role, Tenant};
use uuid::Uuid;

use crate::error::Error;

/// The tenant that every port method works for. There is no query without one, but for those named `…_unscoped`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    pub tenant_id: TenantId,
}

/// The context of one request.
#[derive(Clone, Debug)]
pub struct Ctx {
    pub tenant: Arc<Tenant>,
    pub actor: Actor,
    /// The id under which idempotency keys are kept: of the user or API key, so that rotation does not break retries.
    pub principal_id: Uuid,
    pub permissions: PermissionSet,
    /// Of a user; keys and operators have none.
    pub role: Option<Role>,
    /// Of a user who came with an access token of this session.
    pub session: Option<SessionId>,
    /// Of a key, or of a token that stands for one: its own rate, where it has one.
    pub key_rate: Option<KeyRate>,
    /// The client's address, for the audit log.
    pub network: Option<IpAddr>,
    pub request_id: RequestId,
    /// When the request was authenticated; decides trial expiry and overrides.
    pub at: Timestamp,
}

impl Ctx {
    pub fn scope(&self) -> Scope {
        Scope { tenant_id: self.tenant.id() }
    }

    /// The first statement of each use case.
    ///
    /// # Errors
    /// [`Error::Denied`] without the permission; [`Error::ReadOnly`] where a tenant that may only read would be changed.
    pub fn require(&self, permission: Permission) -> Result<(), Error> {
        self.require_even_read_only(permission)?;
        match self.tenant.access(self.at) {
            Access::Writable => Ok(()),
            Access::TrialExpired | Access::Suspended if permission.is_read() => Ok(()),
            access => Err(Error::ReadOnly(access)),
        }
    }

    /// For protective commands (domain.md §5), which a read-only tenant may still run. A test holds its callers to that list.
    ///
    /// # Errors
    /// [`Error::Denied`] without the permission; [`Error::ReadOnly`] of a closed tenant.
    pub fn require_even_read_only(&self, permission: Permission) -> Result<(), Error> {
        if self.tenant.access(self.at) == Access::Closed {
            return Err(Error::ReadOnly(Access::Closed));
        }
        if self.permissions.contains(permission) { Ok(()) } else { Err(Error::Denied { permission }) }
    }

    /// Who acts on users: a user by its role, the operator above all. A key never gets here: none holds `users:write`.
    pub fn acting(&self) -> Acting {
        Acting { role: self.role, user_id: self.user_id() }
    }

    /// A user gives nothing away that its token does not hold: one narrowed to `users:write` would else be widened by an invitation,
    /// a reset or a new secret that it hands to itself. Operators and the command line act for the platform.
    ///
    /// # Errors
    /// [`Error::Denied`] with the first permission that is lacking.
    pub fn covers(&self, given: PermissionSet) -> Result<(), Error> {
        let lacking = given.iter().find(|permission| !self.permissions.contains(*permission));
        match (self.role, lacking) {
            (Some(_), Some(permission)) => Err(Error::Denied { permission }),
            _ => Ok(()),
        }
    }

    pub fn user_id(&self) -> Option<UserId> {
        match self.actor {
            Actor::User(id) => Some(id),
            _ => None,
        }
    }

    pub fn limits(&self) -> Limits {
        self.tenant.limits(self.at)
    }

    pub fn order_policy(&self) -> OrderPolicy {
        OrderPolicy {
            allowed_currencies: self.tenant.settings().allowed_currencies().to_vec(),
            items_max: usize::try_from(self.limits().items_per_order).unwrap_or(usize::MAX),
        }
    }

    pub fn order_powers(&self) -> OrderPowers {
        OrderPowers { cancel_processing: self.permissions.contains(Permission::OrdersCancelProcessing) }
    }
}
