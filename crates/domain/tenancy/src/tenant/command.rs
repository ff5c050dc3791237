//! What can be asked of a tenant.

use std::fmt;

use orderbase_kernel::{Name, Patch, TenantId, Timestamp};

use crate::{Mode, PlanCode, Settings, Slug};

/// A new tenant: on trial if `trial_ends_at` is given, else active. Its creation time is the one in `id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateTenant {
    pub id: TenantId,
    pub name: Name,
    pub slug: Slug,
    pub mode: Mode,
    pub plan: PlanCode,
    pub trial_ends_at: Option<Timestamp>,
    pub settings: Settings,
}

/// The operator's change. A trial always has an end, so `Clear` is refused while the tenant is on trial.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpdateTenant {
    pub name: Option<Name>,
    pub plan: Option<PlanCode>,
    pub trial_ends_at: Patch<Timestamp>,
}

/// The change that the tenant's own owner or admin makes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangeSettings {
    pub name: Option<Name>,
    pub settings: Option<Settings>,
    /// Whether the tenant has an order: then prefix and first number stay as they are.
    pub has_orders: bool,
}

/// The commands on a tenant that exists, named in refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TenantCommand {
    Activate,
    Suspend,
    Close,
    Update,
    SetLimits,
    ChangeSettings,
    Purge,
}

impl TenantCommand {
    pub const ALL: [Self; 7] =
        [Self::Activate, Self::Suspend, Self::Close, Self::Update, Self::SetLimits, Self::ChangeSettings, Self::Purge];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Suspend => "suspend",
            Self::Close => "close",
            Self::Update => "update",
            Self::SetLimits => "set_limits",
            Self::ChangeSettings => "change_settings",
            Self::Purge => "purge",
        }
    }
}

impl fmt::Display for TenantCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
