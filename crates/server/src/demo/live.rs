//! The last day: orders that are placed and worked on step by step, so that their timelines look as those of a shop do.

use orderbase_application::Error;
use orderbase_application::orders::{ImportCustomer, ItemInput};
use orderbase_kernel::{Currency, ExternalReference, Timestamp};
use orderbase_orders::{CancelReason, Metadata};

use super::goods;
use super::history::{HOUR_MILLIS, currency, reference};
use super::random::Random;
use super::tenants::TenantSpec;
use super::words::NOTES;

/// One thing that happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    pub at: Timestamp,
    pub deed: Deed,
}

/// What happens, to the customer or to the order of that place in the day.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    Deactivate(ExternalReference),
    Place { order: usize, wish: Wish },
    Step { order: usize, step: Step },
}

/// An order to place; customers are named as elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    pub customer: ExternalReference,
    pub currency: Currency,
    pub items: Vec<ItemInput>,
    pub external_reference: ExternalReference,
    pub metadata: Metadata,
}

/// A step of an order.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Confirm,
    Process,
    Complete,
    Cancel(CancelReason, &'static str),
    Note(&'static str),
    Mark(Metadata),
    Replace(Vec<ItemInput>),
}

/// The kinds of steps, of which the stories are made.
#[derive(Clone, Copy)]
enum Kind {
    Confirm,
    Process,
    Complete,
    Regret,
    OutOfStock,
    Note,
    Mark,
    Replace,
}

/// From the newest order to the oldest; then again.
const STORIES: [&[Kind]; 12] = [
    &[],
    &[Kind::Note],
    &[Kind::Confirm],
    &[Kind::Replace],
    &[Kind::Mark, Kind::Confirm, Kind::Process],
    &[Kind::Regret],
    &[Kind::Confirm, Kind::Note, Kind::Process],
    &[Kind::Confirm, Kind::Process, Kind::Complete],
    &[Kind::Confirm, Kind::OutOfStock],
    &[Kind::Note, Kind::Confirm, Kind::Process, Kind::Note, Kind::Complete],
    &[Kind::Replace, Kind::Confirm, Kind::Process],
    &[Kind::Confirm, Kind::Process, Kind::Complete, Kind::Note],
];

/// The day lasts from here to now.
pub const DAY_HOURS: i64 = 24;

/// Everything that happens on the last day, in order of time.
///
/// # Errors
/// `internal_error` if the words make no order.
pub fn last_day(spec: &TenantSpec, people: &[ImportCustomer], seed: u64, now: Timestamp) -> Result<Vec<Act>, Error> {
    let mut random = Random::of(seed, &format!("last day of {}", spec.slug));
    let begin = now.plus_millis(-DAY_HOURS * HOUR_MILLIS);
    let (gone, here): (Vec<_>, Vec<_>) = people.iter().enumerate().partition(|(at, _)| spec.is_deactivated(*at));

    let leave = |(_, person): &(usize, &ImportCustomer)| Act {
        at: begin,
        deed: Deed::Deactivate(person.external_reference.clone()),
    };
    let mut acts: Vec<Act> = gone.iter().map(leave).collect();
    for (order, story) in (0..spec.orders_live).zip(STORIES.iter().cycle()) {
        let (_, person) = here.get(random.below(here.len())).ok_or_else(|| Error::internal("nobody is left"))?;
        let placed_at = placed_at(&mut random, order, spec.orders_live, now);
        let currency = currency(&mut random, spec);
        let wish = Wish {
            customer: person.external_reference.clone(),
            currency,
            items: goods::items(&mut random, currency)?,
            external_reference: reference(spec, spec.orders - 1 - order)?,
            metadata: goods::metadata(&mut random)?,
        };
        acts.push(Act { at: placed_at, deed: Deed::Place { order, wish } });
        for (at, kind) in instants(&mut random, placed_at, now, story.len()).into_iter().zip(*story) {
            acts.push(Act { at, deed: Deed::Step { order, step: step(*kind, &mut random, currency)? } });
        }
    }
    acts.sort_by_key(|act| act.at);
    Ok(acts)
}

/// The first is some minutes old, the last was placed when the day began.
fn placed_at(random: &mut Random, order: usize, orders: usize, now: Timestamp) -> Timestamp {
    let (order, orders) = (i64::try_from(order).unwrap_or(0), i64::try_from(orders).unwrap_or(1));
    let spread = (DAY_HOURS - 1) * HOUR_MILLIS * order / orders;
    now.plus_millis(-(spread + random.between(HOUR_MILLIS / 10, HOUR_MILLIS / 3)))
}

/// Instants after `from` and before `to`, ascending, the first ones closer to each other.
fn instants(random: &mut Random, from: Timestamp, to: Timestamp, count: usize) -> Vec<Timestamp> {
    let span = (to.millis() - from.millis()).min(6 * HOUR_MILLIS);
    let parts = i64::try_from(count + 1).unwrap_or(1);
    let mut at = |part: i64| {
        let slot = span / parts;
        from.plus_millis(slot * (part - 1) + slot / 4 + random.between(0, slot / 2))
    };
    (1..parts).map(&mut at).collect()
}

fn step(kind: Kind, random: &mut Random, currency: Currency) -> Result<Step, Error> {
    Ok(match kind {
        Kind::Confirm => Step::Confirm,
        Kind::Process => Step::Process,
        Kind::Complete => Step::Complete,
        Kind::Regret => Step::Cancel(CancelReason::Customer, "Ordered twice by mistake."),
        Kind::OutOfStock => Step::Cancel(CancelReason::Inventory, "Out of stock until next month."),
        Kind::Note => Step::Note(random.pick(&NOTES)),
        Kind::Mark => Step::Mark(goods::metadata(random)?),
        Kind::Replace => Step::Replace(goods::items(random, currency)?),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::demo::people::people;
    use crate::demo::tenants::TENANTS;

    fn day(spec: &TenantSpec, seed: u64) -> Vec<Act> {
        let people = people(seed, spec.town, spec.customers).unwrap();
        last_day(spec, &people, seed, Timestamp::parse("2026-01-15T12:00:00Z").unwrap()).unwrap()
    }

    #[test]
    fn steps_follow_their_order_and_all_lie_within_the_day() {
        let now = Timestamp::parse("2026-01-15T12:00:00Z").unwrap();
        for (seed, spec) in (0..20).flat_map(|seed| TENANTS.iter().map(move |spec| (seed, spec))) {
            let acts = day(spec, seed);
            assert!(acts.is_sorted_by_key(|act| act.at));
            assert!(acts.iter().all(|act| act.at >= now.plus_millis(-DAY_HOURS * HOUR_MILLIS) && act.at < now));
            let (mut placed, mut left) = (BTreeSet::new(), BTreeSet::new());
            for act in acts {
                match act.deed {
                    Deed::Deactivate(customer) => assert!(left.insert(customer)),
                    Deed::Place { order, wish } => {
                        assert!(placed.insert(order) && !left.contains(&wish.customer));
                    }
                    Deed::Step { order, .. } => assert!(placed.contains(&order)),
                }
            }
            assert_eq!((placed.len(), left.len()), (spec.orders_live, spec.customers_inactive));
        }
    }

    #[test]
    fn references_go_on_where_the_history_ends() {
        for spec in &TENANTS {
            let live: Vec<_> = day(spec, 42)
                .into_iter()
                .filter_map(|act| match act.deed {
                    Deed::Place { wish, .. } => Some(wish.external_reference),
                    _ => None,
                })
                .collect();
            let expected: Vec<_> =
                (spec.orders - spec.orders_live..spec.orders).map(|at| reference(spec, at).unwrap()).collect();
            assert_eq!(live, expected, "{}", spec.slug);
        }
    }
}
