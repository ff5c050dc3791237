//! Orders on the wire: version 1, and in a folder of its own what version 2 has otherwise.

mod body;
mod cancel;
mod item;
mod list;
mod note;
mod place;
mod replace_items;
mod status;
mod update;
pub mod v2;

pub use self::body::{CancelBody, ItemBody, OrderBody};
pub use self::cancel::CancelOrderBody;
pub use self::item::ItemInputBody;
pub use self::list::OrderListBody;
pub use self::note::AddNoteBody;
pub use self::place::PlaceOrderBody;
pub use self::replace_items::ReplaceItemsBody;
pub use self::status::{CancelReasonBody, CurrencyBody, OrderStatusBody, TransitionBody};
pub use self::update::UpdateOrderBody;
