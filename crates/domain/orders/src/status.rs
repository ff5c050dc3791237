//! The states of an order and the ways between them. There is no setter: a state is reached by its command alone.

use std::fmt;

use orderbase_kernel::Invalid;

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrderStatus {
    Pending,
    Confirmed,
    Processing,
    Completed,
    Cancelled,
}

impl OrderStatus {
    pub const ALL: [Self; 5] = [Self::Pending, Self::Confirmed, Self::Processing, Self::Completed, Self::Cancelled];
    pub const TEXTS: &'static [&'static str] = &["pending", "confirmed", "processing", "completed", "cancelled"];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    /// # Errors
    /// `not_one_of`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(Invalid::not_one_of(Self::TEXTS))
    }

    /// Whether no transition leads out of it.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }

    /// The transitions that the state allows a caller who holds every permission.
    #[must_use]
    pub const fn allowed_transitions(self) -> &'static [Transition] {
        match self {
            Self::Pending => &[Transition::Confirm, Transition::Cancel],
            Self::Confirmed => &[Transition::Process, Transition::Cancel],
            Self::Processing => &[Transition::Complete, Transition::Cancel],
            Self::Completed | Self::Cancelled => &[],
        }
    }
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A command that moves an order to another state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transition {
    Confirm,
    Process,
    Complete,
    Cancel,
}

impl Transition {
    pub const ALL: [Self; 4] = [Self::Confirm, Self::Process, Self::Complete, Self::Cancel];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Process => "process",
            Self::Complete => "complete",
            Self::Cancel => "cancel",
        }
    }

    /// The state it leads to.
    #[must_use]
    pub const fn target(self) -> OrderStatus {
        match self {
            Self::Confirm => OrderStatus::Confirmed,
            Self::Process => OrderStatus::Processing,
            Self::Complete => OrderStatus::Completed,
            Self::Cancel => OrderStatus::Cancelled,
        }
    }
}

impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_states_match() {
        let words: Vec<_> = OrderStatus::ALL.iter().map(|status| status.as_str()).collect();
        assert_eq!(words, OrderStatus::TEXTS);
        assert!(OrderStatus::ALL.iter().all(|status| OrderStatus::parse(status.as_str()) == Ok(*status)));
        assert!(OrderStatus::parse("PENDING").is_err());
    }

    #[test]
    fn terminal_states_have_no_way_out() {
        for status in OrderStatus::ALL {
            assert_eq!(status.is_terminal(), status.allowed_transitions().is_empty(), "{status}");
        }
    }
}
