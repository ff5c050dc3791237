//! The one place where fields of a tenant are set. Nothing is decided here: an event has happened.

use orderbase_kernel::{AggregateType, Corrupt, Name, Timestamp, Version};

use super::{Suspension, Tenant, TenantCreated, TenantEvent, TenantEventKind, TenantStatus};
use crate::{Overrides, Settings, Slug};

impl Tenant {
    /// The state that the events of one tenant lead to.
    ///
    /// # Errors
    /// [`Corrupt`] if the first is no `tenant.created`, if a later one is, if a sequence is missing, or if time runs backwards.
    pub fn from_events<'a>(events: impl IntoIterator<Item = &'a TenantEvent>) -> Result<Self, Corrupt> {
        let mut events = events.into_iter();
        let broken = |id, rule| Corrupt { aggregate: AggregateType::Tenant, id, rule };
        let mut tenant = match events.next() {
            Some(TenantEvent { sequence: Version::FIRST, occurred_at, kind: TenantEventKind::Created(created) }) => {
                Self::begun(created, *occurred_at)
            }
            _ => return Err(broken(orderbase_kernel::Uuid::nil(), "the first event is tenant.created")),
        };
        for event in events {
            let id = tenant.id.uuid();
            if event.sequence != tenant.version.next() || matches!(event.kind, TenantEventKind::Created(_)) {
                return Err(broken(id, "sequences are gapless and a tenant begins once"));
            }
            if event.occurred_at < tenant.updated_at {
                return Err(broken(id, "the times of events never fall"));
            }
            tenant.apply(event);
        }
        Ok(tenant)
    }

    pub(super) fn begun(created: &TenantCreated, at: Timestamp) -> Self {
        Self {
            id: created.id,
            name: created.name.clone(),
            slug: created.slug.clone(),
            mode: created.mode,
            status: if created.trial_ends_at.is_some() { TenantStatus::Trial } else { TenantStatus::Active },
            plan: created.plan,
            trial_ends_at: created.trial_ends_at,
            suspension: None,
            closed_at: None,
            purge_after: None,
            purged_at: None,
            overrides: Overrides::default(),
            settings: created.settings.clone(),
            created_at: at,
            updated_at: at,
            version: Version::FIRST,
        }
    }

    pub(super) fn apply(&mut self, event: &TenantEvent) {
        let at = event.occurred_at;
        match &event.kind {
            TenantEventKind::Created(created) => *self = Self::begun(created, at),
            TenantEventKind::Activated => {
                self.status = TenantStatus::Active;
                self.suspension = None;
            }
            TenantEventKind::Suspended { reason } => {
                self.status = TenantStatus::Suspended;
                self.suspension = Some(Suspension { at, reason: reason.clone() });
            }
            TenantEventKind::Closed { purge_after } => {
                self.status = TenantStatus::Closed;
                self.closed_at = Some(at);
                self.purge_after = Some(*purge_after);
            }
            TenantEventKind::Purged => {
                self.name = Name::purged();
                self.slug = Slug::purged(self.id);
                self.suspension = None;
                self.overrides = Overrides::default();
                self.settings = Settings::default();
                self.purged_at = Some(at);
            }
            TenantEventKind::Updated { name, plan, trial_ends_at } => {
                if let Some(name) = name {
                    self.name = name.clone();
                }
                if let Some(plan) = plan {
                    self.plan = *plan;
                }
                trial_ends_at.apply_to(&mut self.trial_ends_at);
            }
            TenantEventKind::LimitsChanged(overrides) => self.overrides = Overrides::clone(overrides),
            TenantEventKind::SettingsChanged { name, settings, changed: _ } => {
                if let Some(name) = name {
                    self.name = name.clone();
                }
                if let Some(settings) = settings.as_deref() {
                    self.settings = settings.clone();
                }
            }
        }
        self.updated_at = at;
        self.version = event.sequence;
    }
}
