//! The states of a user.

use std::fmt;

use orderbase_kernel::Invalid;

/// Where a user stands. Whether an invitation has expired is a matter of its ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserStatus {
    Invited,
    Active,
    /// Signs in no more; of one who never joined, the invitation is revoked.
    Disabled,
}

impl UserStatus {
    pub const ALL: [Self; 3] = [Self::Invited, Self::Active, Self::Disabled];
    pub const TEXTS: &'static [&'static str] = &["invited", "active", "disabled"];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// # Errors
    /// `not_one_of`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(Invalid::not_one_of(Self::TEXTS))
    }
}

impl fmt::Display for UserStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
