//! The rules of a tenant. Each command looks, and then either refuses, finds nothing to do, or makes one event and applies it.

use orderbase_kernel::{Timestamp, Version};

use super::{
    ChangeSettings, CreateTenant, Tenant, TenantCommand, TenantCreated, TenantError, TenantEvent, TenantEventKind,
    TenantStatus, UpdateTenant,
};
use crate::{Overrides, Reason, Settings};

/// How long the data of a closed tenant stay: 30 days.
pub const PURGE_DELAY_MILLIS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// The outcome of a command: `None` is without effect.
type Decided = Result<Option<TenantEvent>, TenantError>;

impl Tenant {
    /// Creates a tenant: version 1, created at the time in its id.
    ///
    /// # Errors
    /// `NotV7`, `ReservedSlug`.
    pub fn create(command: CreateTenant) -> Result<(Self, TenantEvent), TenantError> {
        let CreateTenant { id, name, slug, mode, plan, trial_ends_at, settings } = command;
        let created_at = id.timestamp().ok_or(TenantError::NotV7)?;
        if slug.is_reserved() {
            return Err(TenantError::ReservedSlug);
        }
        let created = TenantCreated { id, name, slug, mode, plan, trial_ends_at, settings };
        let tenant = Self::begun(&created, created_at);
        let kind = TenantEventKind::Created(Box::new(created));
        Ok((tenant, TenantEvent { sequence: Version::FIRST, occurred_at: created_at, kind }))
    }

    /// trial, suspended → active; without effect when active.
    ///
    /// # Errors
    /// `InvalidTransition` when closed.
    pub fn activate(&mut self, at: Timestamp) -> Decided {
        self.step(TenantCommand::Activate, TenantStatus::Active, TenantEventKind::Activated, at)
    }

    /// trial, active → suspended; without effect when suspended, whatever the reason.
    ///
    /// # Errors
    /// `InvalidTransition` when closed.
    pub fn suspend(&mut self, reason: Reason, at: Timestamp) -> Decided {
        self.step(TenantCommand::Suspend, TenantStatus::Suspended, TenantEventKind::Suspended { reason }, at)
    }

    /// Any → closed, for good; without effect when closed. Its data may be erased 30 days later.
    ///
    /// # Errors
    /// None today; the type is that of the other commands.
    pub fn close(&mut self, at: Timestamp) -> Decided {
        let purge_after = at.later(self.updated_at).plus_millis(PURGE_DELAY_MILLIS);
        self.step(TenantCommand::Close, TenantStatus::Closed, TenantEventKind::Closed { purge_after }, at)
    }

    /// Forgets what a tenant that has been closed for 30 days was called and had been granted; its data are erased after it. Without
    /// effect when purged.
    ///
    /// # Errors
    /// `InvalidTransition` unless closed, `PurgeTooEarly`.
    pub fn purge(&mut self, at: Timestamp) -> Decided {
        self.permit(TenantCommand::Purge)?;
        match self.purge_after {
            _ if self.purged_at.is_some() => Ok(None),
            Some(purge_after) if at < purge_after => Err(TenantError::PurgeTooEarly { purge_after }),
            _ => Ok(Some(self.happen(TenantEventKind::Purged, at))),
        }
    }

    /// Changes name, plan and end of the trial together; a smaller plan takes nothing away.
    ///
    /// # Errors
    /// `InvalidTransition` when closed, `TrialNeedsEnd` if a trial would have no end.
    pub fn update(&mut self, update: UpdateTenant, at: Timestamp) -> Decided {
        self.permit(TenantCommand::Update)?;
        let name = update.name.filter(|name| *name != self.name);
        let plan = update.plan.filter(|plan| *plan != self.plan);
        let trial_ends_at = update.trial_ends_at.against(self.trial_ends_at.as_ref());
        if self.status == TenantStatus::Trial && trial_ends_at == orderbase_kernel::Patch::Clear {
            return Err(TenantError::TrialNeedsEnd);
        }
        if name.is_none() && plan.is_none() && trial_ends_at.is_keep() {
            return Ok(None);
        }
        Ok(Some(self.happen(TenantEventKind::Updated { name, plan, trial_ends_at }, at)))
    }

    /// Replaces all overrides; without effect when they are the same.
    ///
    /// # Errors
    /// `InvalidTransition` when closed, `LimitOutOfRange`, `BurstAboveRate`.
    pub fn set_overrides(&mut self, overrides: Overrides, at: Timestamp) -> Decided {
        self.permit(TenantCommand::SetLimits)?;
        overrides.check()?;
        if overrides == self.overrides {
            return Ok(None);
        }
        let plan = self.plan.limits().of_mode(self.mode);
        let rate = overrides.requests_per_minute.unwrap_or(plan.requests_per_minute);
        if overrides.burst.is_some_and(|burst| burst > rate) {
            return Err(TenantError::BurstAboveRate);
        }
        Ok(Some(self.happen(TenantEventKind::LimitsChanged(Box::new(overrides)), at)))
    }

    /// Changes name and settings together; without effect when both stay as they are.
    ///
    /// # Errors
    /// `InvalidTransition` when closed, `NumberingFrozen` for another numbering once there is an order.
    pub fn change_settings(&mut self, change: ChangeSettings, at: Timestamp) -> Decided {
        self.permit(TenantCommand::ChangeSettings)?;
        let name = change.name.filter(|name| *name != self.name);
        let settings = change.settings.filter(|settings| *settings != self.settings);
        let renumbers = settings.as_ref().is_some_and(|settings| !settings.numbers_like(&self.settings));
        if renumbers && change.has_orders {
            return Err(TenantError::NumberingFrozen);
        }
        if name.is_none() && settings.is_none() {
            return Ok(None);
        }
        let changed = settings.as_ref().map(|after| differing(&self.settings, after)).unwrap_or_default();
        let settings = settings.map(Box::new);
        Ok(Some(self.happen(TenantEventKind::SettingsChanged { name, settings, changed }, at)))
    }

    fn step(&mut self, command: TenantCommand, target: TenantStatus, kind: TenantEventKind, at: Timestamp) -> Decided {
        if self.status == target {
            return Ok(None);
        }
        self.permit(command)?;
        Ok(Some(self.happen(kind, at)))
    }

    fn permit(&self, attempted: TenantCommand) -> Result<(), TenantError> {
        let allowed = self.status.allowed_commands();
        if allowed.contains(&attempted) {
            return Ok(());
        }
        Err(TenantError::InvalidTransition { from: self.status, attempted, allowed })
    }

    /// A lagging clock cannot turn a history round: the event is no earlier than the one before.
    fn happen(&mut self, kind: TenantEventKind, at: Timestamp) -> TenantEvent {
        let event = TenantEvent { sequence: self.version.next(), occurred_at: at.later(self.updated_at), kind };
        self.apply(&event);
        event
    }
}

fn differing(before: &Settings, after: &Settings) -> Vec<&'static str> {
    let fields = [
        ("time_zone", before.time_zone() != after.time_zone()),
        ("allowed_currencies", before.allowed_currencies() != after.allowed_currencies()),
        ("default_currency", before.default_currency() != after.default_currency()),
        ("order_prefix", before.order_prefix() != after.order_prefix()),
        ("first_order_number", before.first_order_number() != after.first_order_number()),
    ];
    fields.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field).collect()
}
