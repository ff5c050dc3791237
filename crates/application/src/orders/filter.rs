//! Which filters a list of orders serves under which sort. What is refused here has no index to walk.

use orderbase_kernel::{Invalid, InvalidCode};

use crate::error::{Error, Fault, Place};
use crate::views::{OrderFilter, OrderQuery};

/// All faults of the query at once.
pub(super) fn check(query: &OrderQuery) -> Result<(), Error> {
    let mut faults = inverted(&query.filter);
    if query.sort.is_by_total() {
        faults.extend(beside_totals(&query.filter));
    } else {
        faults.extend(totals_without_their_sort(&query.filter));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Validation { faults }) }
}

fn inverted(filter: &OrderFilter) -> Vec<Fault> {
    let totals_inverted = matches!((filter.total.min, filter.total.max), (Some(min), Some(max)) if min > max);
    [
        ("created_to", filter.created.is_inverted()),
        ("business_date_to", filter.business_date.is_inverted()),
        ("max_total", totals_inverted),
    ]
    .into_iter()
    .filter(|(_, inverted)| *inverted)
    .map(|(parameter, _)| fault(parameter, InvalidCode::RangeInverted))
    .collect()
}

/// By total within one currency; no other filter stands beside it.
fn beside_totals(filter: &OrderFilter) -> Vec<Fault> {
    let mut faults = Vec::new();
    if filter.currency.is_none() {
        faults.push(fault("currency", InvalidCode::Required));
    }
    let others = [
        ("status", !filter.statuses.is_empty()),
        ("customer_id", filter.customer_id.is_some()),
        ("number", filter.number.is_some()),
        ("external_reference", filter.external_reference.is_some()),
        ("created_from", filter.created.from.is_some()),
        ("created_to", filter.created.to.is_some()),
        ("business_date_from", filter.business_date.from.is_some()),
        ("business_date_to", filter.business_date.to.is_some()),
    ];
    faults.extend(others.into_iter().filter(|(_, given)| *given).map(|(name, _)| fault(name, InvalidCode::NotServed)));
    faults
}

fn totals_without_their_sort(filter: &OrderFilter) -> Vec<Fault> {
    [("min_total", filter.total.min), ("max_total", filter.total.max)]
        .into_iter()
        .filter(|(_, bound)| bound.is_some())
        .map(|(name, _)| fault(name, InvalidCode::NotServed).with_hint("sort by total_amount or -total_amount"))
        .collect()
}

fn fault(parameter: &str, code: InvalidCode) -> Fault {
    Fault::new(Place::Parameter(parameter.to_owned()), &Invalid::plain(code))
}
