//! A rate of a key's own. It narrows what the tenant's rate allows and never widens it; that is for who applies both.

use std::fmt;

use orderbase_kernel::Invalid;

/// Requests per minute, 1 to 600 000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyRate(u32);

impl KeyRate {
    pub const MIN: u32 = 1;
    pub const MAX: u32 = 600_000;

    /// # Errors
    /// `out_of_range`.
    pub fn try_new(requests_per_minute: u32) -> Result<Self, Invalid> {
        if (Self::MIN..=Self::MAX).contains(&requests_per_minute) {
            Ok(Self(requests_per_minute))
        } else {
            Err(Invalid::range(i64::from(Self::MIN), i64::from(Self::MAX)))
        }
    }

    #[must_use]
    pub const fn requests_per_minute(self) -> u32 {
        self.0
    }
}

impl fmt::Display for KeyRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_bounds() {
        for good in [1, 600, 600_000] {
            assert_eq!(KeyRate::try_new(good).unwrap().requests_per_minute(), good);
        }
        for bad in [0, 600_001, u32::MAX] {
            assert_eq!(KeyRate::try_new(bad), Err(Invalid::range(1, 600_000)), "{bad}");
        }
    }
}
