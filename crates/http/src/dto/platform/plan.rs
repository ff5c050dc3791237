//! Plans and the limits that stand in them.

use orderbase_tenancy::{Limits, PlanCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::dto::shown::Rows;
use crate::dto::tenant::PlanBody;
use crate::respond::Body;

/// What a tenant may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Limits)]
pub struct LimitsBody {
    #[schema(minimum = 0, maximum = 600000)]
    pub requests_per_minute: u32,
    /// Requests at once above the rate.
    #[schema(minimum = 0, maximum = 600000)]
    pub burst: u32,
    /// Requests in flight.
    #[schema(minimum = 0, maximum = 12800)]
    pub concurrency: u32,
    #[schema(minimum = 0, maximum = 1000000000)]
    pub orders_per_month: u64,
    #[schema(minimum = 0, maximum = 500000000)]
    pub customers: u64,
    /// Users not disabled, invited ones too.
    #[schema(minimum = 0, maximum = 50000)]
    pub users: u64,
    /// Keys neither revoked nor expired.
    #[schema(minimum = 0, maximum = 20000)]
    pub api_keys: u64,
    #[schema(minimum = 0, maximum = 10000)]
    pub webhooks: u64,
    /// Connections to the live feed.
    #[schema(minimum = 0, maximum = 100000)]
    pub live: u32,
    /// Exports at once.
    #[schema(minimum = 0, maximum = 400)]
    pub exports: u32,
    #[schema(minimum = 0, maximum = 1000000000)]
    pub export_rows: u64,
    #[schema(minimum = 0, maximum = 2000)]
    pub items_per_order: u32,
}

impl From<Limits> for LimitsBody {
    fn from(limits: Limits) -> Self {
        let Limits {
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
        } = limits;
        Self {
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
        }
    }
}

/// A plan and its limits.
#[derive(Serialize, ToSchema)]
#[schema(as = PlanLimits)]
pub struct PlanLimitsBody {
    #[schema(value_type = PlanBody)]
    pub plan: PlanBody,
    pub limits: LimitsBody,
}

impl From<&(PlanCode, Limits)> for PlanLimitsBody {
    fn from((plan, limits): &(PlanCode, Limits)) -> Self {
        Self { plan: (*plan).into(), limits: (*limits).into() }
    }
}

/// All plans, smallest first.
#[derive(Serialize, ToSchema)]
#[schema(as = PlanList)]
pub struct PlanListBody<'a> {
    #[schema(value_type = Vec<PlanLimitsBody>, max_items = 16)]
    pub data: Rows<'a, (PlanCode, Limits), PlanLimitsBody>,
}

impl Body for PlanListBody<'_> {
    fn size_hint(&self) -> usize {
        64 + 512 * self.data.rows.len()
    }
}
