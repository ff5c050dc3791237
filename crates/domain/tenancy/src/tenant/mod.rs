//! The tenant: what it is and how it is read. Rules in `decide`, fields set in `apply` alone. It knows nothing of orders.

mod apply;
mod command;
mod decide;
mod error;
mod event;
mod parts;
mod status;

use orderbase_kernel::{Name, TenantId, Timestamp, Version};

pub use command::{ChangeSettings, CreateTenant, TenantCommand, UpdateTenant};
pub use decide::PURGE_DELAY_MILLIS;
pub use error::TenantError;
pub use event::{TenantCreated, TenantEvent, TenantEventKind};
pub use parts::TenantParts;
pub use status::{Access, Mode, TenantStatus};

use crate::{Limits, Overrides, PlanCode, Reason, Settings, Slug};

/// Since when and why a tenant is suspended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    pub at: Timestamp,
    pub reason: Reason,
}

/// A customer of the platform, with orders of its own. The mode never changes, and the slug only when the tenant is purged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    id: TenantId,
    name: Name,
    slug: Slug,
    mode: Mode,
    status: TenantStatus,
    plan: PlanCode,
    trial_ends_at: Option<Timestamp>,
    suspension: Option<Suspension>,
    closed_at: Option<Timestamp>,
    purge_after: Option<Timestamp>,
    purged_at: Option<Timestamp>,
    overrides: Overrides,
    settings: Settings,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: Version,
}

impl Tenant {
    #[must_use]
    pub const fn id(&self) -> TenantId {
        self.id
    }

    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.name
    }

    #[must_use]
    pub const fn slug(&self) -> &Slug {
        &self.slug
    }

    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The stored status; whether a trial has ended is [`Self::access`].
    #[must_use]
    pub const fn status(&self) -> TenantStatus {
        self.status
    }

    #[must_use]
    pub const fn plan(&self) -> PlanCode {
        self.plan
    }

    #[must_use]
    pub const fn trial_ends_at(&self) -> Option<Timestamp> {
        self.trial_ends_at
    }

    #[must_use]
    pub const fn suspension(&self) -> Option<&Suspension> {
        self.suspension.as_ref()
    }

    #[must_use]
    pub const fn closed_at(&self) -> Option<Timestamp> {
        self.closed_at
    }

    /// From this instant on everything of a closed tenant may be erased.
    #[must_use]
    pub const fn purge_after(&self) -> Option<Timestamp> {
        self.purge_after
    }

    /// Since when there is nothing left of a closed tenant but itself.
    #[must_use]
    pub const fn purged_at(&self) -> Option<Timestamp> {
        self.purged_at
    }

    #[must_use]
    pub const fn overrides(&self) -> &Overrides {
        &self.overrides
    }

    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The time in the id.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// The time of the last event.
    #[must_use]
    pub const fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// The number of events so far.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// What the tenant's people and keys may do at this instant; a trial ends by the clock, without a job.
    #[must_use]
    pub fn access(&self, now: Timestamp) -> Access {
        match self.status {
            TenantStatus::Active => Access::Writable,
            TenantStatus::Trial if self.trial_ends_at.is_some_and(|end| now < end) => Access::Writable,
            TenantStatus::Trial => Access::TrialExpired,
            TenantStatus::Suspended => Access::Suspended,
            TenantStatus::Closed => Access::Closed,
        }
    }

    /// The plan's limits, a quarter of its rate in a sandbox.
    #[must_use]
    pub fn plan_limits(&self) -> Limits {
        self.plan.limits().of_mode(self.mode)
    }

    /// The plan's limits, then the overrides in force as they are written.
    #[must_use]
    pub fn limits(&self, now: Timestamp) -> Limits {
        let plan = self.plan_limits();
        if self.overrides.in_force(now) { self.overrides.over(plan) } else { plan }
    }
}
