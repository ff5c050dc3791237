//! Users as they are listed. A user has no secret fields: the aggregate is its own view.

use orderbase_kernel::{PageLimit, UserId};
use orderbase_tenancy::{Role, UserStatus};

/// Which users: all filters have to match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct UserFilter {
    pub roles: Vec<Role>,
    pub statuses: Vec<UserStatus>,
}

/// A page of users, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct UserQuery {
    pub filter: UserFilter,
    pub limit: PageLimit,
    /// The id of the last user seen.
    pub after: Option<UserId>,
}
