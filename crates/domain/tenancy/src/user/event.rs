//! What happened to a user. Folding the events of a user gives its state.

use orderbase_kernel::{Email, Name, TenantId, Timestamp, UserId, Version};

use crate::Role;

/// One event: the version after it, its time, and what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserEvent {
    pub sequence: Version,
    pub occurred_at: Timestamp,
    pub kind: UserEventKind,
}

/// Everything a user begins with. Its creation time is the event's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserInvited {
    pub id: UserId,
    pub tenant_id: TenantId,
    pub email: Email,
    pub role: Role,
}

/// What happened; an optional field is there when it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserEventKind {
    Invited(Box<UserInvited>),
    /// After the first invitation was revoked.
    InvitedAgain {
        role: Option<Role>,
    },
    Joined {
        name: Option<Name>,
    },
    Updated {
        name: Option<Name>,
        role: Option<Role>,
    },
    Disabled,
    Enabled,
}

impl UserEvent {
    /// `user.` and a past tense.
    #[must_use]
    pub const fn event_type(&self) -> &'static str {
        match self.kind {
            UserEventKind::Invited(_) | UserEventKind::InvitedAgain { .. } => "user.invited",
            UserEventKind::Joined { .. } => "user.joined",
            UserEventKind::Updated { .. } => "user.updated",
            UserEventKind::Disabled => "user.disabled",
            UserEventKind::Enabled => "user.enabled",
        }
    }

    /// Names of changed fields, never values. Empty for a new user, where all is new.
    #[must_use]
    pub fn changed(&self) -> Vec<String> {
        let (status, name, role, joined_at) = match &self.kind {
            UserEventKind::Invited(_) => return Vec::new(),
            UserEventKind::InvitedAgain { role } => (true, false, role.is_some(), false),
            UserEventKind::Joined { name } => (true, name.is_some(), false, true),
            UserEventKind::Updated { name, role } => (false, name.is_some(), role.is_some(), false),
            UserEventKind::Disabled | UserEventKind::Enabled => (true, false, false, false),
        };
        let fields = [("status", status), ("name", name), ("role", role), ("joined_at", joined_at)];
        fields.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field.to_owned()).collect()
    }
}
