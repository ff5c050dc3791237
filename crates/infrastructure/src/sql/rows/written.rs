//! Values on their way out of the house, in the types of the database.

use orderbase_kernel::{Timestamp, Version};

pub(in crate::sql) fn version(version: Version) -> i64 {
    signed(version.get())
}

pub(in crate::sql) fn millis(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::millis)
}

pub(in crate::sql) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
