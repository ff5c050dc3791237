//! A set of permissions, small enough to be copied into every request's context.

use std::fmt;

use orderbase_kernel::Invalid;

use crate::Permission;

/// Permissions as bits, in the order of [`Permission::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PermissionSet(u32);

impl PermissionSet {
    #[must_use]
    pub const fn empty() -> Self {
        Self(0)
    }

    #[must_use]
    pub fn of(permissions: &[Permission]) -> Self {
        permissions.iter().copied().collect()
    }

    /// Every permission there is: as a narrowing, none.
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    /// Every permission that an API key may hold.
    #[must_use]
    pub fn grantable_to_keys() -> Self {
        Permission::ALL.iter().copied().filter(|permission| permission.grantable_to_key()).collect()
    }

    /// Reads names of permissions; a name given twice counts once.
    ///
    /// # Errors
    /// `not_one_of` for the first unknown name.
    pub fn from_texts<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Result<Self, Invalid> {
        texts.into_iter().map(|text| Permission::parse(text.as_ref())).collect()
    }

    /// Names in the order of [`Permission::ALL`].
    #[must_use]
    pub fn texts(self) -> Vec<&'static str> {
        self.iter().map(Permission::as_str).collect()
    }

    #[must_use]
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    pub const fn insert(&mut self, permission: Permission) {
        self.0 |= permission.bit();
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contains(*permission))
    }

    #[must_use]
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// `None` if a bit stands for no permission.
    #[must_use]
    pub fn from_bits(bits: u32) -> Option<Self> {
        Self(bits).is_subset(Self::all()).then_some(Self(bits))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = Self::empty();
        for permission in permissions {
            set.insert(permission);
        }
        set
    }
}

impl From<PermissionSet> for Vec<&'static str> {
    fn from(set: PermissionSet) -> Self {
        set.texts()
    }
}

impl TryFrom<Vec<&str>> for PermissionSet {
    type Error = Invalid;

    fn try_from(texts: Vec<&str>) -> Result<Self, Invalid> {
        Self::from_texts(texts)
    }
}

impl fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Permission::as_str)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_permissions() {
        let mut set = PermissionSet::of(&[Permission::OrdersWrite, Permission::OrdersRead, Permission::OrdersRead]);
        assert_eq!(set.texts(), ["orders:read", "orders:write"]);
        assert_eq!((set.len(), set.contains(Permission::AuditRead)), (2, false));
        assert_eq!(PermissionSet::try_from(set.texts()), Ok(set));
        assert_eq!(PermissionSet::from_bits(set.bits()), Some(set));
        let smaller = set;
        set.insert(Permission::PlatformWrite);
        assert!(smaller.is_subset(set) && !set.is_subset(smaller));
        assert_eq!(set.intersection(smaller), smaller);
        assert!(PermissionSet::from_texts(["orders:read", "nothing"]).is_err());
        assert_eq!(PermissionSet::from_bits(u32::MAX), None);
        assert_eq!(format!("{smaller:?}"), r#"{"orders:read", "orders:write"}"#);
    }

    #[test]
    fn what_keys_may_hold() {
        let keys = PermissionSet::grantable_to_keys();
        assert_eq!(keys.len(), 14);
        assert!(keys.iter().all(Permission::grantable_to_key));
    }
}
