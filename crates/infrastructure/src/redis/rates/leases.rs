//! Units that were taken from the shared buckets ahead of their use, so that not every request asks (reliability.md rule 28). What lies at one
//! instance of one tenant never passes a bound, whatever the number of credentials: the shared bucket is kept that much smaller. Asks no
//! clock: instants are microseconds on the caller's.

use std::collections::HashMap;

use orderbase_application::ports::RateAsk;
use orderbase_application::rates::{PerPolicy, RateRule};
use uuid::Uuid;

/// How long a lease may be used; what is left of it then is lost.
const LIFE_MICROS: i64 = 1_000_000;
/// Who comes back so soon gets twice as much.
const SOON_MICROS: i64 = 100_000;
/// How long it is remembered how much somebody wanted.
const REMEMBERED_MICROS: i64 = 10_000_000;
pub(super) const UNITS_MAX: u32 = 64;
/// Who is one too many gets no lease.
const TENANTS_MAX: usize = 10_000;
const CREDENTIALS_MAX: usize = 1_000;

#[derive(Default)]
pub(super) struct Leases {
    tenants: HashMap<Uuid, OfTenant>,
}

#[derive(Default)]
struct OfTenant {
    by_principal: HashMap<Uuid, Lease>,
    /// Asked for, and not answered yet.
    promised: u32,
}

#[derive(Clone, Copy)]
struct Lease {
    rules: PerPolicy<RateRule>,
    left: u32,
    /// Since the last grant.
    since: i64,
    /// How many units, the one that is used at once among them, are asked for the next time.
    want: u32,
}

/// How many units of a burst may lie at one of so many instances: a twentieth, shared by all. 0: none, for a lease of one is none.
pub(super) fn units_max(burst: u32, instances: u32) -> u32 {
    let most = (burst / instances.max(1).saturating_mul(20)).min(UNITS_MAX);
    if most < 2 { 0 } else { most }
}

impl Leases {
    /// Uses units that lie here.
    pub(super) fn use_up(&mut self, ask: &RateAsk, now: i64) -> bool {
        let of_tenant = self.tenants.get_mut(&ask.tenant_id.uuid());
        let lease = of_tenant.and_then(|of_tenant| of_tenant.by_principal.get_mut(&ask.principal_id));
        match lease.filter(|lease| lease.is_good(ask, now) && lease.left >= ask.cost) {
            Some(lease) => {
                lease.left -= ask.cost;
                true
            }
            None => false,
        }
    }

    /// How many units lie here for the asker.
    pub(super) fn left(&self, ask: &RateAsk, now: i64) -> u32 {
        let of_tenant = self.tenants.get(&ask.tenant_id.uuid());
        let lease = of_tenant.and_then(|of_tenant| of_tenant.by_principal.get(&ask.principal_id));
        lease.filter(|lease| lease.is_good(ask, now)).map_or(0, |lease| lease.left)
    }

    /// How many units beside the cost may be asked for. They count as lying here until [`Leases::settle`].
    pub(super) fn promise(&mut self, ask: &RateAsk, most: u32, now: i64) -> u32 {
        let tenant = ask.tenant_id.uuid();
        if most == 0 || !self.has_room(tenant, now) {
            return 0;
        }
        let of_tenant = self.tenants.entry(tenant).or_default();
        of_tenant.forget_old(now);
        let want = of_tenant.by_principal.get_mut(&ask.principal_id).map_or(1, |lease| lease.next_want(ask, now));
        let here: u32 = of_tenant.by_principal.values().map(|lease| lease.left).sum();
        let room = most.saturating_sub(here.saturating_add(of_tenant.promised));
        let extra = want.min(most).saturating_sub(ask.cost).min(room);
        of_tenant.promised += extra;
        extra
    }

    /// What became of a promise: how many units came, or `None` if the cost was not granted.
    pub(super) fn settle(&mut self, ask: &RateAsk, promised: u32, came: Option<u32>, now: i64) {
        let Some(of_tenant) = self.tenants.get_mut(&ask.tenant_id.uuid()) else { return };
        of_tenant.promised = of_tenant.promised.saturating_sub(promised);
        let Some(came) = came else { return };
        let new = Lease { rules: ask.rules, left: 0, since: now, want: 1 };
        if of_tenant.by_principal.len() < CREDENTIALS_MAX || of_tenant.by_principal.contains_key(&ask.principal_id) {
            let lease = of_tenant.by_principal.entry(ask.principal_id).or_insert(new);
            let kept = if lease.is_good(ask, now) { lease.left } else { 0 };
            *lease = Lease { left: kept.saturating_add(came.min(promised)), want: lease.want, ..new };
        }
    }

    fn has_room(&mut self, tenant: Uuid, now: i64) -> bool {
        if self.tenants.len() < TENANTS_MAX || self.tenants.contains_key(&tenant) {
            return true;
        }
        self.tenants.retain(|_, of_tenant| {
            of_tenant.forget_old(now);
            of_tenant.promised > 0 || !of_tenant.by_principal.is_empty()
        });
        self.tenants.len() < TENANTS_MAX
    }
}

impl OfTenant {
    fn forget_old(&mut self, now: i64) {
        self.by_principal.retain(|_, lease| now - lease.since < REMEMBERED_MICROS);
        for lease in self.by_principal.values_mut().filter(|lease| lease.left > 0 && lease.is_over(now)) {
            lease.left = 0;
            lease.want = (lease.want / 2).max(1);
        }
    }
}

impl Lease {
    fn is_over(&self, now: i64) -> bool {
        now - self.since >= LIFE_MICROS
    }

    /// Not over, and made under the limits that hold.
    fn is_good(&self, ask: &RateAsk, now: i64) -> bool {
        self.rules == ask.rules && !self.is_over(now)
    }

    fn next_want(&mut self, ask: &RateAsk, now: i64) -> u32 {
        if self.left < ask.cost && now - self.since <= SOON_MICROS {
            self.want = self.want.saturating_mul(2).min(UNITS_MAX);
        }
        self.want
    }
}

#[cfg(test)]
mod tests;
