//! The body of `PUT /platform/tenants/{id}/limits`: the whole set of overrides.

use orderbase_kernel::{Invalid, Timestamp};
use orderbase_tenancy::{Limits, Overrides, PlanCode, Reason};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::dto::bounds::{self, wide};
use crate::dto::nullable::nullable;
use crate::extract::json::{self, Object};
use crate::extract::{Faults, FromJson};

/// An override goes up to this many times the largest plan. The domain decides; here it is said at the right place.
const OVERRIDE_FACTOR: u64 = 100;

/// What is granted in place of the plan's limits. What is absent leaves the plan's, so a reason alone clears all.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SetLimits)]
pub struct SetLimitsBody {
    #[schema(value_type = RateOrNull, required = false)]
    #[serde(default)]
    pub rate_limit: Option<Object<RateInputBody>>,
    #[schema(value_type = QuotasOrNull, required = false)]
    #[serde(default)]
    pub quotas: Option<Object<QuotasInputBody>>,
    /// From this instant on they have no effect.
    #[schema(format = DateTime, max_length = 64)]
    #[serde(default)]
    pub expires_at: Option<String>,
    /// Kept beside them, and in the audit log of the tenant.
    #[validate(length(min = wide(Reason::MIN), max = wide(Reason::MAX)))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    pub reason: String,
}

/// A rate, or null for that of the plan.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RateInputBody {
    /// 0 blocks the tenant.
    #[schema(minimum = 0, maximum = 600000)]
    #[serde(deserialize_with = "json::whole")]
    pub requests_per_minute: i64,
    /// Not above the rate, and 0 with a rate of 0 alone.
    #[schema(minimum = 0, maximum = 100000)]
    #[serde(deserialize_with = "json::whole")]
    pub burst: i64,
}

/// Quotas, or null for those of the plan.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuotasInputBody {
    #[schema(minimum = 1, maximum = 12800)]
    #[serde(default, deserialize_with = "json::whole_or_null")]
    pub concurrency: Option<i64>,
    #[schema(minimum = 0, maximum = 1000000000)]
    #[serde(default, deserialize_with = "json::whole_or_null")]
    pub orders_per_month: Option<i64>,
    #[schema(minimum = 0, maximum = 500000000)]
    #[serde(default, deserialize_with = "json::whole_or_null")]
    pub customers: Option<i64>,
    #[schema(minimum = 1, maximum = 50000)]
    #[serde(default, deserialize_with = "json::whole_or_null")]
    pub users: Option<i64>,
    #[schema(minimum = 0, maximum = 20000)]
    #[serde(default, deserialize_with = "json::whole_or_null")]
    pub api_keys: Option<i64>,
    #[schema(minimum = 0, maximum = 10000)]
    #[serde(default, deserialize_with = "json::whole_or_null")]
    pub webhooks: Option<i64>,
    #[schema(minimum = 0, maximum = 100000)]
    #[serde(default, deserialize_with = "json::whole_or_null")]
    pub live: Option<i64>,
    #[schema(minimum = 0, maximum = 400)]
    #[serde(default, deserialize_with = "json::whole_or_null")]
    pub exports: Option<i64>,
    #[schema(minimum = 0, maximum = 1000000000)]
    #[serde(default, deserialize_with = "json::whole_or_null")]
    pub export_rows: Option<i64>,
    #[schema(minimum = 1, maximum = 2000)]
    #[serde(default, deserialize_with = "json::whole_or_null")]
    pub items_per_order: Option<i64>,
}

nullable! {
    RateOrNull as "RateLimitInput" of RateInputBody;
    QuotasOrNull as "QuotasInput" of QuotasInputBody;
}

impl FromJson for SetLimitsBody {
    type Valid = (Overrides, Reason);

