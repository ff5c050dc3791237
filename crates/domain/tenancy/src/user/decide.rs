//! The rules of a user. Each command first asks who may touch whom, then looks at the state, and then either refuses, finds nothing to
//! do, or makes one event and applies it. Whether the permission is held, and whether an owner remains, is asked elsewhere.

use orderbase_kernel::{Name, Timestamp, Version};

use super::{Acting, InviteUser, UpdateUser, User, UserError, UserEvent, UserEventKind, UserInvited, UserStatus};
use crate::Role;

/// The outcome of a command: `None` is without effect.
type Decided = Result<Option<UserEvent>, UserError>;

impl User {
    /// Invites somebody: version 1, created at the time in the id.
    ///
    /// # Errors
    /// `RoleAbove`, `NotV7`.
    pub fn invite(command: InviteUser) -> Result<(Self, UserEvent), UserError> {
        let InviteUser { id, tenant_id, email, role, by } = command;
        permit(&by, role)?;
        let created_at = id.timestamp().ok_or(UserError::NotV7)?;
        let invited = UserInvited { id, tenant_id, email, role };
        let user = Self::begun(&invited, created_at);
        let kind = UserEventKind::Invited(Box::new(invited));
        Ok((user, UserEvent { sequence: Version::FIRST, occurred_at: created_at, kind }))
    }

    /// Invites, with the role given, somebody whose invitation was revoked. One who is still invited gets the role, if it is another.
    ///
    /// # Errors
    /// `RoleAbove`, `AlreadyJoined`.
    pub fn invite_again(&mut self, role: Role, by: &Acting, at: Timestamp) -> Decided {
        self.permit_on(by)?;
        permit(by, role)?;
        if self.joined_at.is_some() {
            return Err(UserError::AlreadyJoined);
        }
        let role = Some(role).filter(|role| *role != self.role);
        match (self.status, role) {
            (UserStatus::Disabled, role) => Ok(Some(self.happen(UserEventKind::InvitedAgain { role }, at))),
            (_, None) => Ok(None),
            (_, role) => Ok(Some(self.happen(UserEventKind::Updated { name: None, role }, at))),
        }
    }

    /// invited → active, by who holds the ticket.
    ///
    /// # Errors
    /// `AlreadyJoined`, `NotInvited` after the invitation was revoked.
    pub fn join(&mut self, name: Name, at: Timestamp) -> Decided {
        if self.joined_at.is_some() {
            return Err(UserError::AlreadyJoined);
        }
        if self.status != UserStatus::Invited {
            return Err(UserError::NotInvited);
        }
        let name = Some(name).filter(|name| self.name.as_ref() != Some(name));
        Ok(Some(self.happen(UserEventKind::Joined { name }, at)))
    }

    /// Changes name and role together, in every state; without effect when both stay as they are.
    ///
    /// # Errors
    /// `OwnRole` for another role of oneself, `RoleAbove`.
    pub fn update(&mut self, update: UpdateUser, by: &Acting, at: Timestamp) -> Decided {
        let oneself = by.user_id == Some(self.id);
        if !oneself {
            self.permit_on(by)?;
        }
        let name = update.name.filter(|name| self.name.as_ref() != Some(name));
        let role = update.role.filter(|role| *role != self.role);
        if let Some(role) = role {
            if oneself {
                return Err(UserError::OwnRole);
            }
            permit(by, role)?;
        }
        if name.is_none() && role.is_none() {
            return Ok(None);
        }
        Ok(Some(self.happen(UserEventKind::Updated { name, role }, at)))
    }

    /// invited, active → disabled, oneself too; without effect when disabled. Of one who never joined this revokes the invitation.
    ///
    /// # Errors
    /// `RoleAbove`.
    pub fn disable(&mut self, by: &Acting, at: Timestamp) -> Decided {
        self.permit_on(by)?;
        if self.status == UserStatus::Disabled {
            return Ok(None);
        }
        Ok(Some(self.happen(UserEventKind::Disabled, at)))
    }

    /// disabled → active, for one who has joined; without effect when active.
    ///
    /// # Errors
    /// `RoleAbove`, `NeverJoined`.
    pub fn enable(&mut self, by: &Acting, at: Timestamp) -> Decided {
        self.permit_on(by)?;
        if self.joined_at.is_none() {
            return Err(UserError::NeverJoined);
        }
        if self.status == UserStatus::Active {
            return Ok(None);
        }
        Ok(Some(self.happen(UserEventKind::Enabled, at)))
    }

    fn permit_on(&self, by: &Acting) -> Result<(), UserError> {
        permit(by, self.role)
    }

    /// A lagging clock cannot turn a history round: the event is no earlier than the one before.
    fn happen(&mut self, kind: UserEventKind, at: Timestamp) -> UserEvent {
        let event = UserEvent { sequence: self.version.next(), occurred_at: at.later(self.updated_at), kind };
        self.apply(&event);
        event
    }
}

/// Since nobody stands above owners, only they and the operator reach one.
fn permit(by: &Acting, role: Role) -> Result<(), UserError> {
    if by.reaches(role) { Ok(()) } else { Err(UserError::RoleAbove { role }) }
}
