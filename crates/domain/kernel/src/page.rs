//! How many rows a page of a list has.

use crate::Invalid;

/// 1..=100 rows, 20 unless asked otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageLimit(u8);

impl PageLimit {
    pub const DEFAULT: Self = Self(20);
    pub const MAX: Self = Self(100);

    /// # Errors
    /// `out_of_range` outside 1..=100.
    pub fn try_new(rows: i64) -> Result<Self, Invalid> {
        match u8::try_from(rows) {
            Ok(rows) if (1..=Self::MAX.0).contains(&rows) => Ok(Self(rows)),
            _ => Err(Invalid::range(1, i64::from(Self::MAX.0))),
        }
    }

    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for PageLimit {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_a_hundred() {
        for (rows, good) in
            [(-1, false), (0, false), (1, true), (20, true), (100, true), (101, false), (257, false), (i64::MAX, false)]
        {
            assert_eq!(PageLimit::try_new(rows).is_ok(), good, "{rows}");
        }
        assert_eq!(PageLimit::default().get(), 20);
    }
}
