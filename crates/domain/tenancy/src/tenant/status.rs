//! The states of a tenant, its mode, and what a state allows.

use std::fmt;

use orderbase_kernel::Invalid;

use super::TenantCommand;

/// Live data, or a sandbox with keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    Live,
    Sandbox,
}

impl Mode {
    pub const ALL: [Self; 2] = [Self::Live, Self::Sandbox];
    pub const TEXTS: &'static [&'static str] = &["live", "sandbox"];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Sandbox => "sandbox",
        }
    }

    /// # Errors
    /// `not_one_of`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text).ok_or(Invalid::not_one_of(Self::TEXTS))
    }

    /// What the text of an API key of this mode begins with.
    #[must_use]
    pub const fn key_prefix(self) -> &'static str {
        match self {
            Self::Live => "ob_live_",
            Self::Sandbox => "ob_test_",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a tenant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TenantStatus {
    Trial,
    Active,
    Suspended,
    Closed,
}

impl TenantStatus {
    pub const ALL: [Self; 4] = [Self::Trial, Self::Active, Self::Suspended, Self::Closed];
    pub const TEXTS: &'static [&'static str] = &["trial", "active", "suspended", "closed"];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }

    /// # Errors
    /// `not_one_of`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(Invalid::not_one_of(Self::TEXTS))
    }

    /// The commands that can have an effect in this state.
    #[must_use]
    pub const fn allowed_commands(self) -> &'static [TenantCommand] {
        use TenantCommand::{Activate, ChangeSettings, Close, Purge, SetLimits, Suspend, Update};
        match self {
            Self::Trial => &[Activate, Suspend, Close, Update, SetLimits, ChangeSettings],
            Self::Active => &[Suspend, Close, Update, SetLimits, ChangeSettings],
            Self::Suspended => &[Activate, Close, Update, SetLimits, ChangeSettings],
            Self::Closed => &[Purge],
        }
    }
}

impl fmt::Display for TenantStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a tenant may do at an instant. All but `Writable` refuse commands; `Closed` refuses reads too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    Writable,
    TrialExpired,
    Suspended,
    Closed,
}
