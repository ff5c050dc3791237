//! Use cases of orders, one file each.

mod add_note;
mod amount;
mod cancel;
mod change;
mod complete;
mod confirm;
mod filter;
mod get;
mod import;
mod list;
mod number;
mod place;
mod process;
mod replace_items;
mod timeline;
mod update;

pub use self::add_note::add_note;
pub use self::amount::AmountInput;
pub use self::cancel::cancel;
pub use self::complete::complete;
pub use self::confirm::confirm;
pub use self::get::{OrderFound, get};
pub use self::import::{
    Effect, IMPORT_ITEMS_MAX, IMPORT_ORDERS_MAX, ImportCustomer, ImportLine, ImportReport, Imported, OnExisting,
    Rehearsal, import,
};
pub use self::list::{ListExtras, OrderList, list};
pub use self::number::display_number;
pub use self::place::{ItemInput, PlaceOrder, place};
pub use self::process::process;
pub use self::replace_items::replace_items;
pub use self::timeline::{event, timeline};
pub use self::update::{UpdateOrder, update};
