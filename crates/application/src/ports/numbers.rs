//! Order numbers and with them the monthly quota (domain.md §11).

use async_trait::async_trait;
use orderbase_kernel::Period;
use orderbase_orders::OrderNumber;

use super::StorageError;
use crate::ctx::Scope;

/// The month that a number is charged to, and how many the plan allows in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    pub period: Period,
    pub max: u64,
}

/// A number taken, and what was charged for it, so that it can be given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberTicket {
    pub number: OrderNumber,
    pub charged: Option<Period>,
}

/// What [`OrderNumbers::take`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    Taken(NumberTicket),
    /// The month's quota is used up; `current` of `max` are charged.
    QuotaReached {
        max: u64,
        current: u64,
    },
}

/// Numbers out of blocks that the instance reserves.
#[async_trait]
pub trait OrderNumbers: Send + Sync {
    /// A number that nobody else has; ascending per instance, never reused once committed. Without `charge` no quota counts.
    ///
    /// # Errors
    /// [`StorageError`] if a block had to be reserved and could not be.
    async fn take(&self, scope: Scope, charge: Option<Charge>) -> Result<Taking, StorageError>;

    /// Gives a number back that was certainly not committed. No I/O.
    async fn give_back(&self, scope: Scope, ticket: NumberTicket);

    /// Forgets the tenant's block and raises its counter past the numbers in use and to the first number of its settings, after one
    /// turned out to be taken or the settings were changed.
    ///
    /// # Errors
    /// [`StorageError`] if the counter could not be raised.
    async fn resync(&self, scope: Scope) -> Result<(), StorageError>;

    /// Returns the quota of all blocks; their numbers become gaps. Called once, at shutdown.
    ///
    /// # Errors
    /// [`StorageError`] of the first block that could not be returned; the others are tried all the same.
    async fn close(&self) -> Result<(), StorageError>;
}
