//! Days and months of business. Which day an instant belongs to is decided by the application, from the tenant's zone.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::Invalid;

const FORM: &str = "YYYY-MM-DD";
const YEAR_MIN: i32 = 1;
const YEAR_MAX: i32 = 9999;
const MAX_DATE: NaiveDate = match NaiveDate::from_ymd_opt(YEAR_MAX, 12, 31) {
    Some(date) => date,
    None => NaiveDate::MAX,
};
const MIN_DATE: NaiveDate = match NaiveDate::from_ymd_opt(YEAR_MIN, 1, 1) {
    Some(date) => date,
    None => NaiveDate::MIN,
};

/// A calendar day of the years 0001 to 9999, without a zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusinessDate(NaiveDate);

impl BusinessDate {
    pub const MIN: Self = Self(MIN_DATE);
    pub const MAX: Self = Self(MAX_DATE);

    /// # Errors
    /// `out_of_range` for a year outside 1..=9999, `pattern` for a day that the calendar does not have.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Result<Self, Invalid> {
        if !(YEAR_MIN..=YEAR_MAX).contains(&year) {
            return Err(Invalid::range(i64::from(YEAR_MIN), i64::from(YEAR_MAX)));
        }
        NaiveDate::from_ymd_opt(year, month, day).map(Self).ok_or(Invalid::pattern(FORM))
    }

    /// Reads exactly `YYYY-MM-DD`.
    ///
    /// # Errors
    /// As [`Self::from_ymd`]; `pattern` for any other form.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let form = Invalid::pattern(FORM);
        let bytes = text.as_bytes();
        let well_formed = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, b)| if at == 4 || at == 7 { *b == b'-' } else { b.is_ascii_digit() });
        if !well_formed {
            return Err(form);
        }
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().and_then(|part| part.parse::<u32>().ok()).ok_or(form);
        let (year, month, day) = (next()?, next()?, next()?);
        Self::from_ymd(i32::try_from(year).map_err(|_| form)?, month, day)
    }

    #[must_use]
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// 1..=12
    #[must_use]
    pub fn month(self) -> u32 {
        self.0.month()
    }

    /// 1..=31
    #[must_use]
    pub fn day(self) -> u32 {
        self.0.day()
    }

    /// The month to which this day is charged.
    #[must_use]
    pub fn period(self) -> Period {
        Period(self.year().unsigned_abs() * 100 + self.month())
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn days_from_epoch(self) -> i32 {
        self.0.to_epoch_days()
    }

    /// # Errors
    /// `out_of_range` outside the years 0001 to 9999.
    pub fn from_days(days: i32) -> Result<Self, Invalid> {
        let out = Invalid::range(i64::from(Self::MIN.days_from_epoch()), i64::from(Self::MAX.days_from_epoch()));
        let date = NaiveDate::from_epoch_days(days).ok_or(out)?;
        if date < MIN_DATE || date > MAX_DATE {
            return Err(out);
        }
        Ok(Self(date))
    }
}

impl fmt::Display for BusinessDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl fmt::Debug for BusinessDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BusinessDate({self})")
    }
}

/// A calendar month, as the number `YYYYMM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(u32);

impl Period {
    /// # Errors
    /// `pattern` unless the number is `YYYYMM` with a year of 1..=9999 and a month of 1..=12.
    pub const fn new(yyyymm: u32) -> Result<Self, Invalid> {
        let (year, month) = (yyyymm / 100, yyyymm % 100);
        if year < 1 || year > 9999 || month < 1 || month > 12 {
            return Err(Invalid::pattern("YYYYMM"));
        }
        Ok(Self(yyyymm))
    }

    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The first day of the next month, when a monthly quota begins anew; the last day of the calendar for its last month.
    #[must_use]
    pub fn next_start(self) -> BusinessDate {
        let (year, month) = (self.0 / 100, self.0 % 100);
        let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        i32::try_from(year)
            .ok()
            .and_then(|year| BusinessDate::from_ymd(year, month, 1).ok())
            .unwrap_or(BusinessDate::MAX)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_days_in_one_form_are_read() {
        for good in ["2026-01-15", "2024-02-29", "0001-01-01", "9999-12-31"] {
            let date = BusinessDate::parse(good).unwrap();
            assert_eq!(date.to_string(), good);
            assert_eq!(BusinessDate::from_days(date.days_from_epoch()), Ok(date));
        }
        for bad in [
            "",
            "2026-1-15",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "0000-01-01",
            "+026-01-01",
            "2026/01/15",
            "20260115",
            "2026-01-1５",
        ] {
            assert!(BusinessDate::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn days_outside_the_calendar_are_refused() {
        assert_eq!(BusinessDate::from_days(0).unwrap().to_string(), "1970-01-01");
        assert!(BusinessDate::from_days(BusinessDate::MAX.days_from_epoch() + 1).is_err());
        assert!(BusinessDate::from_days(BusinessDate::MIN.days_from_epoch() - 1).is_err());
        assert!(BusinessDate::from_days(i32::MIN).is_err() && BusinessDate::from_days(i32::MAX).is_err());
        assert!(BusinessDate::from_ymd(10_000, 1, 1).is_err());
    }

    #[test]
    fn periods_follow_each_other() {
        let cases = [
            ("2026-01-31", 202_601, "2026-02-01"),
            ("2025-12-01", 202_512, "2026-01-01"),
            ("9999-12-05", 999_912, "9999-12-31"),
        ];
        for (date, number, next) in cases {
            let period = BusinessDate::parse(date).unwrap().period();
            assert_eq!((period.get(), period.next_start().to_string().as_str()), (number, next));
            assert_eq!(Period::new(number), Ok(period));
        }
        assert!([0, 202_600, 202_613, 1_000_001, 12].iter().all(|n| Period::new(*n).is_err()));
    }
}
