//! Aggregates as rows. Pure; the way back is in `sql::rows`, where users and sessions go both ways.

use orderbase_kernel::{Envelope, Network};
use orderbase_orders::{Customer, Item, Order};
use orderbase_tenancy::{ApiKey, KeySecret, Overrides, PepperId, Tenant};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::Value;
use sea_orm::prelude::Date;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::sql::entity::{
    api_key_directory, api_keys, customers, events, order_items, orders, tenant_counters, tenants,
};
pub(super) use crate::sql::rows::written::{millis, signed, version};

/// The counters of a tenant; each is also a row to lock.
const COUNTERS: [&str; 5] = ["orders", "customers", "users", "api_keys", "webhooks"];

pub(super) fn order(order: &Order) -> orders::ActiveModel {
    orders::ActiveModel {
        tenant_id: Set(order.tenant_id().uuid()),
        id: Set(order.id().uuid()),
        number: Set(signed(order.number().get())),
        customer_id: Set(order.customer_id().uuid()),
        currency: Set(order.currency().code().to_owned()),
        business_date: Set(date(order)),
        created_at: Set(order.created_at().millis()),
        ..changed_order(order)
    }
}

/// What commands may change of an order.
pub(super) fn changed_order(order: &Order) -> orders::ActiveModel {
    let cancel = order.cancel_details();
    orders::ActiveModel {
        tenant_id: NotSet,
        id: NotSet,
        number: NotSet,
        customer_id: NotSet,
        currency: NotSet,
        business_date: NotSet,
        created_at: NotSet,
        status: Set(order.status().as_str().to_owned()),
        total_minor: Set(order.total().minor()),
        item_count: Set(item_count(order)),
        external_reference: Set(order.external_reference().map(|reference| reference.as_str().to_owned())),
        metadata: Set(order.metadata().canonical()),
        cancel_reason: Set(cancel.map(|cancel| cancel.reason.as_str().to_owned())),
        cancel_note: Set(cancel.and_then(|cancel| cancel.note.as_ref()).map(|note| note.as_str().to_owned())),
        confirmed_at: Set(millis(order.confirmed_at())),
        processing_at: Set(millis(order.processing_at())),
        completed_at: Set(millis(order.completed_at())),
        cancelled_at: Set(millis(order.cancelled_at())),
        updated_at: Set(order.updated_at().millis()),
        version: Set(version(order.version())),
    }
}

pub(super) fn items(order: &Order) -> impl Iterator<Item = order_items::ActiveModel> {
    order.items().iter().map(|item| order_items::ActiveModel {
        tenant_id: Set(order.tenant_id().uuid()),
        order_id: Set(order.id().uuid()),
        id: Set(item.id().uuid()),
        product_id: Set(item.product_id().as_str().to_owned()),
        sku: Set(sku(item)),
        name: Set(name(item)),
        quantity: Set(quantity(item)),
        unit_price_minor: Set(item.unit_price().minor()),
    })
}

/// The lines of orders column by column, as PostgreSQL's `unnest` takes them.
pub(super) struct ItemColumns {
    tenant_id: Vec<Uuid>,
    order_id: Vec<Uuid>,
    id: Vec<Uuid>,
    product_id: Vec<String>,
    // Empty for none: no text of a line is, and an array of SeaQuery's holds no null.
    sku: Vec<String>,
    name: Vec<String>,
    quantity: Vec<i32>,
    unit_price_minor: Vec<i64>,
}

impl ItemColumns {
    pub fn of(orders: &[&Order]) -> Self {
        let lines = orders.iter().map(|order| order.item_count()).sum();
        let mut columns = Self::with_capacity(lines);
        for order in orders {
            columns.push(order);
        }
        columns
    }

    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    fn with_capacity(lines: usize) -> Self {
        Self {
            tenant_id: Vec::with_capacity(lines),
            order_id: Vec::with_capacity(lines),
            id: Vec::with_capacity(lines),
            product_id: Vec::with_capacity(lines),
            sku: Vec::with_capacity(lines),
            name: Vec::with_capacity(lines),
            quantity: Vec::with_capacity(lines),
            unit_price_minor: Vec::with_capacity(lines),
        }
    }

    fn push(&mut self, order: &Order) {
        for item in order.items() {
            self.tenant_id.push(order.tenant_id().uuid());
            self.order_id.push(order.id().uuid());
            self.id.push(item.id().uuid());
            self.product_id.push(item.product_id().as_str().to_owned());
            self.sku.push(sku(item).unwrap_or_default());
            self.name.push(name(item).unwrap_or_default());
            self.quantity.push(quantity(item));
            self.unit_price_minor.push(item.unit_price().minor());
        }
    }

