//! What must hold, under lock, for a changeset to be applied.

use orderbase_kernel::{CustomerId, UserId, Version};

/// A precondition on something the changeset does not itself change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Require {
    /// The customer exists and is active; held until the commit, so that no deactivation overtakes an order.
    ActiveCustomer(CustomerId),
    /// An active owner other than the user remains; all owners are locked until the commit.
    AnotherActiveOwner(UserId),
    /// The user is active and the password has still that epoch; held until the commit, so that no sign-in outlives a new password or
    /// the end of the user.
    ActiveUser { id: UserId, epoch: u32 },
    /// The user stands at that version; held until the commit, so that what is handed out for it is not for more than was looked at.
    UnchangedUser { id: UserId, version: Version },
    /// `add` more of a counted thing stay within `max`.
    Below { quota: Quota, max: u64, add: u64 },
}

/// What a plan counts in a row of `tenant_counters`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quota {
    Customers,
    ApiKeys,
    Users,
}

impl Quota {
    /// The counter's kind in the database and the limit's name in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::ApiKeys => "api_keys",
            Self::Users => "users",
        }
    }
}
