//! The range of ids that holds every order a filter can match.

use orderbase_application::views::OrderFilter;
use orderbase_kernel::{BusinessDate, Timestamp};

use crate::sql::id_range::IdRange;

/// A business date is the date of the instant in some zone between −12 h and +14 h; 26 h are past all of them (domain.md §14).
const ZONES_MILLIS: i64 = 26 * 60 * 60 * 1_000;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// Exact for times of creation; of business dates it holds more than match.
pub(super) fn ids_of(filter: &OrderFilter) -> IdRange {
    let dates = filter.business_date;
    let starts = [filter.created.from, dates.from.map(|date| midnight_utc(date).plus_millis(-ZONES_MILLIS))];
    let ends = [filter.created.to, dates.to.map(|date| midnight_utc(date).plus_millis(ZONES_MILLIS))];
    let range = starts.into_iter().flatten().fold(IdRange::ALL, IdRange::since);
    ends.into_iter().flatten().fold(range, IdRange::until)
}

fn midnight_utc(date: BusinessDate) -> Timestamp {
    Timestamp::from_millis(i64::from(date.days_from_epoch()) * DAY_MILLIS).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use orderbase_application::views::Span;
    use orderbase_kernel::OrderId;

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn ends(filter: &OrderFilter) -> [String; 2] {
        let range = ids_of(filter);
        [range.from, range.to]
            .map(|id| OrderId::from_uuid(id).timestamp().map_or_else(String::new, |at| at.to_string()))
    }

    #[test]
    fn the_narrower_end_counts() {
        assert_eq!(ids_of(&OrderFilter::default()), IdRange::ALL);
        let created = Span { from: Some(at("2026-01-10T00:00:00Z")), to: Some(at("2026-01-20T00:00:00Z")) };
        let business_date = Span {
            from: Some(BusinessDate::parse("2026-01-15").unwrap()),
            to: Some(BusinessDate::parse("2026-02-01").unwrap()),
        };
        let both = OrderFilter { created, business_date, ..OrderFilter::default() };
        assert_eq!(ends(&both), ["2026-01-13T22:00:00.000Z", "2026-01-20T00:00:00.000Z"]);
        let dates = OrderFilter { business_date, ..OrderFilter::default() };
        assert_eq!(ends(&dates), ["2026-01-13T22:00:00.000Z", "2026-02-02T02:00:00.000Z"]);
    }
}
