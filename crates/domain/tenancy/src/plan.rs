//! What a tenant may use: the limits of its plan and what an operator grants beside them.

use std::fmt;

use orderbase_kernel::{Invalid, Timestamp};

use crate::{Mode, Reason, TenantError};

const ITEMS_PER_ORDER_MAX: u32 = 2_000;
/// An override goes up to this many times the largest plan.
const OVERRIDE_FACTOR: u64 = 100;

/// A plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlanCode {
    Free,
    Pro,
    Enterprise,
}

impl PlanCode {
    pub const ALL: [Self; 3] = [Self::Free, Self::Pro, Self::Enterprise];
    pub const TEXTS: &'static [&'static str] = &["free", "pro", "enterprise"];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Pro => "pro",
            Self::Enterprise => "enterprise",
        }
    }

    /// # Errors
    /// `not_one_of`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|plan| plan.as_str() == text).ok_or(Invalid::not_one_of(Self::TEXTS))
    }

    /// The limits of the plan, before mode and overrides.
    #[must_use]
    pub const fn limits(self) -> Limits {
        match self {
            Self::Free => Limits {
                requests_per_minute: 60,
                burst: 20,
                concurrency: 8,
                orders_per_month: 1_000,
                customers: 500,
                users: 3,
                api_keys: 2,
                webhooks: 1,
                live: 10,
                exports: 1,
                export_rows: 10_000,
                items_per_order: ITEMS_PER_ORDER_MAX,
            },
            Self::Pro => Limits {
                requests_per_minute: 600,
                burst: 100,
                concurrency: 32,
                orders_per_month: 100_000,
                customers: 50_000,
                users: 25,
                api_keys: 20,
                webhooks: 10,
                live: 100,
                exports: 2,
                export_rows: 1_000_000,
                items_per_order: ITEMS_PER_ORDER_MAX,
            },
            Self::Enterprise => Limits {
                requests_per_minute: 6_000,
                burst: 1_000,
                concurrency: 128,
                orders_per_month: 10_000_000,
                customers: 5_000_000,
                users: 500,
                api_keys: 200,
                webhooks: 100,
                live: 1_000,
                exports: 4,
                export_rows: 10_000_000,
                items_per_order: ITEMS_PER_ORDER_MAX,
            },
        }
    }
}

impl fmt::Display for PlanCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is in force for a tenant. Plain numbers: a reading, not a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limits {
    pub requests_per_minute: u32,
    /// Requests at once above the rate; never more than `requests_per_minute`.
    pub burst: u32,
    /// Requests in flight.
    pub concurrency: u32,
    /// Charged to the calendar month of the business date.
    pub orders_per_month: u64,
    pub customers: u64,
    /// Users not disabled, invited ones included.
    pub users: u64,
    /// Keys neither revoked nor expired.
    pub api_keys: u64,
    pub webhooks: u64,
    /// Connections to the live feed.
    pub live: u32,
    /// Exports at once.
    pub exports: u32,
    pub export_rows: u64,
    /// At most 2 000.
    pub items_per_order: u32,
}

impl Limits {
    pub(crate) const fn of_mode(mut self, mode: Mode) -> Self {
        if matches!(mode, Mode::Sandbox) {
            self.requests_per_minute = self.requests_per_minute.div_ceil(4);
            self.burst = self.burst.div_ceil(4);
        }
        self
    }
}

/// Limits that an operator grants one tenant in place of its plan's. `None` leaves the plan's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overrides {
    pub requests_per_minute: Option<u32>,
    pub burst: Option<u32>,
    pub concurrency: Option<u32>,
    pub orders_per_month: Option<u64>,
    pub customers: Option<u64>,
    pub users: Option<u64>,
    pub api_keys: Option<u64>,
    pub webhooks: Option<u64>,
    pub live: Option<u32>,
    pub exports: Option<u32>,
    pub export_rows: Option<u64>,
    pub items_per_order: Option<u32>,
    pub reason: Option<Reason>,
    /// From this instant on they have no effect.
    pub expires_at: Option<Timestamp>,
}

