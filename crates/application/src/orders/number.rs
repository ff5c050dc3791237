//! How an order's number is shown.

use orderbase_orders::OrderNumber;
use orderbase_tenancy::OrderPrefix;

/// The tenant's prefix and the number: `AC-1001`.
pub fn display_number(prefix: &OrderPrefix, number: OrderNumber) -> String {
    format!("{}{}", prefix.as_str(), number.get())
}
