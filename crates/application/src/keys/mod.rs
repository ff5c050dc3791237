//! API keys: who holds one, and the operator's commands on them.

mod authenticate;
mod change;
mod create;
mod list;
mod revoke;
mod rotate;

pub use self::authenticate::authenticate;
pub use self::create::{CreateKey, KeyCreated, create};
pub use self::list::list;
pub use self::revoke::revoke;
pub use self::rotate::{KeyRotated, RotateKey, rotate};
