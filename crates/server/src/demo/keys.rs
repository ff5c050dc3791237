//! The API keys of the made-up tenants. Their texts are random at every start and are kept nowhere but in this process's memory.

use std::sync::Arc;

use orderbase_application::keys::{self, CreateKey};
use orderbase_application::{App, Conditions, Error, Operator};
use orderbase_kernel::{Name, OperatorName};
use orderbase_tenancy::{Access, ApiKeyText, Permission, PermissionSet, Tenant};

use super::tenants::TenantSpec;

/// A key to make.
#[derive(Clone, Copy, Debug)]
pub struct KeySpec {
    pub name: &'static str,
    pub scopes: &'static [Permission],
}

pub const FULL: KeySpec = KeySpec {
    name: "Full access",
    scopes: &[
        Permission::OrdersRead,
        Permission::OrdersWrite,
        Permission::OrdersProcess,
        Permission::OrdersCancel,
        Permission::CustomersRead,
        Permission::CustomersWrite,
        Permission::TenantRead,
    ],
};
pub const READ_ONLY: KeySpec =
    KeySpec { name: "Read only", scopes: &[Permission::OrdersRead, Permission::CustomersRead, Permission::TenantRead] };
pub const ORDERS_ONLY: KeySpec = KeySpec {
    name: "Orders only",
    scopes: &[Permission::OrdersRead, Permission::OrdersWrite, Permission::OrdersProcess, Permission::OrdersCancel],
};

/// A key with its text.
#[derive(Clone, Debug)]
pub struct DemoKey {
    pub name: &'static str,
    pub scopes: &'static [Permission],
    pub text: ApiKeyText,
}

/// A tenant and the keys that this start has made for it.
#[derive(Clone, Debug)]
pub struct DemoTenant {
    pub spec: &'static TenantSpec,
    pub tenant: Arc<Tenant>,
    /// Empty for a suspended tenant of an earlier start: it gets no new key, and the old one was shown then.
    pub keys: Vec<DemoKey>,
}

impl DemoTenant {
    /// The text of the key that may do most.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.keys.first().map(|key| key.text.expose())
    }
}

/// Who makes the tenants and looks after their keys.
///
/// # Errors
/// `internal_error` if the name is none.
pub fn operator(app: &App) -> Result<Operator, Error> {
    let name = OperatorName::parse("demo").map_err(Error::internal)?;
    Ok(Operator::on_host(app, name, Permission::ALL))
}

/// Makes the keys of a tenant.
///
/// # Errors
/// Those of [`keys::create`].
pub async fn make(app: &App, tenant: &Arc<Tenant>, specs: &[KeySpec]) -> Result<Vec<DemoKey>, Error> {
    let mut made = Vec::with_capacity(specs.len());
    for KeySpec { name, scopes } in specs {
        let ctx = operator(app)?.within(Arc::clone(tenant));
        let wish = CreateKey {
            name: Name::parse(name).map_err(Error::internal)?,
            scopes: PermissionSet::of(scopes),
            expires_at: None,
        };
        let created = keys::create(app, &ctx, wish).await?;
        made.push(DemoKey { name, scopes, text: created.text });
    }
    Ok(made)
}

/// Ends the keys of an earlier start and makes new ones, unless the tenant is suspended.
///
/// # Errors
/// Those of [`keys::list`], [`keys::revoke`] and [`keys::create`].
pub async fn renew(app: &App, tenant: &Arc<Tenant>, specs: &[KeySpec]) -> Result<Vec<DemoKey>, Error> {
    let ctx = operator(app)?.within(Arc::clone(tenant));
    if tenant.access(ctx.at) != Access::Writable {
        return Ok(Vec::new());
    }
    let is_ours = |name: &Name| specs.iter().any(|spec| spec.name == name.as_str());
    for key in keys::list(app, &ctx).await? {
        if key.revoked_at.is_none() && is_ours(&key.name) {
            keys::revoke(app, &ctx, key.id, Conditions::default()).await?;
        }
    }
    make(app, tenant, specs).await
}
