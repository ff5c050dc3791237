//! Orders on the wire, version 2: amounts are objects with their currency, and an answer shows the customer. What is equal in both
//! versions stands in the folder above.

mod body;
mod item;
mod list;
mod place;
mod replace_items;

use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

pub use self::body::OrderBody;
pub use self::item::{ItemBody, ItemInputBody};
pub use self::list::OrderListBody;
pub use self::place::PlaceOrderBody;
pub use self::replace_items::ReplaceItemsBody;

/// The schemas of these bodies and of what they hold. They have the names that the bodies of version 1 have in its document.
pub fn schemas() -> Vec<(String, RefOr<Schema>)> {
    fn add<T: ToSchema>(found: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(found);
        found.push((T::name().into_owned(), T::schema()));
    }
    let mut found = Vec::new();
    add::<OrderListBody<'_>>(&mut found);
    add::<OrderBody<'_>>(&mut found);
    add::<PlaceOrderBody>(&mut found);
    add::<ReplaceItemsBody>(&mut found);
    found
}