    /// With the columns that tell whose lines they are.
    pub fn into_values(mut self) -> impl Iterator<Item = Value> {
        let of = [std::mem::take(&mut self.tenant_id).into(), std::mem::take(&mut self.order_id).into()];
        of.into_iter().chain(self.into_own_values())
    }

    /// What the lines say themselves.
    pub fn into_own_values(self) -> [Value; 6] {
        [
            self.id.into(),
            self.product_id.into(),
            self.sku.into(),
            self.name.into(),
            self.quantity.into(),
            self.unit_price_minor.into(),
        ]
    }
}

pub(super) fn customer(customer: &Customer) -> customers::ActiveModel {
    customers::ActiveModel {
        tenant_id: Set(customer.tenant_id().uuid()),
        id: Set(customer.id().uuid()),
        created_at: Set(customer.created_at().millis()),
        ..changed_customer(customer)
    }
}

/// What commands may change of a customer.
pub(super) fn changed_customer(customer: &Customer) -> customers::ActiveModel {
    customers::ActiveModel {
        tenant_id: NotSet,
        id: NotSet,
        created_at: NotSet,
        name: Set(customer.name().as_str().to_owned()),
        email: Set(customer.email().map(|email| email.as_str().to_owned())),
        external_reference: Set(customer.external_reference().map(|reference| reference.as_str().to_owned())),
        status: Set(customer.status().as_str().to_owned()),
        metadata: Set(customer.metadata().canonical()),
        anonymised_at: Set(millis(customer.anonymised_at())),
        updated_at: Set(customer.updated_at().millis()),
        version: Set(version(customer.version())),
    }
}

pub(super) fn tenant(tenant: &Tenant) -> tenants::ActiveModel {
    tenants::ActiveModel {
        id: Set(tenant.id().uuid()),
        mode: Set(tenant.mode().as_str().to_owned()),
        created_at: Set(tenant.created_at().millis()),
        ..changed_tenant(tenant)
    }
}

/// What commands may change of a tenant.
pub(super) fn changed_tenant(tenant: &Tenant) -> tenants::ActiveModel {
    let settings = tenant.settings();
    let currencies: Vec<&str> = settings.allowed_currencies().iter().map(|currency| currency.code()).collect();
    let suspension = tenant.suspension();
    tenants::ActiveModel {
        id: NotSet,
        mode: NotSet,
        created_at: NotSet,
        slug: Set(tenant.slug().as_str().to_owned()),
        name: Set(tenant.name().as_str().to_owned()),
        status: Set(tenant.status().as_str().to_owned()),
        trial_ends_at: Set(millis(tenant.trial_ends_at())),
        suspended_at: Set(suspension.map(|suspension| suspension.at.millis())),
        suspension_reason: Set(suspension.map(|suspension| suspension.reason.as_str().to_owned())),
        closed_at: Set(millis(tenant.closed_at())),
        purge_after: Set(millis(tenant.purge_after())),
        purged_at: Set(millis(tenant.purged_at())),
        erased_at: NotSet,
        plan: Set(tenant.plan().as_str().to_owned()),
        overrides: Set(overrides(tenant.overrides())),
        time_zone: Set(settings.time_zone().as_str().to_owned()),
        allowed_currencies: Set(currencies.join(",")),
        default_currency: Set(settings.default_currency().code().to_owned()),
        order_prefix: Set(settings.order_prefix().as_str().to_owned()),
        first_order_number: Set(signed(settings.first_order_number())),
        updated_at: Set(tenant.updated_at().millis()),
        version: Set(version(tenant.version())),
    }
}

pub(super) fn counters(tenant: &Tenant) -> Vec<tenant_counters::ActiveModel> {
    let first = signed(tenant.settings().first_order_number());
    let counter = |kind: &str| tenant_counters::ActiveModel {
        tenant_id: Set(tenant.id().uuid()),
        kind: Set(kind.to_owned()),
        next_value: Set(if kind == "orders" { first } else { 0 }),
        period: Set(0),
        used: Set(0),
        granted: Set(0),
    };
    COUNTERS.into_iter().map(counter).collect()
}

