//! A tenant as it is stored, and the checks that a stored tenant meets before it is one again.

use orderbase_kernel::{AggregateType, Corrupt, Name, TenantId, Timestamp, Version};

use super::{Mode, Suspension, Tenant, TenantStatus};
use crate::{Overrides, PlanCode, Settings, Slug};

/// Every field of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantParts {
    pub id: TenantId,
    pub name: Name,
    pub slug: Slug,
    pub mode: Mode,
    pub status: TenantStatus,
    pub plan: PlanCode,
    pub trial_ends_at: Option<Timestamp>,
    pub suspension: Option<Suspension>,
    pub closed_at: Option<Timestamp>,
    pub purge_after: Option<Timestamp>,
    pub purged_at: Option<Timestamp>,
    pub overrides: Overrides,
    pub settings: Settings,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: Version,
}

impl Tenant {
    /// Makes a tenant of stored parts.
    ///
    /// # Errors
    /// [`Corrupt`] with the first rule they break.
    pub fn rehydrate(parts: TenantParts) -> Result<Self, Corrupt> {
        let id = parts.id.uuid();
        let check = |holds, rule| Corrupt::unless(holds, AggregateType::Tenant, id, rule);
        let within = |at: Timestamp| parts.created_at <= at && at <= parts.updated_at;
        let closed = parts.status == TenantStatus::Closed;
        check(parts.id.timestamp() == Some(parts.created_at), "created_at is the time in the id")?;
        check(parts.created_at <= parts.updated_at, "updated_at is not before created_at")?;
        check(parts.status != TenantStatus::Trial || parts.trial_ends_at.is_some(), "a trial has an end")?;
        check(parts.closed_at.is_some() == closed, "closed_at is present exactly when closed")?;
        check(parts.purge_after.is_some() == closed, "purge_after is present exactly when closed")?;
        check(
            parts.purged_at.is_none_or(|at| parts.purge_after.is_some_and(|after| after <= at)),
            "nothing is purged before its day",
        )?;
        check(suspension_fits(&parts), "a suspension is present while suspended, and kept only by closing")?;
        check(parts.closed_at.is_none_or(within), "closed_at lies between the first and the last event")?;
        check(parts.purged_at.is_none_or(within), "purged_at lies between the first and the last event")?;
        check(
            parts.suspension.as_ref().is_none_or(|it| within(it.at)),
            "the suspension lies between the first and the last event",
        )?;
        check(parts.overrides.check().is_ok(), "overrides lie within their bounds")?;
        let TenantParts {
            id,
            name,
            slug,
            mode,
            status,
            plan,
            trial_ends_at,
            suspension,
            closed_at,
            purge_after,
            purged_at,
            overrides,
            settings,
            created_at,
            updated_at,
            version,
        } = parts;
        Ok(Self {
            id,
            name,
            slug,
            mode,
            status,
            plan,
            trial_ends_at,
            suspension,
            closed_at,
            purge_after,
            purged_at,
            overrides,
            settings,
            created_at,
            updated_at,
            version,
        })
    }

    /// The parts that [`Self::rehydrate`] takes.
    #[must_use]
    pub fn to_parts(&self) -> TenantParts {
        TenantParts {
            id: self.id,
            name: self.name.clone(),
            slug: self.slug.clone(),
            mode: self.mode,
            status: self.status,
            plan: self.plan,
            trial_ends_at: self.trial_ends_at,
            suspension: self.suspension.clone(),
            closed_at: self.closed_at,
            purge_after: self.purge_after,
            purged_at: self.purged_at,
            overrides: self.overrides.clone(),
            settings: self.settings.clone(),
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        }
    }
}

fn suspension_fits(parts: &TenantParts) -> bool {
    match parts.status {
        TenantStatus::Trial | TenantStatus::Active => parts.suspension.is_none(),
        TenantStatus::Suspended => parts.suspension.is_some(),
        TenantStatus::Closed => true,
    }
}
