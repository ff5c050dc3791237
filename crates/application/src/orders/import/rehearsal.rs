//! What a dry run would have made, so that it counts what a real run counts.

use std::collections::HashSet;

use orderbase_kernel::ExternalReference;

use super::decide::Decided;

/// References remembered at most; a longer dry run counts a repeated one twice.
const REFERENCES_MAX: usize = 5_000_000;

/// The orders and customers of a dry run, by reference.
#[derive(Debug, Default)]
pub struct Rehearsal {
    orders: HashSet<ExternalReference>,
    customers: HashSet<ExternalReference>,
}

impl Rehearsal {
    pub(super) fn has_order(&self, reference: &ExternalReference) -> bool {
        self.orders.contains(reference)
    }

    pub(super) fn has_customer(&self, reference: &ExternalReference) -> bool {
        self.customers.contains(reference)
    }

    pub(super) fn remember(&mut self, decided: &Decided<'_>) {
        if self.orders.len() + self.customers.len() < REFERENCES_MAX {
            self.orders.extend(decided.orders.iter().map(|order| order.line.external_reference.clone()));
            self.customers.extend(decided.customers.iter().map(|new| new.reference.clone()));
        }
    }
}
