//! A tenant in an answer.

use orderbase_kernel::{Currency, TenantId, Timestamp};
use orderbase_tenancy::{Limits, Mode, PlanCode, Settings, Tenant, TenantStatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::order::CurrencyBody;
use super::shown::{Rows, Shown};
use crate::respond::Body;

/// The caller's tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = Tenant)]
pub struct TenantBody<'a> {
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub id: Shown<TenantId>,
    #[schema(min_length = 1, max_length = 200)]
    pub name: &'a str,
    #[schema(min_length = 3, max_length = 40, pattern = "^[a-z][a-z0-9-]{1,38}[a-z0-9]$")]
    pub slug: &'a str,
    #[schema(value_type = TenantModeBody)]
    pub mode: TenantModeBody,
    #[schema(value_type = TenantStatusBody)]
    pub status: TenantStatusBody,
    /// When a trial ends; afterwards the tenant can only read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub trial_ends_at: Option<Shown<Timestamp>>,
    #[schema(value_type = PlanBody)]
    pub plan: PlanBody,
    pub rate_limit: RateLimitBody,
    pub settings: SettingsBody<'a>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub created_at: Shown<Timestamp>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub updated_at: Shown<Timestamp>,
    /// The number of the tenant's events; in quotes it is the entity tag.
    #[schema(minimum = 1, maximum = 9007199254740991_i64)]
    pub version: u64,
}

/// The rate that plan and operator grant.
#[derive(Serialize, ToSchema)]
#[schema(as = RateLimit)]
pub struct RateLimitBody {
    #[schema(minimum = 0, maximum = 600000)]
    pub requests_per_minute: u32,
    #[schema(minimum = 0, maximum = 600000)]
    pub burst: u32,
}

/// What the tenant has chosen.
#[derive(Serialize, ToSchema)]
#[schema(as = TenantSettings)]
pub struct SettingsBody<'a> {
    /// A zone of the IANA time zone database; it decides the business date of new orders.
    #[schema(max_length = 64)]
    pub time_zone: &'a str,
    /// A hint for clients.
    #[schema(value_type = CurrencyBody)]
    pub default_currency: CurrencyBody,
    /// The currencies that orders may have.
    #[schema(value_type = Vec<CurrencyBody>, min_items = 1, max_items = 4)]
    pub allowed_currencies: Rows<'a, Currency, CurrencyBody>,
    #[schema(max_length = 8, pattern = "^[A-Z0-9-]{0,8}$")]
    pub order_prefix: &'a str,
    #[schema(minimum = 1, maximum = 9007199254740991_i64)]
    pub first_order_number: u64,
}

macro_rules! words {
    ($($(#[$doc:meta])* $body:ident as $name:ident of $domain:ident { $($word:ident),+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
        #[schema(as = $name)]
        #[serde(rename_all = "snake_case")]
        pub enum $body { $($word),+ }

        impl From<$domain> for $body {
            fn from(word: $domain) -> Self {
                match word { $($domain::$word => Self::$word),+ }
            }
        }
    )+};
}

words! {
    /// Live data, or a sandbox with keys of its own.
    TenantModeBody as TenantMode of Mode { Live, Sandbox }
    /// Where the tenant stands.
    TenantStatusBody as TenantStatus of TenantStatus { Trial, Active, Suspended, Closed }
    /// What the tenant pays for.
    PlanBody as Plan of PlanCode { Free, Pro, Enterprise }
}

impl Body for TenantBody<'_> {
    fn size_hint(&self) -> usize {
        1_024
    }
}

impl<'a> TenantBody<'a> {
    /// `now` decides which overrides are in force.
    pub fn new(tenant: &'a Tenant, now: Timestamp) -> Self {
        Self {
            id: Shown(tenant.id()),
            name: tenant.name().as_str(),
            slug: tenant.slug().as_str(),
            mode: tenant.mode().into(),
            status: tenant.status().into(),
            trial_ends_at: tenant.trial_ends_at().map(Shown),
            plan: tenant.plan().into(),
            rate_limit: tenant.limits(now).into(),
            settings: tenant.settings().into(),
            created_at: Shown(tenant.created_at()),
            updated_at: Shown(tenant.updated_at()),
            version: tenant.version().get(),
        }
    }
}

impl From<Limits> for RateLimitBody {
    fn from(limits: Limits) -> Self {
        Self { requests_per_minute: limits.requests_per_minute, burst: limits.burst }
    }
}

impl<'a> From<&'a Settings> for SettingsBody<'a> {
    fn from(settings: &'a Settings) -> Self {
        Self {
            time_zone: settings.time_zone().as_str(),
            default_currency: settings.default_currency().into(),
            allowed_currencies: Rows {
                rows: settings.allowed_currencies(),
                body: |currency| CurrencyBody::from(*currency),
            },
            order_prefix: settings.order_prefix().as_str(),
            first_order_number: settings.first_order_number(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(body: impl Serialize) -> String {
        serde_json::to_value(body).unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn words_are_those_of_the_domain() {
        assert!(Mode::ALL.iter().all(|mode| word(TenantModeBody::from(*mode)) == mode.as_str()));
        assert!(TenantStatus::ALL.iter().all(|status| word(TenantStatusBody::from(*status)) == status.as_str()));
        assert!(PlanCode::ALL.iter().all(|plan| word(PlanBody::from(*plan)) == plan.as_str()));
    }
}
