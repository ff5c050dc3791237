//! Operators of the platform: added, listed, disabled, and signing in. They have a table of their own and no tenant.

mod add;
mod change;
mod list;
mod sign_in;

pub use self::add::{AddOperator, add, bootstrap};
pub use self::change::{disable, set_password};
pub use self::list::list;

pub(crate) use self::sign_in::sign_in;