impl Overrides {
    /// Whether they grant nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let kept = Self { reason: self.reason.clone(), expires_at: self.expires_at, ..Self::default() };
        *self == kept
    }

    #[must_use]
    pub fn in_force(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }

    /// The limits with every override in place; the burst never exceeds the rate.
    #[must_use]
    pub fn over(&self, plan: Limits) -> Limits {
        let requests_per_minute = self.requests_per_minute.unwrap_or(plan.requests_per_minute);
        Limits {
            requests_per_minute,
            burst: self.burst.unwrap_or(plan.burst).min(requests_per_minute),
            concurrency: self.concurrency.unwrap_or(plan.concurrency),
            orders_per_month: self.orders_per_month.unwrap_or(plan.orders_per_month),
            customers: self.customers.unwrap_or(plan.customers),
            users: self.users.unwrap_or(plan.users),
            api_keys: self.api_keys.unwrap_or(plan.api_keys),
            webhooks: self.webhooks.unwrap_or(plan.webhooks),
            live: self.live.unwrap_or(plan.live),
            exports: self.exports.unwrap_or(plan.exports),
            export_rows: self.export_rows.unwrap_or(plan.export_rows),
            items_per_order: self.items_per_order.unwrap_or(plan.items_per_order),
        }
    }

    /// Each at most 100 times the largest plan (lines: 2 000); what nothing works without is at least 1. A rate of 0 blocks the tenant on purpose.
    pub(crate) fn check(&self) -> Result<(), TenantError> {
        let top = PlanCode::Enterprise.limits();
        let wide = Option::<u32>::map::<u64, _>;
        let burst_min = u64::from(self.requests_per_minute != Some(0));
        let bounds = [
            ("requests_per_minute", wide(self.requests_per_minute, u64::from), 0, u64::from(top.requests_per_minute)),
            ("burst", wide(self.burst, u64::from), burst_min, u64::from(top.burst)),
            ("concurrency", wide(self.concurrency, u64::from), 1, u64::from(top.concurrency)),
            ("orders_per_month", self.orders_per_month, 0, top.orders_per_month),
            ("customers", self.customers, 0, top.customers),
            ("users", self.users, 1, top.users),
            ("api_keys", self.api_keys, 0, top.api_keys),
            ("webhooks", self.webhooks, 0, top.webhooks),
            ("live", wide(self.live, u64::from), 0, u64::from(top.live)),
            ("exports", wide(self.exports, u64::from), 0, u64::from(top.exports)),
            ("export_rows", self.export_rows, 0, top.export_rows),
        ];
        for (limit, value, min, top) in bounds {
            in_range(limit, value, min, top * OVERRIDE_FACTOR)?;
        }
        in_range("items_per_order", self.items_per_order.map(u64::from), 1, u64::from(ITEMS_PER_ORDER_MAX))?;
        match (self.burst, self.requests_per_minute) {
            (Some(burst), Some(rate)) if burst > rate => Err(TenantError::BurstAboveRate),
            _ => Ok(()),
        }
    }
}

fn in_range(limit: &'static str, value: Option<u64>, min: u64, max: u64) -> Result<(), TenantError> {
    match value {
        Some(value) if value < min || value > max => Err(TenantError::LimitOutOfRange { limit, min, max }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_grow() {
        for pair in PlanCode::ALL.windows(2) {
            let (low, high) = (pair[0].limits(), pair[1].limits());
            assert!(low.requests_per_minute < high.requests_per_minute && low.orders_per_month < high.orders_per_month);
        }
        for plan in PlanCode::ALL {
            assert!(plan.limits().burst <= plan.limits().requests_per_minute);
            assert_eq!(plan.limits().items_per_order, 2_000);
            assert_eq!(PlanCode::parse(plan.as_str()), Ok(plan));
        }
    }

    #[test]
    fn a_sandbox_has_a_quarter_rounded_up() {
        let limits = PlanCode::Pro.limits().of_mode(Mode::Sandbox);
        assert_eq!((limits.requests_per_minute, limits.burst, limits.concurrency), (150, 25, 32));
        assert_eq!(Limits { burst: 1, ..limits }.of_mode(Mode::Sandbox).burst, 1);
    }

    #[test]
    fn overrides_have_bounds() {
        let cases = [
            (Overrides { requests_per_minute: Some(600_000), ..Overrides::default() }, None),
            (Overrides { requests_per_minute: Some(600_001), ..Overrides::default() }, Some("requests_per_minute")),
            (Overrides { requests_per_minute: Some(0), ..Overrides::default() }, None),
            (Overrides { requests_per_minute: Some(0), burst: Some(0), ..Overrides::default() }, None),
            (Overrides { requests_per_minute: Some(1), burst: Some(0), ..Overrides::default() }, Some("burst")),
            (Overrides { burst: Some(0), ..Overrides::default() }, Some("burst")),
            (Overrides { customers: Some(0), ..Overrides::default() }, None),
            (Overrides { customers: Some(u64::MAX), ..Overrides::default() }, Some("customers")),
            (Overrides { items_per_order: Some(2_000), ..Overrides::default() }, None),
            (Overrides { items_per_order: Some(2_001), ..Overrides::default() }, Some("items_per_order")),
        ];
        for (overrides, refused) in cases {
            let found = match overrides.check() {
                Ok(()) => None,
                Err(TenantError::LimitOutOfRange { limit, .. }) => Some(limit),
                Err(other) => panic!("{other}"),
            };
            assert_eq!(found, refused);
        }
        let burst = Overrides { burst: Some(11), requests_per_minute: Some(10), ..Overrides::default() };
        assert_eq!(burst.check(), Err(TenantError::BurstAboveRate));
    }

    #[test]
    fn a_burst_never_exceeds_the_rate() {
        let overrides = Overrides { requests_per_minute: Some(5), ..Overrides::default() };
        assert_eq!(overrides.over(PlanCode::Pro.limits()).burst, 5);
        assert!(!overrides.is_empty() && Overrides { reason: None, ..Overrides::default() }.is_empty());
    }
}
