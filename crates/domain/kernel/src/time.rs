//! Instants in UTC with whole milliseconds. There is no clock here: the present comes in as an argument.

use std::fmt;

use chrono::{DateTime, Datelike, Timelike, Utc};

use crate::{BusinessDate, Invalid};

const MILLIS_MIN: i64 = -62_135_596_800_000;
const MILLIS_MAX: i64 = 253_402_300_799_999;
const FORM: &str = "RFC 3339, such as 2026-01-15T12:00:00Z";

/// Milliseconds since 1970-01-01T00:00:00Z, in the years 0001 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const MIN: Self = Self(MILLIS_MIN);
    pub const MAX: Self = Self(MILLIS_MAX);

    /// # Errors
    /// `out_of_range` outside the years 0001 to 9999.
    pub const fn from_millis(millis: i64) -> Result<Self, Invalid> {
        if millis < MILLIS_MIN || millis > MILLIS_MAX {
            return Err(Invalid::range(MILLIS_MIN, MILLIS_MAX));
        }
        Ok(Self(millis))
    }

    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 with any offset; what is below the millisecond is cut.
    ///
    /// # Errors
    /// `pattern` for another form, `out_of_range` for an instant outside the years 0001 to 9999 in UTC.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| Invalid::pattern(FORM))?;
        Self::from_millis(time.timestamp_millis())
    }

    /// Adds milliseconds, stopping at the ends of the range.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        let sum = self.0.saturating_add(millis);
        if sum < MILLIS_MIN {
            Self::MIN
        } else if sum > MILLIS_MAX {
            Self::MAX
        } else {
            Self(sum)
        }
    }

    /// The later of the two: the time of an event is never before the one it follows.
    #[must_use]
    pub const fn later(self, other: Self) -> Self {
        if self.0 >= other.0 { self } else { other }
    }

    /// The day of this instant in UTC.
    #[must_use]
    pub fn utc_date(self) -> BusinessDate {
        let days = self.0.div_euclid(86_400_000);
        i32::try_from(days).ok().and_then(|days| BusinessDate::from_days(days).ok()).unwrap_or(BusinessDate::MAX)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time: DateTime<Utc> = DateTime::from_timestamp_millis(self.0).ok_or(fmt::Error)?;
        let (year, month, day) = (time.year(), time.month(), time.day());
        let (hour, minute, second) = (time.hour(), time.minute(), time.second());
        let millis = time.timestamp_subsec_millis();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_3339_is_read_and_cut_to_the_millisecond() {
        let cases = [
            ("2026-01-15T12:00:00Z", "2026-01-15T12:00:00.000Z"),
            ("2026-01-15T12:00:00.1239999Z", "2026-01-15T12:00:00.123Z"),
            ("2026-01-15T13:30:00+01:30", "2026-01-15T12:00:00.000Z"),
            ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
            ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ];
        for (text, printed) in cases {
            assert_eq!(Timestamp::parse(text).unwrap().to_string(), printed, "{text}");
        }
    }

    #[test]
    fn other_forms_and_years_are_refused() {
        for bad in
            ["", "2026-01-15", "2026-01-15T12:00:00", "2026-02-30T00:00:00Z", "20260115T120000Z", "now", "1768478400"]
        {
            assert_eq!(Timestamp::parse(bad), Err(Invalid::pattern(FORM)), "{bad}");
        }
        for far in ["0000-12-31T23:59:59Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"] {
            assert_eq!(Timestamp::parse(far), Err(Invalid::range(MILLIS_MIN, MILLIS_MAX)), "{far}");
        }
        assert!(Timestamp::from_millis(MILLIS_MAX + 1).is_err());
        assert!(Timestamp::from_millis(MILLIS_MIN - 1).is_err());
    }

    #[test]
    fn sums_stop_at_the_ends() {
        assert_eq!(Timestamp::MAX.plus_millis(1), Timestamp::MAX);
        assert_eq!(Timestamp::MIN.plus_millis(i64::MIN), Timestamp::MIN);
        assert_eq!(Timestamp::MIN.plus_millis(i64::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::from_millis(5).unwrap().plus_millis(-7).millis(), -2);
    }

    #[test]
    fn the_later_wins() {
        let (a, b) = (Timestamp::from_millis(1).unwrap(), Timestamp::from_millis(2).unwrap());
        assert_eq!((a.later(b), b.later(a), b.later(b)), (b, b, b));
    }

    #[test]
    fn the_day_in_utc() {
        assert_eq!(Timestamp::parse("2026-01-15T23:59:59.999Z").unwrap().utc_date().to_string(), "2026-01-15");
        assert_eq!(Timestamp::parse("1969-12-31T23:59:59.999Z").unwrap().utc_date().to_string(), "1969-12-31");
        assert_eq!(Timestamp::MAX.utc_date(), BusinessDate::MAX);
        assert_eq!(Timestamp::MIN.utc_date().to_string(), "0001-01-01");
    }
}
