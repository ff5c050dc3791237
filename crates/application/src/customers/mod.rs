//! Use cases of customers, one file each.

mod anonymise;
mod change;
mod create;
mod deactivate;
mod get;
mod list;
mod of_order;
mod reactivate;
mod update;

pub use self::anonymise::anonymise;
pub use self::create::{CreateCustomer, create};
pub use self::deactivate::deactivate;
pub use self::get::get;
pub use self::list::{CustomerList, list};
pub use self::of_order::of_order;
pub use self::reactivate::reactivate;
pub use self::update::{UpdateCustomer, update};
