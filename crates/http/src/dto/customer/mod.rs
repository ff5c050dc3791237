//! Customers on the wire; the same in every version.

mod body;
mod create;
mod list;
mod update;

pub use self::body::{CustomerBody, CustomerStatusBody, CustomerSummaryBody};
pub use self::create::CreateCustomerBody;
pub use self::list::CustomerListBody;
pub use self::update::UpdateCustomerBody;
