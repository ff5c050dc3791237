//! The audit log as it is read: by the tenant's own people, and by operators from outside.

mod get;
mod list;

pub use self::get::{get, get_as_operator};
pub use self::list::{list, list_as_operator};
