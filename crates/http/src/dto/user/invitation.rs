//! Invitations: the body of `POST /invitations`, and an invitation in an answer.

use orderbase_application::invitations::Invite;
use orderbase_application::users::TicketIssued;
use orderbase_kernel::{Email, Timestamp, UserId};
use orderbase_tenancy::{Role, User, UserStatus};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::body::RoleBody;
use crate::dto::bounds::{self, wide};
use crate::dto::shown::Shown;
use crate::extract::{Faults, FromJson};
use crate::respond::Body;

/// Who shall join the tenant, as what.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Invite)]
pub struct InviteBody {
    /// Unique in the tenant; ASCII letters are kept in lower case.
    #[validate(length(min = wide(Email::MIN), max = wide(Email::MAX)))]
    #[schema(min_length = 3, max_length = 254, pattern = r"^[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]+$")]
    pub email: String,
    /// Not above the caller's own.
    #[schema(value_type = RoleBody)]
    pub role: String,
}

impl FromJson for InviteBody {
    type Valid = Invite;

    fn validate(self, faults: &mut Faults) -> Option<Invite> {
        let bounds = bounds::of(&self);
        let Self { email, role } = self;
        let email = faults.read("email", Email::parse(&email));
        let role = faults.read("role", Role::parse(&role));
        faults.complete(bounds);
        Some(Invite { email: email?, role: role? })
    }
}

/// Somebody who was invited and has not joined. The id becomes that of the user.
///
/// Members without a value are absent, never null.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
pub struct InvitationBody<'a> {
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub id: Shown<UserId>,
    #[schema(min_length = 3, max_length = 254)]
    pub email: &'a str,
    #[schema(value_type = RoleBody)]
    pub role: RoleBody,
    #[schema(value_type = InvitationStatusBody)]
    pub status: InvitationStatusBody,
    /// What the invitation is accepted with. Shown in the answer that made it, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 64, max_length = 64, pattern = "^obi_[0-9A-Za-z]{60}$")]
    pub token: Option<&'a str>,
    /// When the token ends. Shown beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub expires_at: Option<Shown<Timestamp>>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub created_at: Shown<Timestamp>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub updated_at: Shown<Timestamp>,
    /// The number of events so far; in quotes it is the entity tag.
    #[schema(minimum = 1, maximum = 9007199254740991_i64)]
    pub version: u64,
}

/// Where an invitation stands. A pending one may have an expired token; then invite again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = InvitationStatus)]
#[serde(rename_all = "snake_case")]
pub enum InvitationStatusBody {
    Pending,
    Revoked,
}

impl Body for InvitationBody<'_> {
    fn size_hint(&self) -> usize {
        1_024
    }
}

impl<'a> From<&'a User> for InvitationBody<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: Shown(user.id()),
            email: user.email().as_str(),
            role: user.role().into(),
            status: match user.status() {
                UserStatus::Disabled => InvitationStatusBody::Revoked,
                // Who is active has joined, and is no invitation any more.
                UserStatus::Invited | UserStatus::Active => InvitationStatusBody::Pending,
            },
            token: None,
            expires_at: None,
            created_at: Shown(user.created_at()),
            updated_at: Shown(user.updated_at()),
            version: user.version().get(),
        }
    }
}

/// With the token, for the one answer that shows it.
impl<'a> From<&'a TicketIssued> for InvitationBody<'a> {
    fn from(issued: &'a TicketIssued) -> Self {
        let TicketIssued { user, text, expires_at } = issued;
        Self { token: Some(text.expose()), expires_at: Some(Shown(*expires_at)), ..Self::from(user) }
    }
}
