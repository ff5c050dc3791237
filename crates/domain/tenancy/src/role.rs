//! The roles of users and what each may do: the one table of who holds which permission.

use std::fmt;

use orderbase_kernel::Invalid;

use crate::{Permission, PermissionSet};

/// A user's role. Each holds all that the one before holds; the order says who stands above whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Viewer,
    Member,
    Admin,
    Owner,
}

impl Role {
    /// Lowest first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Member, Self::Admin, Self::Owner];
    pub const TEXTS: &'static [&'static str] = &["viewer", "member", "admin", "owner"];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// # Errors
    /// `not_one_of`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(Invalid::not_one_of(Self::TEXTS))
    }

    /// All that the role may do.
    #[must_use]
    pub fn permissions(self) -> PermissionSet {
        Permission::ALL.iter().copied().filter(|it| lowest(*it).is_some_and(|role| role <= self)).collect()
    }
}

/// The lowest role that holds a permission; `None`: no role of a tenant does. No default: a new permission does not compile here.
const fn lowest(permission: Permission) -> Option<Role> {
    match permission {
        Permission::OrdersRead
        | Permission::CustomersRead
        | Permission::EventsRead
        | Permission::UsageRead
        | Permission::TenantRead => Some(Role::Viewer),
        Permission::OrdersWrite
        | Permission::CustomersWrite
        | Permission::OrdersProcess
        | Permission::OrdersCancel
        | Permission::ExportsRead
        | Permission::ExportsWrite
        | Permission::WebhooksRead => Some(Role::Member),
        Permission::OrdersCancelProcessing
        | Permission::WebhooksWrite
        | Permission::AuditRead
        | Permission::UsersRead
        | Permission::UsersWrite
        | Permission::ApiKeysRead
        | Permission::ApiKeysWrite
        | Permission::CustomersAnonymise
        | Permission::TenantWrite => Some(Role::Admin),
        Permission::TenantManage => Some(Role::Owner),
        Permission::PlatformRead | Permission::PlatformWrite => None,
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
