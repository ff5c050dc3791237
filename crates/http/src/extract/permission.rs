//! Permissions as types, so that a handler's parameter names the one it needs. There is no default.

use orderbase_tenancy::Permission;

/// What a caller has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// No credential is read.
    Public,
    /// Any valid credential.
    Credential,
    /// A credential with this permission.
    Permission(Permission),
}

impl Access {
    /// The permission's name, as `x-permission` publishes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Credential => "any",
            Self::Permission(permission) => permission.as_str(),
        }
    }
}

/// A type that names what an operation needs of its caller.
pub trait Requires: 'static {
    const ACCESS: Access;
}

/// Any valid credential.
pub struct AnyCredential;

impl Requires for AnyCredential {
    const ACCESS: Access = Access::Credential;
}

macro_rules! permissions {
    ($($name:ident)+) => {$(
        #[doc = concat!("The permission `", stringify!($name), "`.")]
        pub struct $name;

        impl Requires for $name {
            const ACCESS: Access = Access::Permission(Permission::$name);
        }
    )+};
}

permissions! {
    OrdersRead OrdersWrite OrdersProcess OrdersCancel
    CustomersRead CustomersWrite CustomersAnonymise
    TenantRead
}
