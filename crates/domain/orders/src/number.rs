//! The number by which humans call an order. It is given from outside; this crate never counts.

use std::fmt;

use orderbase_kernel::{Invalid, MONEY_MINOR_MAX};

/// 1..=2^53 − 1: unique in a tenant, rising with gaps, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderNumber(u64);

// The same bound as money has, for the same reason: JSON readers that keep numbers as doubles.
const MAX: u64 = MONEY_MINOR_MAX.unsigned_abs();

impl OrderNumber {
    /// # Errors
    /// `out_of_range` outside 1..=2^53 − 1.
    pub const fn try_new(number: u64) -> Result<Self, Invalid> {
        if number == 0 || number > MAX {
            return Err(Invalid::range(1, MONEY_MINOR_MAX));
        }
        Ok(Self(number))
    }

    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_in_json() {
        for (number, good) in [(0, false), (1, true), (1_001, true), (MAX, true), (MAX + 1, false), (u64::MAX, false)] {
            assert_eq!(OrderNumber::try_new(number).is_ok(), good, "{number}");
        }
    }
}