pub(super) fn api_key(key: &ApiKey) -> api_keys::ActiveModel {
    api_keys::ActiveModel {
        tenant_id: Set(key.tenant_id().uuid()),
        id: Set(key.id().uuid()),
        created_at: Set(key.created_at().millis()),
        ..changed_api_key(key)
    }
}

/// What commands may change of a key.
pub(super) fn changed_api_key(key: &ApiKey) -> api_keys::ActiveModel {
    api_keys::ActiveModel {
        tenant_id: NotSet,
        id: NotSet,
        created_at: NotSet,
        name: Set(key.name().as_str().to_owned()),
        scopes: Set(key.scopes().texts().join(" ")),
        secrets: Set(secrets(key.secrets())),
        expires_at: Set(millis(key.expires_at())),
        revoked_at: Set(millis(key.revoked_at())),
        rate_limit: Set(key.rate_limit().map(|rate| i32::try_from(rate.requests_per_minute()).unwrap_or(i32::MAX))),
        ip_allowlist: Set(key.ip_allowlist().iter().map(Network::to_string).collect::<Vec<_>>().join(" ")),
        updated_at: Set(key.updated_at().millis()),
        version: Set(version(key.version())),
    }
}

pub(super) fn secrets(secrets: &[KeySecret]) -> String {
    let member = |secret: &KeySecret| {
        let hash: String = secret.hash.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let pepper = secret.pepper.as_ref().map(PepperId::as_str);
        json!({ "hash": hash, "pepper": pepper, "hint": secret.hint, "valid_until": millis(secret.valid_until) })
    };
    secrets.iter().map(member).collect::<Json>().to_string()
}

pub(super) fn directory(key: &ApiKey) -> Vec<api_key_directory::ActiveModel> {
    let row = |hash: &[u8]| api_key_directory::ActiveModel {
        secret_hash: Set(hash.to_vec()),
        tenant_id: Set(key.tenant_id().uuid()),
        api_key_id: Set(key.id().uuid()),
    };
    key.secrets().iter().map(|secret| row(secret.hash.as_bytes())).collect()
}

pub(super) fn event(event: &Envelope) -> events::ActiveModel {
    events::ActiveModel {
        tenant_id: Set(event.tenant_id.uuid()),
        aggregate_type: Set(event.aggregate.kind.as_str().to_owned()),
        aggregate_id: Set(event.aggregate.id),
        sequence: Set(version(event.sequence)),
        id: Set(event.id.uuid()),
        event_type: Set(event.event_type.clone().into_owned()),
        schema_version: Set(i32::from(event.schema_version)),
        occurred_at: Set(event.occurred_at.millis()),
        actor_kind: Set(event.actor.kind().to_owned()),
        actor_id: Set(event.actor.id()),
        request_id: Set(event.request_id.as_str().to_owned()),
        data: Set(event.data.clone()),
        personal: Set(event.personal.clone()),
        imported: Set(event.imported),
        recorded_at: NotSet,
    }
}

/// The overrides that are set, as canonical JSON; `None` for none.
fn overrides(overrides: &Overrides) -> Option<String> {
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
    let members: Map<String, Json> = [
        ("requests_per_minute", json!(requests_per_minute)),
        ("burst", json!(burst)),
        ("concurrency", json!(concurrency)),
        ("orders_per_month", json!(orders_per_month)),
        ("customers", json!(customers)),
        ("users", json!(users)),
        ("api_keys", json!(api_keys)),
        ("webhooks", json!(webhooks)),
        ("live", json!(live)),
        ("exports", json!(exports)),
        ("export_rows", json!(export_rows)),
        ("items_per_order", json!(items_per_order)),
        ("reason", json!(reason.as_ref().map(|reason| reason.as_str()))),
        ("expires_at", json!(millis(*expires_at))),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_null())
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    (!members.is_empty()).then(|| Json::Object(members).to_string())
}

fn sku(item: &Item) -> Option<String> {
    item.sku().map(|sku| sku.as_str().to_owned())
}

fn name(item: &Item) -> Option<String> {
    item.name().map(|name| name.as_str().to_owned())
}

pub(super) fn item_count(order: &Order) -> i32 {
    i32::try_from(order.item_count()).unwrap_or(i32::MAX)
}

fn quantity(item: &Item) -> i32 {
    i32::try_from(item.quantity().get()).unwrap_or(i32::MAX)
}

/// The day in the database's type. Every business date is one of chrono's, whose calendar is the same.
pub(super) fn date(order: &Order) -> Date {
    Date::from_epoch_days(order.business_date().days_from_epoch()).unwrap_or(Date::MAX)
}
