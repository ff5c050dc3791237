//! Tenants as rows.

use orderbase_application::ports::StorageError;
use orderbase_kernel::{AggregateType, Corrupt, Currency, Name, TenantId};
use orderbase_tenancy::{
    Mode, OrderPrefix, Overrides, PlanCode, Reason, Settings, Slug, Suspension, Tenant, TenantParts, TenantStatus,
    TimeZoneName,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{Cells, Stored};
use crate::sql::entity::tenants::Column;

/// In the order of [`TenantRow::read`].
pub(in crate::sql) const COLUMNS: [Column; 21] = [
    Column::Id,
    Column::Slug,
    Column::Name,
    Column::Mode,
    Column::Status,
    Column::TrialEndsAt,
    Column::SuspendedAt,
    Column::SuspensionReason,
    Column::ClosedAt,
    Column::PurgeAfter,
    Column::PurgedAt,
    Column::Plan,
    Column::Overrides,
    Column::TimeZone,
    Column::AllowedCurrencies,
    Column::DefaultCurrency,
    Column::OrderPrefix,
    Column::FirstOrderNumber,
    Column::CreatedAt,
    Column::UpdatedAt,
    Column::Version,
];

pub(in crate::sql) struct TenantRow {
    id: Uuid,
    slug: String,
    name: String,
    mode: String,
    status: String,
    trial_ends_at: Option<i64>,
    suspended_at: Option<i64>,
    suspension_reason: Option<String>,
    closed_at: Option<i64>,
    purge_after: Option<i64>,
    purged_at: Option<i64>,
    plan: String,
    overrides: Option<String>,
    time_zone: String,
    allowed_currencies: String,
    default_currency: String,
    order_prefix: String,
    first_order_number: i64,
    created_at: i64,
    updated_at: i64,
    version: i64,
}

impl TenantRow {
    pub fn read(cells: &mut Cells<'_>) -> Result<Self, StorageError> {
        Ok(Self {
            id: cells.take()?,
            slug: cells.take()?,
            name: cells.take()?,
            mode: cells.take()?,
            status: cells.take()?,
            trial_ends_at: cells.take()?,
            suspended_at: cells.take()?,
            suspension_reason: cells.take()?,
            closed_at: cells.take()?,
            purge_after: cells.take()?,
            purged_at: cells.take()?,
            plan: cells.take()?,
            overrides: cells.take()?,
            time_zone: cells.take()?,
            allowed_currencies: cells.take()?,
            default_currency: cells.take()?,
            order_prefix: cells.take()?,
            first_order_number: cells.take()?,
            created_at: cells.take()?,
            updated_at: cells.take()?,
            version: cells.take()?,
        })
    }

    fn suspension(&self, stored: Stored) -> Result<Option<Suspension>, Corrupt> {
        match (self.suspended_at, self.suspension_reason.as_deref()) {
            (None, None) => Ok(None),
            (Some(at), Some(reason)) => Ok(Some(Suspension {
                at: stored.instant(at)?,
                reason: stored.value(Reason::parse(reason), "the reason of a suspension has 1 to 500 characters")?,
            })),
            _ => Err(stored.corrupt("a suspension has a time and a reason")),
        }
    }

    fn settings(&self, stored: Stored) -> Result<Settings, Corrupt> {
        let currency = |code: &str| stored.value(Currency::parse(code), "the currencies are those served");
        let settings = Settings::try_new(
            stored.value(TimeZoneName::parse(&self.time_zone), "the time zone is a name")?,
            self.allowed_currencies.split(',').map(currency).collect::<Result<_, _>>()?,
            currency(&self.default_currency)?,
            stored.value(OrderPrefix::parse(&self.order_prefix), "the order prefix has its form")?,
            stored.unsigned(self.first_order_number, "the first order number is positive")?,
        );
        stored.value(settings, "the settings fit together")
    }
}

impl TryFrom<TenantRow> for Tenant {
    type Error = Corrupt;

    fn try_from(row: TenantRow) -> Result<Self, Corrupt> {
        let stored = Stored { kind: AggregateType::Tenant, id: row.id };
        Self::rehydrate(TenantParts {
            id: TenantId::from_uuid(row.id),
            name: stored.value(Name::parse(&row.name), "the name has 1 to 200 characters")?,
            slug: stored.value(Slug::parse(&row.slug), "the slug has its form")?,
            mode: stored.value(Mode::parse(&row.mode), "the mode is one of the list")?,
            status: stored.value(TenantStatus::parse(&row.status), "the status is one of the list")?,
            plan: stored.value(PlanCode::parse(&row.plan), "the plan is one of the list")?,
            trial_ends_at: stored.instant_if(row.trial_ends_at)?,
            suspension: row.suspension(stored)?,
            closed_at: stored.instant_if(row.closed_at)?,
            purge_after: stored.instant_if(row.purge_after)?,
            purged_at: stored.instant_if(row.purged_at)?,
            overrides: overrides(stored, row.overrides.as_deref())?,
            settings: row.settings(stored)?,
            created_at: stored.instant(row.created_at)?,
            updated_at: stored.instant(row.updated_at)?,
            version: stored.version(row.version)?,
        })
    }
}

/// Overrides as they are kept: a JSON object of those that are set.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredOverrides {
    requests_per_minute: Option<u32>,
    burst: Option<u32>,
    concurrency: Option<u32>,
    orders_per_month: Option<u64>,
    customers: Option<u64>,
    users: Option<u64>,
    api_keys: Option<u64>,
    webhooks: Option<u64>,
    live: Option<u32>,
    exports: Option<u32>,
    export_rows: Option<u64>,
    items_per_order: Option<u32>,
    reason: Option<String>,
    /// Milliseconds.
    expires_at: Option<i64>,
}

fn overrides(stored: Stored, text: Option<&str>) -> Result<Overrides, Corrupt> {
    let Some(text) = text else { return Ok(Overrides::default()) };
    let kept: StoredOverrides =
        serde_json::from_str(text).map_err(|_| stored.corrupt("overrides are an object of limits"))?;
    Ok(Overrides {
        requests_per_minute: kept.requests_per_minute,
        burst: kept.burst,
        concurrency: kept.concurrency,
        orders_per_month: kept.orders_per_month,
        customers: kept.customers,
        users: kept.users,
        api_keys: kept.api_keys,
        webhooks: kept.webhooks,
        live: kept.live,
        exports: kept.exports,
        export_rows: kept.export_rows,
        items_per_order: kept.items_per_order,
        reason: stored.optional(
            kept.reason.as_deref(),
            Reason::parse,
            "the reason of overrides has 1 to 500 characters",
        )?,
        expires_at: stored.instant_if(kept.expires_at)?,
    })
}
