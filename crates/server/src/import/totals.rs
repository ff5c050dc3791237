//! What an import came to, counted as it goes.

use std::collections::{BTreeMap, BTreeSet};

use orderbase_kernel::{Currency, OrderTotal};
use serde::Serialize;

use super::reject::Fault;
use crate::terminal;

/// The sums of a run.
#[derive(Debug, Default, Serialize)]
pub struct Totals {
    pub orders: u64,
    pub items: u64,
    /// Per currency, as decimal text.
    pub amounts: BTreeMap<&'static str, Amount>,
    pub customers_created: u64,
    /// Orders that existed.
    pub skipped: u64,
    /// Lines.
    pub rejected: u64,
    /// Lines per code; a line with several codes counts under each.
    pub rejected_by_code: BTreeMap<String, u64>,
    /// Lines per member, indexes written as `*`; a line with several counts under each.
    pub rejected_by_pointer: BTreeMap<String, u64>,
    pub dry_run: bool,
}

/// A sum that no order's bound holds for.
#[derive(Debug, Serialize)]
#[serde(into = "String")]
pub struct Amount {
    minor: i128,
    currency: Currency,
}

impl Clone for Amount {
    fn clone(&self) -> Self {
        Self { minor: self.minor, currency: self.currency }
    }
}

impl From<Amount> for String {
    fn from(amount: Amount) -> Self {
        let decimals = usize::from(amount.currency.exponent());
        let digits = format!("{:0width$}", amount.minor, width = decimals + 1);
        match digits.split_at_checked(digits.len() - decimals) {
            Some((whole, fraction)) if decimals > 0 => format!("{whole}.{fraction}"),
            _ => digits,
        }
    }
}

impl Totals {
    pub fn accept(&mut self, items: usize, total: OrderTotal) {
        self.orders += 1;
        self.items += items as u64;
        let currency = total.currency();
        let amount = self.amounts.entry(currency.code()).or_insert(Amount { minor: 0, currency });
        amount.minor += i128::from(total.minor());
    }

    pub fn reject(&mut self, faults: &[Fault]) {
        self.rejected += 1;
        let codes: BTreeSet<&str> = faults.iter().map(|fault| fault.code.as_str()).collect();
        for code in codes {
            *self.rejected_by_code.entry(code.to_owned()).or_default() += 1;
        }
        let pointers: BTreeSet<String> =
            faults.iter().filter_map(|fault| fault.pointer.as_deref()).map(starred).collect();
        for pointer in pointers {
            *self.rejected_by_pointer.entry(pointer).or_default() += 1;
        }
    }

    /// Whether any line was dealt with.
    pub fn any(&self) -> bool {
        self.orders + self.skipped + self.rejected > 0
    }

    /// For eyes.
    pub fn table(&self) -> String {
        let row = |name: &str, value: String| vec![name.to_owned(), value];
        let mut rows = vec![row("orders", self.orders.to_string()), row("items", self.items.to_string())];
        rows.extend(self.amounts.iter().map(|(code, amount)| row(&format!("amount {code}"), amount.clone().into())));
        rows.push(row("customers created", self.customers_created.to_string()));
        rows.push(row("skipped, they exist", self.skipped.to_string()));
        rows.push(row("rejected lines", self.rejected.to_string()));
        rows.extend(self.rejected_by_code.iter().map(|(code, lines)| row(&format!("  {code}"), lines.to_string())));
        rows.extend(self.rejected_by_pointer.iter().map(|(at, lines)| row(&format!("  {at}"), lines.to_string())));
        if self.dry_run {
            rows.push(row("dry run", "nothing was written".to_owned()));
        }
        terminal::table(&["WHAT", "HOW MUCH"], &rows)
    }
}

/// The pointer with every index as `*`.
fn starred(pointer: &str) -> String {
    let index = |step: &str| !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    pointer.split('/').map(|step| if index(step) { "*" } else { step }).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use orderbase_kernel::Money;

    use super::*;

    fn total(minor: i64) -> OrderTotal {
        OrderTotal::try_new(Money::try_new(minor, Currency::Gbp).unwrap()).unwrap()
    }

    #[test]
    fn sums_pass_the_bound_of_an_order() {
        let mut totals = Totals::default();
        totals.accept(2, total(5));
        assert_eq!(serde_json::to_string(&totals.amounts).unwrap(), r#"{"GBP":"0.05"}"#);
        for _ in 0..3 {
            totals.accept(1, total(9_999_999_999));
        }
        assert_eq!(serde_json::to_string(&totals.amounts).unwrap(), r#"{"GBP":"300000000.02"}"#);
        assert_eq!((totals.orders, totals.items), (4, 5));
    }

    #[test]
    fn lines_are_counted_once_per_code_and_place() {
        let at = |pointer: &str| Fault { pointer: Some(pointer.to_owned()), ..Fault::new("out_of_range", "") };
        let mut totals = Totals::default();
        totals.reject(&[at("#/items/0/quantity"), at("#/items/17/quantity"), at("#/items/0/unit_price")]);
        totals.reject(&[at("#/items/3/quantity")]);
        assert_eq!(totals.rejected, 2);
        assert_eq!(totals.rejected_by_code, BTreeMap::from([("out_of_range".to_owned(), 2)]));
        let expected = [("#/items/*/quantity".to_owned(), 2), ("#/items/*/unit_price".to_owned(), 1)];
        assert_eq!(totals.rejected_by_pointer, BTreeMap::from(expected));
    }
}
