//! Permissions as types, so that a handler's parameter names the one it needs. There is no default.

use orderbase_tenancy::Permission;

/// What an operation needs of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// No credential is read.
    Public,
    /// Any valid credential of a tenant.
    Credential,
    /// A signed-in user, whatever it may do.
    Session,
    /// A credential with this permission.
    Permission(Permission),
}

impl Needs {
    /// The permission's name, as `x-permission` publishes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Credential => "any",
            Self::Session => "user",
            Self::Permission(permission) => permission.as_str(),
        }
    }

    /// Whether an operator of the platform is asked for, who has no tenant.
    pub fn is_of_the_platform(self) -> bool {
        matches!(self, Self::Permission(Permission::PlatformRead | Permission::PlatformWrite))
    }

    /// Whether an API key can be enough.
    pub fn admits_keys(self) -> bool {
        match self {
            Self::Public | Self::Session => false,
            Self::Credential => true,
            Self::Permission(permission) => permission.grantable_to_key(),
        }
    }
}

/// A type that names what an operation needs of its caller.
pub trait Requires: 'static {
    const NEEDS: Needs;
}

/// Any valid credential of a tenant.
pub struct AnyCredential;

impl Requires for AnyCredential {
    const NEEDS: Needs = Needs::Credential;
}

/// A signed-in user: what it does concerns itself alone, so that no permission is needed (security.md rule 39).
pub struct Session;

impl Requires for Session {
    const NEEDS: Needs = Needs::Session;
}

macro_rules! permissions {
    ($($name:ident)+) => {
        $(
            #[doc = concat!("The permission `", stringify!($name), "`.")]
            pub struct $name;

            impl Requires for $name {
                const NEEDS: Needs = Needs::Permission(Permission::$name);
            }
        )+

        #[cfg(test)]
        const NAMED: &[Permission] = &[$(Permission::$name),+];
    };
}

permissions! {
    OrdersRead OrdersWrite OrdersProcess OrdersCancel OrdersCancelProcessing
    CustomersRead CustomersWrite CustomersAnonymise
    EventsRead UsageRead AuditRead
    ExportsRead ExportsWrite
    WebhooksRead WebhooksWrite
    UsersRead UsersWrite ApiKeysRead ApiKeysWrite
    TenantRead TenantWrite TenantManage
    PlatformRead PlatformWrite
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_permission_has_its_type() {
        assert_eq!(NAMED.iter().collect::<BTreeSet<_>>(), Permission::ALL.iter().collect());
    }

    #[test]
    fn keys_and_the_platform_exclude_each_other() {
        for needs in NAMED.iter().map(|permission| Needs::Permission(*permission)) {
            assert!(!(needs.is_of_the_platform() && needs.admits_keys()), "{}", needs.as_str());
        }
    }
}
