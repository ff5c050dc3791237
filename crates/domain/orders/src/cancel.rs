//! Why an order was cancelled.

use std::fmt;

use orderbase_kernel::Invalid;

use crate::Note;

/// The reasons on offer. `expired` is reserved for a later rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CancelReason {
    Customer,
    Inventory,
    Fraud,
    Declined,
    Staff,
    Other,
}

impl CancelReason {
    pub const ALL: [Self; 6] = [Self::Customer, Self::Inventory, Self::Fraud, Self::Declined, Self::Staff, Self::Other];
    pub const TEXTS: &'static [&'static str] = &["customer", "inventory", "fraud", "declined", "staff", "other"];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Inventory => "inventory",
            Self::Fraud => "fraud",
            Self::Declined => "declined",
            Self::Staff => "staff",
            Self::Other => "other",
        }
    }

    /// # Errors
    /// `not_one_of`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text).ok_or(Invalid::not_one_of(Self::TEXTS))
    }
}

impl fmt::Display for CancelReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A cancellation, as it is asked for and as the order keeps it. The note is required once an order is being processed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancel {
    pub reason: CancelReason,
    pub note: Option<Note>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_reasons_match() {
        let words: Vec<_> = CancelReason::ALL.iter().map(|reason| reason.as_str()).collect();
        assert_eq!(words, CancelReason::TEXTS);
        assert!(CancelReason::ALL.iter().all(|reason| CancelReason::parse(reason.as_str()) == Ok(*reason)));
        assert!(CancelReason::parse("expired").is_err());
    }
}
