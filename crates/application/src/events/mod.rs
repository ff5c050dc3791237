//! What the events of the domain look like as rows: envelope, `data` (the state after, api.md §3) and `personal`.
//!
//! `data` never holds a name, an email or a note's text; these stand in `personal` only, so that erasure can null them.
//! Members of `personal`: `note` of orders, `name` and `email` of customers.

mod api_key;
mod customer;
mod envelope;
mod order;
mod tenant;
mod user;

pub use self::api_key::of_api_key;
pub use self::customer::{of_customer, of_imported_customer};
pub use self::order::{of_imported_order, of_order};
pub use self::tenant::of_tenant;
pub use self::user::of_user;
