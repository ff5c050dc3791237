//! What a signed-in user does with itself: sessions and password. Needs no permission, only a session of its own.

mod own;
mod password;
mod sessions;

pub use self::password::{ChangePassword, change_password};
pub use self::sessions::{end_other_sessions, end_session, sessions};

pub(crate) use self::own::own_session;
