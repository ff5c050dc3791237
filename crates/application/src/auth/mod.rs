//! Signing in and out: passwords for sessions, sessions for tokens, tokens for contexts.

mod accept_invitation;
mod bearer;
mod end_session;
mod entry;
mod hashes;
mod login;
mod logout;
mod new_password;
mod note;
mod password_reset;
mod refresh;
mod signed_in;

pub use self::accept_invitation::{AcceptInvitation, accept_invitation};
pub use self::bearer::{Caller, bearer};
pub use self::login::{Login, login};
pub use self::logout::logout;
pub use self::password_reset::{ResetPassword, reset_password};
pub use self::refresh::refresh;
pub use self::signed_in::SignedIn;

pub(crate) use self::end_session::end_session;
pub(crate) use self::entry::{entry, entry_of};
pub(crate) use self::hashes::{as_known, knows};
pub(crate) use self::new_password::{checked as checked_password, chosen as chosen_password};
pub(crate) use self::signed_in::{issue, throttled};
