//! Invitations: a user in state invited with a ticket beside it. Accepting one is `auth::accept_invitation`.

mod create;
mod get;
mod list;
mod revoke;

pub use self::create::{Invite, create};
pub use self::get::get;
pub use self::list::list;
pub use self::revoke::revoke;

pub(crate) use self::create::{invite, newly_invited};
