//! The user: what it is and how it is read. Rules in `decide`, fields set in `apply` alone. Password, epoch and sessions lie beside it.

mod apply;
mod command;
mod decide;
mod error;
mod event;
mod parts;
mod status;

use orderbase_kernel::{Email, Name, TenantId, Timestamp, UserId, Version};

pub use command::{Acting, InviteUser, UpdateUser};
pub use error::UserError;
pub use event::{UserEvent, UserEventKind, UserInvited};
pub use parts::UserParts;
pub use status::UserStatus;

use crate::Role;

/// Somebody who signs in to one tenant. The email is unique there and never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    id: UserId,
    tenant_id: TenantId,
    email: Email,
    name: Option<Name>,
    role: Role,
    status: UserStatus,
    joined_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: Version,
}

impl User {
    #[must_use]
    pub const fn id(&self) -> UserId {
        self.id
    }

    #[must_use]
    pub const fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    #[must_use]
    pub const fn email(&self) -> &Email {
        &self.email
    }

    /// Given at the latest when the user joins.
    #[must_use]
    pub const fn name(&self) -> Option<&Name> {
        self.name.as_ref()
    }

    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    #[must_use]
    pub const fn status(&self) -> UserStatus {
        self.status
    }

    /// When the invitation was accepted; it stays through disabling and enabling.
    #[must_use]
    pub const fn joined_at(&self) -> Option<Timestamp> {
        self.joined_at
    }

    /// The time in the id.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// The time of the last event.
    #[must_use]
    pub const fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// The number of events so far.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Of those that keep a tenant governable: one must remain.
    #[must_use]
    pub fn is_active_owner(&self) -> bool {
        self.status == UserStatus::Active && self.role == Role::Owner
    }

    /// Asked of the user before the event: whether it makes an active owner something less. Then the change needs another active
    /// owner, which only the store can promise.
    #[must_use]
    pub fn takes_an_owner(&self, event: &UserEvent) -> bool {
        let mut after = self.clone();
        after.apply(event);
        self.is_active_owner() && !after.is_active_owner()
    }
}
