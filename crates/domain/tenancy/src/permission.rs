//! Every permission there is; a scope is a permission's name. Who holds which by role is decided where roles are.

use std::fmt;

use orderbase_kernel::Invalid;

macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, key: $key:literal;)+) => {
        /// One thing that a caller may do. Denied unless granted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Permission {
            $($(#[$doc])* $variant,)+
        }

        impl Permission {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
            pub const TEXTS: &'static [&'static str] = &[$($text,)+];

            /// The name on the wire, `object:action`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Whether an API key may hold it.
            #[must_use]
            pub const fn grantable_to_key(self) -> bool {
                match self {
                    $(Self::$variant => $key,)+
                }
            }
        }
    };
}

// The order is that of the bits in a PermissionSet: append, never reorder.
permissions! {
    OrdersRead = "orders:read", key: true;
    CustomersRead = "customers:read", key: true;
    EventsRead = "events:read", key: true;
    UsageRead = "usage:read", key: true;
    TenantRead = "tenant:read", key: true;
    /// Place orders; items, reference, metadata and notes.
    OrdersWrite = "orders:write", key: true;
    /// Create, update, deactivate and reactivate customers.
    CustomersWrite = "customers:write", key: true;
    /// Confirm, process, complete.
    OrdersProcess = "orders:process", key: true;
    /// Cancel while pending or confirmed.
    OrdersCancel = "orders:cancel", key: true;
    ExportsRead = "exports:read", key: true;
    ExportsWrite = "exports:write", key: true;
    /// Cancel while processing, with a note.
    OrdersCancelProcessing = "orders:cancel_processing", key: false;
    WebhooksRead = "webhooks:read", key: true;
    WebhooksWrite = "webhooks:write", key: true;
    AuditRead = "audit:read", key: true;
    UsersRead = "users:read", key: false;
    UsersWrite = "users:write", key: false;
    ApiKeysRead = "api_keys:read", key: false;
    ApiKeysWrite = "api_keys:write", key: false;
    /// Erase a customer, for good.
    CustomersAnonymise = "customers:anonymise", key: false;
    TenantWrite = "tenant:write", key: false;
    /// Close the tenant.
    TenantManage = "tenant:manage", key: false;
    /// The operator's view of tenants, without their data.
    PlatformRead = "platform:read", key: false;
    PlatformWrite = "platform:write", key: false;
}

impl Permission {
    /// # Errors
    /// `not_one_of`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL.iter().copied().find(|permission| permission.as_str() == text).ok_or(Invalid::not_one_of(Self::TEXTS))
    }

    /// Whether a read-only tenant still grants it.
    #[must_use]
    pub fn is_read(self) -> bool {
        self.as_str().ends_with(":read")
    }

    pub(crate) const fn bit(self) -> u32 {
        1 << (self as u8)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_bits_are_distinct() {
        let mut bits = 0_u32;
        for (permission, text) in Permission::ALL.iter().zip(Permission::TEXTS) {
            assert_eq!(Permission::parse(text), Ok(*permission));
            assert_eq!(bits & permission.bit(), 0, "{text}");
            bits |= permission.bit();
        }
        assert_eq!(Permission::ALL.len(), 24);
        assert!(Permission::parse("orders:delete").is_err());
    }

    #[test]
    fn reads_and_keys() {
        let reads: Vec<_> = Permission::ALL.iter().filter(|p| p.is_read()).map(|p| p.as_str()).collect();
        assert_eq!(
            reads,
            [
                "orders:read",
                "customers:read",
                "events:read",
                "usage:read",
                "tenant:read",
                "exports:read",
                "webhooks:read",
                "audit:read",
                "users:read",
                "api_keys:read",
                "platform:read"
            ]
        );
        let denied: Vec<_> = Permission::ALL.iter().filter(|p| !p.grantable_to_key()).map(|p| p.as_str()).collect();
        assert_eq!(
            denied,
            [
                "orders:cancel_processing",
                "users:read",
                "users:write",
                "api_keys:read",
                "api_keys:write",
                "customers:anonymise",
                "tenant:write",
                "tenant:manage",
                "platform:read",
                "platform:write"
            ]
        );
    }
}
