//! A user in an answer.

use orderbase_kernel::{Name, Timestamp, UserId};
use orderbase_tenancy::{Role, User, UserStatus};
use serde::Serialize;
use utoipa::ToSchema;

use crate::dto::shown::Shown;
use crate::dto::words::words;
use crate::respond::Body;

/// Somebody who signs in to the tenant.
///
/// Members without a value are absent, never null. The version fixes every member.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserBody<'a> {
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub id: Shown<UserId>,
    /// Unique in the tenant; it never changes.
    #[schema(min_length = 3, max_length = 254)]
    pub email: &'a str,
    /// Given when the user joins.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 200)]
    pub name: Option<&'a str>,
    #[schema(value_type = RoleBody)]
    pub role: RoleBody,
    #[schema(value_type = UserStatusBody)]
    pub status: UserStatusBody,
    /// When the invitation was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub joined_at: Option<Shown<Timestamp>>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub created_at: Shown<Timestamp>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub updated_at: Shown<Timestamp>,
    /// The number of the user's events; in quotes it is the entity tag.
    #[schema(minimum = 1, maximum = 9007199254740991_i64)]
    pub version: u64,
}

words! {
    /// What a user may do. Each role may do all that the one before may: viewer, member, admin, owner.
    RoleBody as Role of Role { Viewer, Member, Admin, Owner }
    /// Where a user stands.
    UserStatusBody as UserStatus of UserStatus { Invited, Active, Disabled }
}

impl Body for UserBody<'_> {
    fn size_hint(&self) -> usize {
        1_536
    }
}

impl<'a> From<&'a User> for UserBody<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: Shown(user.id()),
            email: user.email().as_str(),
            name: user.name().map(Name::as_str),
            role: user.role().into(),
            status: user.status().into(),
            joined_at: user.joined_at().map(Shown),
            created_at: Shown(user.created_at()),
            updated_at: Shown(user.updated_at()),
            version: user.version().get(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(body: impl Serialize) -> String {
        serde_json::to_value(body).unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn words_are_those_of_the_domain() {
        assert!(Role::ALL.iter().all(|role| word(RoleBody::from(*role)) == role.as_str()));
        assert!(UserStatus::ALL.iter().all(|status| word(UserStatusBody::from(*status)) == status.as_str()));
    }
}