    fn validate(self, faults: &mut Faults) -> Option<(Overrides, Reason)> {
        let bounds = bounds::of(&self);
        let Self { rate_limit, quotas, expires_at, reason } = self;
        let rate = match rate_limit {
            Some(Object(rate)) => faults.member("rate_limit", |faults| rate.read(faults)).map(Some),
            None => Some(None),
        };
        let Object(quotas) = quotas.unwrap_or(Object(QuotasInputBody::default()));
        let quotas = faults.member("quotas", |faults| quotas.read(faults));
        let expires_at = faults.optional("expires_at", expires_at, |text| Timestamp::parse(&text));
        let reason = faults.read("reason", Reason::parse(&reason));
        faults.complete(bounds);
        let (rate, reason) = (rate?, reason?);
        let overrides = Overrides {
            requests_per_minute: rate.map(|(rate, _)| rate),
            burst: rate.map(|(_, burst)| burst),
            reason: Some(reason.clone()),
            expires_at: expires_at?,
            ..quotas?
        };
        Some((overrides, reason))
    }
}

impl RateInputBody {
    /// Rate and burst.
    fn read(self, faults: &mut Faults) -> Option<(u32, u32)> {
        let Self { requests_per_minute, burst } = self;
        let top = top();
        let rate = within(faults, "requests_per_minute", Some(requests_per_minute), 0, top.requests_per_minute);
        let burst = within(faults, "burst", Some(burst), i64::from(requests_per_minute != 0), top.burst);
        let (rate, burst) = (rate?.unwrap_or(0), burst?.unwrap_or(0));
        if burst > rate {
            faults.read::<()>("burst", Err(Invalid::range(i64::from(rate > 0), i64::from(rate))))?;
        }
        Some((rate, burst))
    }
}

impl QuotasInputBody {
    fn read(self, faults: &mut Faults) -> Option<Overrides> {
        let Self {
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
        } = self;
        let top = top();
        let concurrency = within(faults, "concurrency", concurrency, 1, top.concurrency);
        let orders_per_month = within(faults, "orders_per_month", orders_per_month, 0, top.orders_per_month);
        let customers = within(faults, "customers", customers, 0, top.customers);
        let users = within(faults, "users", users, 1, top.users);
        let api_keys = within(faults, "api_keys", api_keys, 0, top.api_keys);
        let webhooks = within(faults, "webhooks", webhooks, 0, top.webhooks);
        let live = within(faults, "live", live, 0, top.live);
        let exports = within(faults, "exports", exports, 0, top.exports);
        let export_rows = within(faults, "export_rows", export_rows, 0, top.export_rows);
        let items_per_order = in_range(faults, "items_per_order", items_per_order, 1, u64::from(top.items_per_order));
        Some(Overrides {
            concurrency: concurrency?,
            orders_per_month: orders_per_month?,
            customers: customers?,
            users: users?,
            api_keys: api_keys?,
            webhooks: webhooks?,
            live: live?,
            exports: exports?,
            export_rows: export_rows?,
            items_per_order: items_per_order?,
            ..Overrides::default()
        })
    }
}

fn top() -> Limits {
    PlanCode::Enterprise.limits()
}

/// A number between `min` and the largest that an override may be. `None`: refused.
fn within<T: TryFrom<i64>>(
    faults: &mut Faults,
    member: &'static str,
    sent: Option<i64>,
    min: i64,
    top: impl Into<u64>,
) -> Option<Option<T>> {
    in_range(faults, member, sent, min, top.into() * OVERRIDE_FACTOR)
}

fn in_range<T: TryFrom<i64>>(
    faults: &mut Faults,
    member: &'static str,
    sent: Option<i64>,
    min: i64,
    max: u64,
) -> Option<Option<T>> {
    let max = i64::try_from(max).unwrap_or(i64::MAX);
    faults.optional(member, sent, |number| {
        let invalid = Invalid::range(min, max);
        if (min..=max).contains(&number) { T::try_from(number).map_err(|_| invalid) } else { Err(invalid) }
    })
}
