//! The API keys of the made-up tenants. Their texts are random at every start and are kept nowhere but in this process's memory.

use std::sync::Arc;

use orderbase_application::keys::{self, CreateKey, RotateKey};
use orderbase_application::views::KeyView;
use orderbase_application::{App, Conditions, Error, Operator};
use orderbase_kernel::{Name, OperatorName};
use orderbase_tenancy::{Access, ApiKeyText, Permission, PermissionSet, Tenant};

use super::tenants::TenantSpec;
use super::users::DemoUser;

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
        Permission::UsageRead,
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

/// A tenant, its keys and its people with the texts and passwords of this start.
#[derive(Clone, Debug)]
pub struct DemoTenant {
    pub spec: &'static TenantSpec,
    pub tenant: Arc<Tenant>,
    /// Empty for a suspended tenant whose key somebody has revoked: it gets no other.
    pub keys: Vec<DemoKey>,
    pub users: Vec<DemoUser>,
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
    for spec in specs {
        made.push(make_one(app, tenant, spec).await?);
    }
    Ok(made)
}

async fn make_one(app: &App, tenant: &Arc<Tenant>, spec: &KeySpec) -> Result<DemoKey, Error> {
    let KeySpec { name, scopes } = *spec;
    let wish = CreateKey {
        name: Name::parse(name).map_err(Error::internal)?,
        scopes: PermissionSet::of(scopes),
        expires_at: None,
        rate_limit: None,
        ip_allowlist: Vec::new(),
    };
    let ctx = operator(app)?.within(Arc::clone(tenant));
    let created = keys::create(app, &ctx, wish, Conditions::default()).await?.into_fresh()?;
    Ok(DemoKey { name, scopes, text: created.text })
}

/// Gives the keys of an earlier start new secrets; those of before end at once. Their ids stay, and with them the answers kept under
/// idempotency keys. A key that somebody has revoked is made anew, unless the tenant is suspended.
///
/// # Errors
/// Those of [`keys::list`], [`keys::rotate`] and [`keys::create`].
pub async fn renew(app: &App, tenant: &Arc<Tenant>, specs: &[KeySpec]) -> Result<Vec<DemoKey>, Error> {
    let ctx = operator(app)?.within(Arc::clone(tenant));
    let present = keys::list(app, &ctx).await?;
    let mut renewed = Vec::with_capacity(specs.len());
    for spec in specs {
        // The newest stand first: the oldest is ours, should somebody have made another that looks alike.
        match present.iter().rfind(|key| is_of(key, spec)) {
            Some(key) => {
                let command = RotateKey { id: key.id, overlap_secs: 0 };
                let rotated = keys::rotate(app, &ctx, command, Conditions::default()).await?.into_fresh()?;
                renewed.push(DemoKey { name: spec.name, scopes: spec.scopes, text: rotated.text });
            }
            None if tenant.access(ctx.at) == Access::Writable => renewed.push(make_one(app, tenant, spec).await?),
            None => {}
        }
    }
    Ok(renewed)
}

fn is_of(key: &KeyView, spec: &KeySpec) -> bool {
    let is_live = key.revoked_at.is_none() && key.expires_at.is_none();
    is_live && key.name.as_str() == spec.name && key.scopes == PermissionSet::of(spec.scopes)
}
