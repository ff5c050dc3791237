//! The orders of two months but for the last day: as they would come out of the system that was used before.

use orderbase_application::Error;
use orderbase_application::orders::{ImportCustomer, ImportLine};
use orderbase_kernel::{Currency, ExternalReference, Timestamp};
use orderbase_orders::OrderStatus;

use super::goods;
use super::random::Random;
use super::tenants::TenantSpec;

pub const HOUR_MILLIS: i64 = 60 * 60 * 1_000;
pub const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;

/// Days that lie behind `now` at least, and at most.
const DAYS: (i64, i64) = (2, 59);
/// The hours of a day, UTC, in which people order.
const OPEN_HOURS: (i64, i64) = (6, 22);

/// The lines to import, oldest first.
///
/// # Errors
/// `internal_error` if the words make no order.
pub fn history(
    spec: &TenantSpec,
    people: &[ImportCustomer],
    seed: u64,
    now: Timestamp,
) -> Result<Vec<ImportLine>, Error> {
    let mut random = Random::of(seed, &format!("history of {}", spec.slug));
    let count = spec.orders - spec.orders_live;
    let mut instants: Vec<Timestamp> = (0..count).map(|_| instant(&mut random, now)).collect();
    instants.sort();

    let mut lines = Vec::with_capacity(count);
    for (at, created_at) in instants.into_iter().enumerate() {
        let customer = customer(&mut random, people, at, count);
        let customer = customer.ok_or_else(|| Error::internal("a town without people"))?.clone();
        let currency = currency(&mut random, spec);
        lines.push(ImportLine {
            external_reference: reference(spec, at)?,
            customer,
            currency,
            status: status(&mut random, (now.millis() - created_at.millis()) / DAY_MILLIS),
            created_at,
            items: goods::items(&mut random, currency)?,
            metadata: goods::metadata(&mut random)?,
        });
    }
    Ok(lines)
}

/// What the tenant's order of that place is called elsewhere.
///
/// # Errors
/// `internal_error` if the table holds what is no reference.
pub fn reference(spec: &TenantSpec, at: usize) -> Result<ExternalReference, Error> {
    ExternalReference::parse(&format!("{}-{}", spec.reference, 10_001 + at)).map_err(Error::internal)
}

/// Mostly the tenant's first currency.
pub fn currency(random: &mut Random, spec: &TenantSpec) -> Currency {
    if random.percent(35) { spec.other_currency() } else { spec.main_currency() }
}

/// Within the open hours of some day, more often around their middle.
fn instant(random: &mut Random, now: Timestamp) -> Timestamp {
    let midnight = now.millis() - now.millis().rem_euclid(DAY_MILLIS);
    let days = random.between(DAYS.0, DAYS.1);
    let half = (OPEN_HOURS.1 - OPEN_HOURS.0) * HOUR_MILLIS / 2;
    let of_day = OPEN_HOURS.0 * HOUR_MILLIS + random.between(0, half) + random.between(0, half - 1);
    Timestamp::from_millis(midnight - days * DAY_MILLIS + of_day).unwrap_or(now)
}

/// Everybody comes once in the first part of the time; who has come, comes again.
fn customer<'a>(
    random: &mut Random,
    people: &'a [ImportCustomer],
    at: usize,
    orders: usize,
) -> Option<&'a ImportCustomer> {
    let first_order = |person: usize| person * orders * 6 / (people.len() * 10);
    let come = (0..people.len()).take_while(|person| first_order(*person) <= at).count();
    match people.get(come.checked_sub(1)?) {
        Some(newest) if first_order(come - 1) == at => Some(newest),
        _ => people.get(random.below(come)),
    }
}

/// The older the order, the likelier it is over.
fn status(random: &mut Random, days_old: i64) -> OrderStatus {
    use OrderStatus::{Cancelled, Completed, Confirmed, Pending, Processing};
    // Out of a hundred; what is missing is completed.
    let odds = match days_old {
        ..=4 => [(Pending, 20), (Confirmed, 30), (Processing, 30), (Cancelled, 8)],
        5..=11 => [(Pending, 0), (Confirmed, 10), (Processing, 22), (Cancelled, 9)],
        _ => [(Pending, 0), (Confirmed, 0), (Processing, 0), (Cancelled, 11)],
    };
    let mut drawn = random.below(100);
    for (status, share) in odds {
        if drawn < share {
            return status;
        }
        drawn -= share;
    }
    Completed
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::demo::people::people;
    use crate::demo::tenants::TENANTS;

    fn now() -> Timestamp {
        Timestamp::parse("2026-01-15T12:00:00Z").unwrap()
    }

    #[test]
    fn everybody_comes_and_nothing_lies_outside_the_sixty_days() {
        for (seed, spec) in (0..20).flat_map(|seed| TENANTS.iter().map(move |spec| (seed, spec))) {
            let people = people(seed, spec.town, spec.customers).unwrap();
            let lines = history(spec, &people, seed, now()).unwrap();
            assert_eq!(lines.len(), spec.orders - spec.orders_live);
            let customers: BTreeSet<_> = lines.iter().map(|line| line.customer.external_reference.clone()).collect();
            let references: BTreeSet<_> = lines.iter().map(|line| line.external_reference.clone()).collect();
            assert_eq!((customers.len(), references.len()), (spec.customers, lines.len()), "{} {seed}", spec.slug);
            assert!(lines.is_sorted_by_key(|line| line.created_at));
            let oldest = now().plus_millis(-60 * DAY_MILLIS);
            let newest = now().plus_millis(-26 * HOUR_MILLIS);
            assert!(lines.iter().all(|line| (oldest..=newest).contains(&line.created_at)));
            assert!(lines.iter().all(|line| line.items.iter().all(|item| item.unit_price.currency() == line.currency)));
        }
    }

    #[test]
    fn it_is_a_function_of_seed_and_now() {
        let spec = &TENANTS[0];
        let people = people(42, spec.town, spec.customers).unwrap();
        let lines = |seed, now| history(spec, &people, seed, now).unwrap();
        assert_eq!(lines(42, now()), lines(42, now()));
        assert_ne!(lines(42, now()), lines(43, now()));
        assert_ne!(lines(42, now()), lines(42, now().plus_millis(DAY_MILLIS)));
    }
}
