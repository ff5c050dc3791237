//! A user as it is stored, and the checks that a stored user meets before it is one again.

use orderbase_kernel::{AggregateType, Corrupt, Email, Name, TenantId, Timestamp, UserId, Version};

use super::{User, UserStatus};
use crate::Role;

/// Every field of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserParts {
    pub id: UserId,
    pub tenant_id: TenantId,
    pub email: Email,
    pub name: Option<Name>,
    pub role: Role,
    pub status: UserStatus,
    pub joined_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: Version,
}

impl User {
    /// Makes a user of stored parts.
    ///
    /// # Errors
    /// [`Corrupt`] with the first rule they break.
    pub fn rehydrate(parts: UserParts) -> Result<Self, Corrupt> {
        let uuid = parts.id.uuid();
        let check = |holds, rule| Corrupt::unless(holds, AggregateType::User, uuid, rule);
        let within = |at: Timestamp| parts.created_at <= at && at <= parts.updated_at;
        check(parts.id.timestamp() == Some(parts.created_at), "created_at is the time in the id")?;
        check(parts.created_at <= parts.updated_at, "updated_at is not before created_at")?;
        check(parts.status != UserStatus::Invited || parts.joined_at.is_none(), "who is invited has not joined")?;
        check(parts.status != UserStatus::Active || parts.joined_at.is_some(), "who is active has joined")?;
        check(parts.joined_at.is_none_or(within), "joined_at lies between the first and the last event")?;
        check(parts.joined_at.is_none() || parts.name.is_some(), "who has joined has a name")?;
        let UserParts { id, tenant_id, email, name, role, status, joined_at, created_at, updated_at, version } = parts;
        Ok(Self { id, tenant_id, email, name, role, status, joined_at, created_at, updated_at, version })
    }

    /// The parts that [`Self::rehydrate`] takes.
    #[must_use]
    pub fn to_parts(&self) -> UserParts {
        UserParts {
            id: self.id,
            tenant_id: self.tenant_id,
            email: self.email.clone(),
            name: self.name.clone(),
            role: self.role,
            status: self.status,
            joined_at: self.joined_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        }
    }
}
