//! Pages of users and of invitations.

use orderbase_tenancy::User;

use super::body::UserBody;
use super::invitation::InvitationBody;
use crate::dto::page::list_body;
use crate::dto::shown::Rows;
use crate::respond::Body;

type UserRows<'a> = Rows<'a, User, UserBody<'a>>;
type InvitationRows<'a> = Rows<'a, User, InvitationBody<'a>>;

list_body! {
    /// A page of users.
    UserListBody as UserList, rows UserRows as UserBody of User
}

list_body! {
    /// A page of invitations.
    InvitationListBody as InvitationList, rows InvitationRows as InvitationBody of User
}

impl Body for UserListBody<'_> {
    fn size_hint(&self) -> usize {
        256 + 768 * self.data.rows.len()
    }
}

impl Body for InvitationListBody<'_> {
    fn size_hint(&self) -> usize {
        256 + 768 * self.data.rows.len()
    }
}
