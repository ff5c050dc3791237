//! What the application needs of the world. A port is named by what is wanted of it, takes the tenant as `Scope`, has at most
//! seven methods, and answers a miss with `Ok(None)`. Its contract is tested by `testing::contract` on every adapter.

mod aggregates;
mod commits;
mod crypto;
mod customers;
mod events;
mod health;
mod numbers;
mod orders;
mod storage_error;
mod tenancy;
mod time;

pub use self::aggregates::Aggregates;
pub use self::commits::{Commits, Turn};
pub use self::crypto::{Digests, Seal};
pub use self::customers::CustomerQueries;
pub use self::events::EventQueries;
pub use self::health::Health;
pub use self::numbers::{Charge, NumberTicket, OrderNumbers, Taking};
pub use self::orders::OrderQueries;
pub use self::storage_error::StorageError;
pub use self::tenancy::{KeyDirectory, KeyHolder, KeyQueries, Tenants};
pub use self::time::{Clock, Ids};
