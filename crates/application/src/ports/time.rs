//! Time and ids: the only sources of both.

use orderbase_kernel::Timestamp;
use uuid::Uuid;

/// The wall clock, UTC, to the millisecond. May step back.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// Maker of UUIDv7 (RFC 9562 §5.7).
pub trait Ids: Send + Sync {
    /// An id greater than every one this method gave before. Its time is `now`, or later if the clock has stepped back.
    fn next(&self, now: Timestamp) -> Uuid;

    /// An id whose time is exactly `instant`; ids asked for in a row at one instant ascend. For history that is imported.
    fn at(&self, instant: Timestamp) -> Uuid;
}
