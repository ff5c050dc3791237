//! Events of tenants.

use orderbase_kernel::{AggregateRef, AggregateType, Currency, Envelope};
use orderbase_tenancy::{Overrides, Settings, Tenant, TenantEvent, TenantEventKind};
use serde::Serialize;

use super::envelope::{Happened, row};
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Error;

/// The row of the event that led to the tenant's present state.
///
/// # Errors
/// [`Error::Internal`] if the data cannot be written.
pub fn of_tenant(app: &App, ctx: &Ctx, tenant: &Tenant, event: &TenantEvent) -> Result<Envelope, Error> {
    let changed = event.changed();
    let is_new = matches!(event.kind, TenantEventKind::Created(_));
    let told = |field: &str| is_new || changed.iter().any(|name| name.strip_prefix("settings.") == Some(field));
    let settings = SettingsData::of(tenant.settings(), told);
    let data = Data {
        id: tenant.id().to_string(),
        overrides: OverridesData::from(tenant.overrides()),
        plan: tenant.plan().as_str(),
        settings,
        status: tenant.status().as_str(),
        version: event.sequence.get(),
        changed,
    };
    row(
        ctx,
        Happened {
            id: app.ids.next(event.occurred_at),
            of: AggregateRef::new(AggregateType::Tenant, tenant.id().uuid()),
            sequence: event.sequence,
            event_type: event.event_type(),
            occurred_at: event.occurred_at,
            data: &data,
            personal: Personal::of(event),
        },
    )
}

/// The tenant after the event; of the settings those that changed.
#[derive(Serialize)]
struct Data<'a> {
    changed: Vec<String>,
    id: String,
    overrides: OverridesData,
    plan: &'static str,
    settings: SettingsData<'a>,
    status: &'static str,
    version: u64,
}

/// What an operator wrote, which may name people.
#[derive(Serialize)]
struct Personal<'a> {
    reason: &'a str,
}

impl<'a> Personal<'a> {
    fn of(event: &'a TenantEvent) -> Option<Self> {
        match &event.kind {
            TenantEventKind::LimitsChanged(overrides) => {
                overrides.reason.as_ref().map(|reason| Self { reason: reason.as_str() })
            }
            _ => None,
        }
    }
}

#[derive(Serialize)]
struct SettingsData<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_currencies: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_currency: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_order_number: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_prefix: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_zone: Option<&'a str>,
}

impl<'a> SettingsData<'a> {
    fn of(settings: &'a Settings, told: impl Fn(&str) -> bool) -> Self {
        let codes = || settings.allowed_currencies().iter().map(|currency: &Currency| currency.code()).collect();
        Self {
            allowed_currencies: told("allowed_currencies").then(codes),
            default_currency: told("default_currency").then(|| settings.default_currency().code()),
            first_order_number: told("first_order_number").then(|| settings.first_order_number()),
            order_prefix: told("order_prefix").then(|| settings.order_prefix().as_str()),
            time_zone: told("time_zone").then(|| settings.time_zone().as_str()),
        }
    }
}

#[derive(Serialize)]
struct OverridesData {
    #[serde(skip_serializing_if = "Option::is_none")]
    api_keys: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    burst: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    concurrency: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customers: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    export_rows: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exports: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items_per_order: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    orders_per_month: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests_per_minute: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhooks: Option<u64>,
}

impl From<&Overrides> for OverridesData {
    fn from(overrides: &Overrides) -> Self {
        Self {
            api_keys: overrides.api_keys,
            burst: overrides.burst,
            concurrency: overrides.concurrency,
            customers: overrides.customers,
            expires_at: overrides.expires_at.map(|at| at.to_string()),
            export_rows: overrides.export_rows,
            exports: overrides.exports,
            items_per_order: overrides.items_per_order,
            live: overrides.live,
            orders_per_month: overrides.orders_per_month,
            requests_per_minute: overrides.requests_per_minute,
            users: overrides.users,
            webhooks: overrides.webhooks,
        }
    }
}
