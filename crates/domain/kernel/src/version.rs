//! The version of an aggregate: the number of its events, and the sequence of the last one.

use std::fmt;

use crate::Invalid;

/// 1..=2^63 − 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u64);

const MAX: u64 = i64::MAX.unsigned_abs();

impl Version {
    pub const FIRST: Self = Self(1);

    /// # Errors
    /// `out_of_range` for 0 and above 2^63 − 1.
    pub const fn try_new(version: u64) -> Result<Self, Invalid> {
        if version == 0 || version > MAX {
            return Err(Invalid::range(1, i64::MAX));
        }
        Ok(Self(version))
    }

    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The version after one more event. At the end of the range it stays, and the next commit then finds a stale version.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.0 >= MAX { self } else { Self(self.0 + 1) }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_from_one() {
        assert!(Version::try_new(0).is_err() && Version::try_new(u64::MAX).is_err());
        assert_eq!(Version::try_new(1), Ok(Version::FIRST));
        assert_eq!(Version::FIRST.next().get(), 2);
        let last = Version::try_new(MAX).unwrap();
        assert_eq!(last.next(), last);
    }
}
