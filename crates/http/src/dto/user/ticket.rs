//! A ticket for a new password, in the one answer that shows it.

use orderbase_application::users::TicketIssued;
use orderbase_kernel::{Timestamp, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::dto::shown::Shown;
use crate::respond::Body;

/// What a user sets a new password with.
#[derive(Serialize, ToSchema)]
#[schema(as = PasswordTicket)]
pub struct PasswordTicketBody<'a> {
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub user_id: Shown<UserId>,
    /// Shown once. Whoever has it can set the password: pass it on to the user alone.
    #[schema(min_length = 64, max_length = 64, pattern = "^obi_[0-9A-Za-z]{60}$")]
    pub token: &'a str,
    /// One hour after it was made.
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub expires_at: Shown<Timestamp>,
}

impl Body for PasswordTicketBody<'_> {}

impl<'a> From<&'a TicketIssued> for PasswordTicketBody<'a> {
    fn from(issued: &'a TicketIssued) -> Self {
        let TicketIssued { user, text, expires_at } = issued;
        Self { user_id: Shown(user.id()), token: text.expose(), expires_at: Shown(*expires_at) }
    }
}
