//! What happened to a tenant. Folding the events of a tenant gives its state.

use orderbase_kernel::{Name, Patch, TenantId, Timestamp, Version};

use crate::{Mode, Overrides, PlanCode, Reason, Settings, Slug};

/// One event: the version after it, its time, and what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantEvent {
    pub sequence: Version,
    pub occurred_at: Timestamp,
    pub kind: TenantEventKind,
}

/// Everything a tenant begins with. Its creation time is the event's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantCreated {
    pub id: TenantId,
    pub name: Name,
    pub slug: Slug,
    pub mode: Mode,
    pub plan: PlanCode,
    pub trial_ends_at: Option<Timestamp>,
    pub settings: Settings,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TenantEventKind {
    Created(Box<TenantCreated>),
    Activated,
    Suspended {
        reason: Reason,
    },
    Closed {
        purge_after: Timestamp,
    },
    /// Nothing is left but the tenant's id, its dates and its events.
    Purged,
    /// `tenant.plan_changed` when the plan is among the changes.
    Updated {
        name: Option<Name>,
        plan: Option<PlanCode>,
        trial_ends_at: Patch<Timestamp>,
    },
    LimitsChanged(Box<Overrides>),
    SettingsChanged {
        name: Option<Name>,
        settings: Option<Box<Settings>>,
        /// Names of the settings that changed.
        changed: Vec<&'static str>,
    },
}

impl TenantEvent {
    /// `tenant.` and a past tense.
    #[must_use]
    pub const fn event_type(&self) -> &'static str {
        match self.kind {
            TenantEventKind::Created(_) => "tenant.created",
            TenantEventKind::Activated => "tenant.activated",
            TenantEventKind::Suspended { .. } => "tenant.suspended",
            TenantEventKind::Closed { .. } => "tenant.closed",
            TenantEventKind::Purged => "tenant.purged",
            TenantEventKind::Updated { plan: Some(_), .. } => "tenant.plan_changed",
            TenantEventKind::Updated { .. } => "tenant.updated",
            TenantEventKind::LimitsChanged(_) => "tenant.limits_changed",
            TenantEventKind::SettingsChanged { .. } => "tenant.settings_changed",
        }
    }

    /// Names of changed fields, never values. Empty for a new tenant, where all is new.
    #[must_use]
    pub fn changed(&self) -> Vec<String> {
        let fields = |fields: &[(&str, bool)]| -> Vec<String> {
            fields.iter().filter(|(_, changed)| *changed).map(|(field, _)| (*field).to_owned()).collect()
        };
        match &self.kind {
            TenantEventKind::Created(_) => Vec::new(),
            TenantEventKind::Activated => vec!["status".to_owned()],
            TenantEventKind::Suspended { .. } => fields(&[("status", true), ("suspension", true)]),
            TenantEventKind::Closed { .. } => fields(&[("status", true), ("closed_at", true), ("purge_after", true)]),
            TenantEventKind::Purged => {
                ["name", "slug", "suspension", "overrides", "settings", "purged_at"].map(str::to_owned).to_vec()
            }
            TenantEventKind::Updated { name, plan, trial_ends_at } => fields(&[
                ("name", name.is_some()),
                ("plan", plan.is_some()),
                ("trial_ends_at", !trial_ends_at.is_keep()),
            ]),
            TenantEventKind::LimitsChanged(_) => vec!["overrides".to_owned()],
            TenantEventKind::SettingsChanged { name, changed, .. } => {
                let mut list = fields(&[("name", name.is_some())]);
                list.extend(changed.iter().map(|field| format!("settings.{field}")));
                list
            }
        }
    }
}
