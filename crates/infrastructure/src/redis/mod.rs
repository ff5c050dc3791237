//! What the instances of server mode share and may lose: counters and hints (reliability.md §1). Redis holds no truth, and no address,
//! e-mail or secret in clear. Without it every instance decides by itself, more strictly; nothing here may ever fail a request.

mod breaker;
mod connection;
mod hints;
mod key;
mod link;
mod options;
mod rates;
mod throttles;

pub use self::connection::NoConnection;
pub use self::hints::{Hinted, Hints, Remembering};
pub use self::link::{Away, RedisLink};
pub use self::options::{RedisOptions, RedisTopology, is_url};
pub use self::rates::{Instances, RedisRateLimiter};
pub use self::throttles::RedisThrottles;
