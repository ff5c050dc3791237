//! The one place where fields of a user are set. Nothing is decided here: an event has happened.

use orderbase_kernel::{AggregateType, Corrupt, Timestamp, Version};

use super::{User, UserEvent, UserEventKind, UserInvited, UserStatus};

impl User {
    /// The state that the events of one user lead to.
    ///
    /// # Errors
    /// [`Corrupt`] if the first does not begin a user, if a later one does, if a sequence is missing, or if time runs backwards.
    pub fn from_events<'a>(events: impl IntoIterator<Item = &'a UserEvent>) -> Result<Self, Corrupt> {
        let mut events = events.into_iter();
        let broken = |id, rule| Corrupt { aggregate: AggregateType::User, id, rule };
        let mut user = match events.next() {
            Some(UserEvent { sequence: Version::FIRST, occurred_at, kind: UserEventKind::Invited(invited) }) => {
                Self::begun(invited, *occurred_at)
            }
            _ => return Err(broken(orderbase_kernel::Uuid::nil(), "the first event is user.invited")),
        };
        for event in events {
            let id = user.id.uuid();
            if event.sequence != user.version.next() || matches!(event.kind, UserEventKind::Invited(_)) {
                return Err(broken(id, "sequences are gapless and a user begins once"));
            }
            if event.occurred_at < user.updated_at {
                return Err(broken(id, "the times of events never fall"));
            }
            user.apply(event);
        }
        Ok(user)
    }

    pub(super) fn begun(invited: &UserInvited, at: Timestamp) -> Self {
        Self {
            id: invited.id,
            tenant_id: invited.tenant_id,
            email: invited.email.clone(),
            name: None,
            role: invited.role,
            status: UserStatus::Invited,
            joined_at: None,
            created_at: at,
            updated_at: at,
            version: Version::FIRST,
        }
    }

    pub(super) fn apply(&mut self, event: &UserEvent) {
        let at = event.occurred_at;
        match &event.kind {
            UserEventKind::Invited(invited) => *self = Self::begun(invited, at),
            UserEventKind::InvitedAgain { role } => {
                self.status = UserStatus::Invited;
                self.role = role.unwrap_or(self.role);
            }
            UserEventKind::Joined { name } => {
                self.status = UserStatus::Active;
                self.joined_at = Some(at);
                if let Some(name) = name {
                    self.name = Some(name.clone());
                }
            }
            UserEventKind::Updated { name, role } => {
                if let Some(name) = name {
                    self.name = Some(name.clone());
                }
                self.role = role.unwrap_or(self.role);
            }
            UserEventKind::Disabled => self.status = UserStatus::Disabled,
            UserEventKind::Enabled => self.status = UserStatus::Active,
        }
        self.updated_at = at;
        self.version = event.sequence;
    }
}
