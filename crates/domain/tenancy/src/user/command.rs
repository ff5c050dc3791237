//! What can be asked of a user, and by whom.

use orderbase_kernel::{Email, Name, TenantId, UserId};

use crate::Role;

/// Who gives a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Acting {
    /// `None`: the operator of the platform, who stands above every role.
    pub role: Option<Role>,
    /// Tells commands on oneself; `None` for the operator.
    pub user_id: Option<UserId>,
}

impl Acting {
    /// The operator of the platform.
    pub const OPERATOR: Self = Self { role: None, user_id: None };

    #[must_use]
    pub const fn user(id: UserId, role: Role) -> Self {
        Self { role: Some(role), user_id: Some(id) }
    }

    pub(super) fn reaches(&self, role: Role) -> bool {
        self.role.is_none_or(|own| role <= own)
    }
}

/// A new user, invited. The creation time is the one in `id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteUser {
    pub id: UserId,
    pub tenant_id: TenantId,
    pub email: Email,
    pub role: Role,
    pub by: Acting,
}

/// A change of name, role or both. Of oneself: the name alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpdateUser {
    pub name: Option<Name>,
    pub role: Option<Role>,
}
