//! How many pieces a line has.

use std::fmt;

use crate::Invalid;

/// 1..=1 000 000 pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(u32);

impl Quantity {
    pub const ONE: Self = Self(1);
    pub const MAX: u32 = 1_000_000;

    /// # Errors
    /// `out_of_range` outside 1..=1 000 000.
    pub fn try_new(pieces: i64) -> Result<Self, Invalid> {
        match u32::try_from(pieces) {
            Ok(pieces) if (1..=Self::MAX).contains(&pieces) => Ok(Self(pieces)),
            _ => Err(Invalid::range(1, i64::from(Self::MAX))),
        }
    }

    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_a_million() {
        for (pieces, good) in [
            (i64::MIN, false),
            (-1, false),
            (0, false),
            (1, true),
            (1_000_000, true),
            (1_000_001, false),
            (1 << 32 | 1, false),
        ] {
            assert_eq!(Quantity::try_new(pieces).is_ok(), good, "{pieces}");
        }
    }
}
