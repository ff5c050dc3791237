//! What is kept in this process only: bounded, short-lived, and never the truth.

pub(crate) mod bounded;
mod freshness;
mod key_cache;
mod key_renewals;
mod principal_cache;
mod rates;
mod remembered;
pub(crate) mod throttles;
mod turns;

pub use self::freshness::Freshness;
pub use self::key_cache::KeyCache;
pub use self::key_renewals::QueuedRenewals;
pub use self::principal_cache::PrincipalCache;
pub use self::rates::LocalRates;
pub use self::throttles::{LocalThrottles, ThrottleRules};

pub(crate) use self::turns::Turns;
