//! How a commit ended, if the storage answered at all.

use std::sync::Arc;

use orderbase_kernel::{CustomerId, UserId};
use uuid::Uuid;

use super::claim::KeptAnswer;
use super::require::Quota;

/// The outcomes of a commit. Only [`Outcome::Committed`] changed anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Durable. Of a check: the key is free.
    Committed,
    /// The key was used by the same request; this is its answer.
    Replayed(Arc<KeptAnswer>),
    /// The key was used by another request.
    KeyReused,
    /// Another attempt has held the key for more than 500 ms.
    InProgress,
    /// An aggregate has another version than the one it was read at.
    Stale,
    /// A precondition did not hold.
    Refused(Refusal),
    /// A unique constraint is in the way.
    Duplicate { unique: Unique, existing_id: Option<Uuid> },
}

/// Which precondition did not hold, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    NoCustomer(CustomerId),
    InactiveCustomer(CustomerId),
    Quota {
        quota: Quota,
        max: u64,
        current: u64,
    },
    LastOwner,
    /// The user is not there or not active, or the tokens of before are dead.
    NoActiveUser(UserId),
    /// The user was changed since it was looked at, or is not there.
    UserChanged(UserId),
}

/// The unique constraints that a changeset can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unique {
    OrderNumber,
    OrderExternalReference,
    CustomerEmail,
    CustomerExternalReference,
    TenantSlug,
    UserEmail,
}
