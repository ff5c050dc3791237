//! Which aggregate an event belongs to.

use std::fmt;

use crate::Invalid;

/// The kinds of aggregates that have events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AggregateType {
    Order,
    Customer,
    Tenant,
    User,
    ApiKey,
    Webhook,
}

impl AggregateType {
    pub const ALL: [Self; 6] = [Self::Order, Self::Customer, Self::Tenant, Self::User, Self::ApiKey, Self::Webhook];
    pub const TEXTS: &'static [&'static str] = &["order", "customer", "tenant", "user", "api_key", "webhook"];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Customer => "customer",
            Self::Tenant => "tenant",
            Self::User => "user",
            Self::ApiKey => "api_key",
            Self::Webhook => "webhook",
        }
    }

    /// # Errors
    /// `not_one_of`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(Invalid::not_one_of(Self::TEXTS))
    }
}

impl fmt::Display for AggregateType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One aggregate of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AggregateRef {
    pub kind: AggregateType,
    pub id: uuid::Uuid,
}

impl AggregateRef {
    #[must_use]
    pub const fn new(kind: AggregateType, id: uuid::Uuid) -> Self {
        Self { kind, id }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_kinds_match() {
        let words: Vec<_> = AggregateType::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(words, AggregateType::TEXTS);
        assert!(AggregateType::ALL.iter().all(|kind| AggregateType::parse(kind.as_str()) == Ok(*kind)));
        assert!(AggregateType::parse("Order").is_err());
    }
}
