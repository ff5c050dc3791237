//! The parameters of the list of users.

use orderbase_application::views::{UserFilter, UserQuery};
use orderbase_kernel::{PageLimit, TenantId, UserId, Uuid};
use orderbase_tenancy::UserStatus;
use utoipa::IntoParams;

use crate::cursor::Bound;
use crate::dto::user::UserStatusBody;
use crate::extract::{FromQuery, Query};
use crate::v1::paging::{self, Sent};

/// What `GET /users` takes.
#[derive(Debug)]
pub struct UserListQuery {
    pub limit: PageLimit,
    pub cursor: Option<String>,
    pub status: Option<UserStatus>,
    pub(in crate::v1) sent: Sent,
}

impl FromQuery for UserListQuery {
    const NAMES: &'static [&'static str] = &["limit", "cursor", "status"];

    fn from_query(query: &mut Query<'_>) -> Option<Self> {
        let limit = query.number("limit", PageLimit::try_new);
        let cursor = query.value("cursor", paging::cursor_text);
        let status = query.value("status", UserStatus::parse);
        Some(Self {
            limit: limit?.unwrap_or_default(),
            cursor: cursor?,
            status: status?,
            sent: Sent::of(query, Self::NAMES),
        })
    }
}

impl UserListQuery {
    /// What a cursor of this list is valid for.
    pub fn bound(&self, tenant_id: TenantId) -> Bound {
        Bound::new(tenant_id, "users_list", "-created_at").filter("status", self.status)
    }

    pub fn page(&self, after: Option<Uuid>) -> UserQuery {
        let filter = UserFilter { statuses: self.status.into_iter().collect(), ..UserFilter::default() };
        UserQuery { filter, limit: self.limit, after: after.map(UserId::from_uuid) }
    }
}

/// The parameters of the list, for the API description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what UserListQuery reads")]
pub struct UserListParams {
    /// Users of a page.
    #[param(minimum = 1, maximum = 100, default = 20, nullable = false)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[param(max_length = 66, pattern = "^[A-Za-z0-9_-]+$", nullable = false)]
    cursor: Option<String>,
    #[param(inline, nullable = false)]
    status: Option<UserStatusBody>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_described() {
        let described = UserListParams::into_params(|| None);
        let names: Vec<_> = described.into_iter().map(|parameter| parameter.name).collect();
        assert_eq!(names, UserListQuery::NAMES);
    }
}
