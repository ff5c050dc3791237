//! Users, invitations and tickets on the wire; the same in every version.

mod body;
mod invitation;
mod list;
mod ticket;
mod update;

pub use self::body::{RoleBody, UserBody, UserStatusBody};
pub use self::invitation::{InvitationBody, InvitationStatusBody, InviteBody};
pub use self::list::{InvitationListBody, UserListBody};
pub use self::ticket::PasswordTicketBody;
pub use self::update::UpdateUserBody;
