//! People of a tenant: seen, renamed, given roles, disabled and let in again. Their passwords and sessions lie beside them.
//!
//! The aggregate says who may touch whom; nothing here compares roles but `reach`, for what changes no aggregate.

mod change;
mod create_by_operator;
mod disable;
mod enable;
mod end_sessions;
mod get;
mod list;
mod password_reset;
mod reach;
mod set_password_by_operator;
mod ticket;
mod update;

pub use self::create_by_operator::{CreateUser, create_by_operator};
pub use self::disable::disable;
pub use self::enable::enable;
pub use self::end_sessions::end_sessions;
pub use self::get::get;
pub use self::list::list;
pub use self::password_reset::password_reset;
pub use self::set_password_by_operator::set_password_by_operator;
pub use self::ticket::TicketIssued;
pub use self::update::update;
pub use orderbase_tenancy::UpdateUser;

pub(crate) use self::change::{AccountChange, as_user, disabled_beside, one_more_seat};
pub(crate) use self::ticket::issue as issue_ticket;
