//! A tenant's limits and where they come from.

use orderbase_application::tenants::TenantLimits;
use orderbase_kernel::Timestamp;
use orderbase_tenancy::{Overrides, Reason};
use serde::Serialize;
use utoipa::ToSchema;

use super::plan::LimitsBody;
use crate::dto::shown::Shown;
use crate::dto::tenant::PlanBody;
use crate::respond::Body;

/// What a tenant may use: what its plan says, what an operator granted in its place, and what is in force now.
#[derive(Serialize, ToSchema)]
#[schema(as = TenantLimits)]
pub struct TenantLimitsBody<'a> {
    #[schema(value_type = PlanBody)]
    pub plan: PlanBody,
    /// Before mode and overrides.
    pub of_plan: LimitsBody,
    pub overrides: OverridesBody<'a>,
    /// A sandbox has a quarter of its plan's rate; overrides count as they are written, until they end.
    pub in_force: LimitsBody,
    /// Of the tenant; in quotes it is the entity tag.
    #[schema(minimum = 1, maximum = 9007199254740991_i64)]
    pub version: u64,
}

/// What an operator granted. Absent members leave the plan's.
#[derive(Serialize, ToSchema)]
#[schema(as = LimitOverrides)]
pub struct OverridesBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub rate_limit: Option<RateOverrideBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub quotas: Option<QuotasBody>,
    /// From this instant on they have no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub expires_at: Option<Shown<Timestamp>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 500)]
    pub reason: Option<&'a str>,
}

/// A rate in place of the plan's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RateOverride)]
pub struct RateOverrideBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 600000)]
    pub requests_per_minute: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 100000)]
    pub burst: Option<u32>,
}

/// Quotas in place of the plan's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Quotas)]
pub struct QuotasBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 12800)]
    pub concurrency: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 1000000000)]
    pub orders_per_month: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 500000000)]
    pub customers: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 50000)]
    pub users: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 20000)]
    pub api_keys: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 10000)]
    pub webhooks: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 100000)]
    pub live: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 400)]
    pub exports: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 1000000000)]
    pub export_rows: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 2000)]
    pub items_per_order: Option<u32>,
}

impl Body for TenantLimitsBody<'_> {
    fn size_hint(&self) -> usize {
        3_584
    }
}

impl<'a> From<&'a TenantLimits> for TenantLimitsBody<'a> {
    fn from(limits: &'a TenantLimits) -> Self {
        let TenantLimits { plan, of_plan, overrides, in_force, version } = limits;
        Self {
            plan: (*plan).into(),
            of_plan: (*of_plan).into(),
            overrides: overrides.into(),
            in_force: (*in_force).into(),
            version: version.get(),
        }
    }
}

impl<'a> From<&'a Overrides> for OverridesBody<'a> {
    fn from(overrides: &'a Overrides) -> Self {
        let Overrides {
            requests_per_minute,
            burst,
            concurrency,
            orders_per_month,
            customers,
            users,
            api_keys,
            webhooks,
            live,
            exports,
            export_rows,
            items_per_order,
            reason,
            expires_at,
        } = overrides;
        let rate_limit = RateOverrideBody { requests_per_minute: *requests_per_minute, burst: *burst };
        let quotas = QuotasBody {
            concurrency: *concurrency,
            orders_per_month: *orders_per_month,
            customers: *customers,
            users: *users,
            api_keys: *api_keys,
            webhooks: *webhooks,
            live: *live,
            exports: *exports,
            export_rows: *export_rows,
            items_per_order: *items_per_order,
        };
        Self {
            rate_limit: Some(rate_limit).filter(|rate| *rate != RateOverrideBody::default()),
            quotas: Some(quotas).filter(|quotas| *quotas != QuotasBody::default()),
            expires_at: expires_at.map(Shown),
            reason: reason.as_ref().map(Reason::as_str),
        }
    }
}
