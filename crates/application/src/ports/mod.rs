//! What the application needs of the world. A port is named by what is wanted of it, takes the tenant as `Scope`, has at most
//! seven methods, and answers a miss with `Ok(None)`. Its contract is tested by `testing::contract` on every adapter.

mod accounts;
mod aggregates;
mod audit;
mod commits;
mod crypto;
mod customers;
mod events;
mod health;
mod numbers;
mod operators;
mod orders;
mod passwords;
mod principals;
mod quotas;
mod rates;
mod storage_error;
mod tenancy;
mod throttles;
mod time;
mod tokens;
mod users;

pub use self::accounts::{Account, Accounts, SessionHolder, SignIn};
pub use self::aggregates::Aggregates;
pub use self::audit::{AuditNotes, AuditQueries};
pub use self::commits::{Commits, Turn};
pub use self::crypto::{Digests, KeyHashes, Seal};
pub use self::customers::CustomerQueries;
pub use self::events::EventQueries;
pub use self::health::Health;
pub use self::numbers::{Charge, NumberTicket, OrderNumbers, Taking};
pub use self::operators::{OperatorAccount, OperatorWritten, Operators};
pub use self::orders::OrderQueries;
pub use self::passwords::{HashersBusy, Passwords, Verified};
pub use self::principals::Principals;
pub use self::quotas::{QuotaQueries, QuotasUsed};
pub use self::rates::{RateAsk, RateLimiter, RateMode, RateTaking};
pub use self::storage_error::StorageError;
pub use self::tenancy::{KeyDirectory, KeyHolder, KeyQueries, KeyRenewal, KeyRenewals, Tenants};
pub use self::throttles::{Bucket, Of, Taking as ThrottleTaking, Throttles};
pub use self::time::{Clock, Ids};
pub use self::tokens::{AccessClaims, NoSigningKey, Subject, TokenFault, Tokens};
pub use self::users::UserQueries;
