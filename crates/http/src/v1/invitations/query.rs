//! The parameters of the list of invitations.

use orderbase_kernel::{PageLimit, TenantId};
use utoipa::IntoParams;

use crate::cursor::Bound;
use crate::extract::{FromQuery, Query};
use crate::v1::paging::{self, Sent};

/// What `GET /invitations` takes.
#[derive(Debug)]
pub struct InvitationListQuery {
    pub limit: PageLimit,
    pub cursor: Option<String>,
    pub(in crate::v1) sent: Sent,
}

impl FromQuery for InvitationListQuery {
    const NAMES: &'static [&'static str] = &["limit", "cursor"];

    fn from_query(query: &mut Query<'_>) -> Option<Self> {
        let limit = query.number("limit", PageLimit::try_new);
        let cursor = query.value("cursor", paging::cursor_text);
        Some(Self { limit: limit?.unwrap_or_default(), cursor: cursor?, sent: Sent::of(query, Self::NAMES) })
    }
}

impl InvitationListQuery {
    /// What a cursor of this list is valid for.
    pub fn bound(tenant_id: TenantId) -> Bound {
        Bound::new(tenant_id, "invitations_list", "-created_at")
    }
}

/// The parameters of the list, for the API description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what InvitationListQuery reads")]
pub struct InvitationListParams {
    /// Invitations of a page.
    #[param(minimum = 1, maximum = 100, default = 20, nullable = false)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[param(max_length = 66, pattern = "^[A-Za-z0-9_-]+$", nullable = false)]
    cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_described() {
        let described = InvitationListParams::into_params(|| None);
        let names: Vec<_> = described.into_iter().map(|parameter| parameter.name).collect();
        assert_eq!(names, InvitationListQuery::NAMES);
    }
}
