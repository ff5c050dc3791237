//! How a user is written into an answer that may be kept: pure, so that the same user gives the same bytes.

use orderbase_application::changeset::KeptAnswer;
use orderbase_tenancy::User;

use crate::dto::user::UserBody;
use crate::respond;

/// 200 with the user after the command.
pub(super) fn changed(user: &User) -> KeptAnswer {
    respond::ok(user.version(), &UserBody::from(user))
}
