//! Rows for tests of reads: two tenants with equal customers, orders that differ in everything a filter asks for.

use orderbase_application::Scope;
use orderbase_kernel::{BusinessDate, Currency, TenantId, Timestamp};
use orderbase_orders::OrderStatus;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait};
use uuid::Uuid;

use crate::sql::entity::{api_key_directory, api_keys, customers, events, order_items, orders, tenants};

pub(super) const BASE_MILLIS: i64 = 1_735_689_600_000; // 2025-01-01T00:00:00Z
/// One order every 20 minutes.
pub(super) const STEP_MILLIS: i64 = 1_200_000;
pub(super) const CUSTOMERS: u64 = 2_000;
pub(super) const KEYS: i64 = 1_000;
pub(super) const WHALE: u64 = 4_000;
pub(super) const SMALL: u64 = 300;

pub(super) fn scope(tenant: u8) -> Scope {
    Scope { tenant_id: TenantId::from_uuid(id(-1, u64::from(tenant))) }
}

/// The id of the n-th thing, with the time of the n-th order; −1 stands for the time of the first.
pub(super) fn id(at: i64, n: u64) -> Uuid {
    let millis = u128::from((BASE_MILLIS + at.max(0) * STEP_MILLIS).unsigned_abs());
    Uuid::from_u128((millis << 80) | (7 << 76) | (0b10 << 62) | u128::from(n))
}

pub(super) fn order_id(n: u64) -> Uuid {
    id(i64::try_from(n).unwrap(), 1)
}

pub(super) fn created_at(n: u64) -> Timestamp {
    Timestamp::from_millis(BASE_MILLIS + i64::try_from(n).unwrap() * STEP_MILLIS).unwrap()
}

/// Few are open, as in life.
pub(super) fn status(n: u64) -> OrderStatus {
    match n % 40 {
        0 | 20 => OrderStatus::Pending,
        1 => OrderStatus::Confirmed,
        2 => OrderStatus::Processing,
        3..=6 => OrderStatus::Cancelled,
        _ => OrderStatus::Completed,
    }
}

pub(super) fn currency(n: u64) -> Currency {
    Currency::ALL[usize::try_from(n / 7 % 4).unwrap()]
}

pub(super) fn lines(n: u64) -> u64 {
    1 + n % 5
}

pub(super) fn total_minor(n: u64) -> i64 {
    i64::try_from(lines(n) * price(n)).unwrap()
}

fn price(n: u64) -> u64 {
    100 + n * 7_919 % 5_000
}

/// UTC's date, but for every tenth order that of a zone far ahead.
pub(super) fn business_date(n: u64) -> BusinessDate {
    let ahead = if n.is_multiple_of(10) { 14 * 3_600_000 } else { 0 };
    created_at(n).plus_millis(ahead).utc_date()
}

/// Tenant 1 with [`WHALE`] orders, tenant 2 with [`SMALL`].
pub(super) async fn seed(db: &DatabaseConnection) {
    for (tenant, orders) in [(1, WHALE), (2, SMALL)] {
        seed_tenant(db, tenant).await;
        for start in (0..orders).step_by(400) {
            seed_orders(db, tenant, start..(start + 400).min(orders)).await;
        }
    }
    db.execute_unprepared("ANALYZE").await.unwrap();
}

async fn seed_tenant(db: &DatabaseConnection, tenant: u8) {
    let tenant_id = scope(tenant).tenant_id.uuid();
    let tenant_row = tenants::ActiveModel {
        id: Set(tenant_id),
        slug: Set(format!("tenant-{tenant}")),
        name: Set(format!("Tenant {tenant}")),
        mode: Set("live".into()),
        status: Set("active".into()),
        trial_ends_at: Set(None),
        suspended_at: Set(None),
        suspension_reason: Set(None),
        closed_at: Set(None),
        purge_after: Set(None),
        purged_at: Set(None),
        erased_at: Set(None),
        plan: Set("pro".into()),
        overrides: Set(Some(r#"{"burst":7,"expires_at":1893456000000,"reason":"launch"}"#.into())),
        time_zone: Set("Europe/Berlin".into()),
        allowed_currencies: Set("USD,EUR,GBP,AED".into()),
        default_currency: Set("EUR".into()),
        order_prefix: Set("T-".into()),
        first_order_number: Set(1_001),
        created_at: Set(BASE_MILLIS),
        updated_at: Set(BASE_MILLIS),
        version: Set(1),
    };
    tenants::Entity::insert(tenant_row).exec_without_returning(db).await.unwrap();
    let keys = (0..KEYS).map(|n| api_keys::ActiveModel {
        tenant_id: Set(tenant_id),
        id: Set(id(n, 3)),
        name: Set("ci".into()),
        scopes: Set("orders:read orders:write".into()),
        secrets: Set(format!(
            r#"[{{"hash":"{}","hint":"ob_live_3fA9","valid_until":null}}]"#,
            key_hash(tenant, n).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        )),
        expires_at: Set(None),
        revoked_at: Set(None),
        created_at: Set(BASE_MILLIS + n * STEP_MILLIS),
        updated_at: Set(BASE_MILLIS + n * STEP_MILLIS),
        version: Set(1),
        rate_limit: Set(None),
        ip_allowlist: Set(String::new()),
    });
    api_keys::Entity::insert_many(keys).exec_without_returning(db).await.unwrap();
    let directory = (0..KEYS).map(|n| api_key_directory::ActiveModel {
        secret_hash: Set(key_hash(tenant, n).to_vec()),
        tenant_id: Set(tenant_id),
        api_key_id: Set(id(n, 3)),
    });
    api_key_directory::Entity::insert_many(directory).exec_without_returning(db).await.unwrap();
    let customers = (0..CUSTOMERS).map(|n| customer(tenant_id, n));
    customers::Entity::insert_many(customers).exec_without_returning(db).await.unwrap();
}

/// Of the n-th key.
pub(super) fn key_hash(tenant: u8, n: i64) -> [u8; 32] {
    let mut hash = [tenant; 32];
    hash[..8].copy_from_slice(&n.to_be_bytes());
    hash
}

pub(super) fn customer_id(n: u64) -> Uuid {
    id(i64::try_from(n).unwrap(), 2)
}

fn customer(tenant_id: Uuid, n: u64) -> customers::ActiveModel {
    let at = created_at(n).millis();
    customers::ActiveModel {
        tenant_id: Set(tenant_id),
        id: Set(customer_id(n)),
        name: Set(format!("Customer {n}")),
        email: Set((n.is_multiple_of(2)).then(|| format!("c{n}@example.com"))),
        external_reference: Set((n.is_multiple_of(3)).then(|| format!("crm-{n}"))),
        status: Set(if n % 50 == 1 { "inactive" } else { "active" }.into()),
        metadata: Set(format!(r#"{{"n":{n}}}"#)),
        anonymised_at: Set(None),
        created_at: Set(at),
        updated_at: Set(at),
        version: Set(1),
    }
}

async fn seed_orders(db: &DatabaseConnection, tenant: u8, numbers: std::ops::Range<u64>) {
    let tenant_id = scope(tenant).tenant_id.uuid();
    let rows = numbers.clone().map(|n| order(tenant_id, n));
    orders::Entity::insert_many(rows).exec_without_returning(db).await.unwrap();
    let items = numbers.clone().flat_map(|n| (0..lines(n)).map(move |line| item(tenant_id, n, line)));
    order_items::Entity::insert_many(items).exec_without_returning(db).await.unwrap();
    let created = numbers.flat_map(|n| (1..=2).map(move |sequence| event(tenant_id, n, sequence)));
    events::Entity::insert_many(created).exec_without_returning(db).await.unwrap();
}

fn order(tenant_id: Uuid, n: u64) -> orders::ActiveModel {
    let at = created_at(n).millis();
    let status = status(n);
    let step = |reached: &[OrderStatus]| reached.contains(&status).then_some(at);
    let cancelled = status == OrderStatus::Cancelled;
    orders::ActiveModel {
        tenant_id: Set(tenant_id),
        id: Set(order_id(n)),
        number: Set(i64::try_from(1_001 + n).unwrap()),
        customer_id: Set(customer_id(n * 31 % CUSTOMERS)),
        status: Set(status.as_str().into()),
        currency: Set(currency(n).code().into()),
        total_minor: Set(total_minor(n)),
        item_count: Set(i32::try_from(lines(n)).unwrap()),
        external_reference: Set((n.is_multiple_of(3)).then(|| format!("web-{n}"))),
        metadata: Set(format!(r#"{{"n":{n}}}"#)),
        cancel_reason: Set(cancelled.then(|| "customer".into())),
        cancel_note: Set((cancelled && n.is_multiple_of(2)).then(|| "changed\nmind".into())),
        confirmed_at: Set(step(&[OrderStatus::Confirmed, OrderStatus::Processing, OrderStatus::Completed])),
        processing_at: Set(step(&[OrderStatus::Processing, OrderStatus::Completed])),
        completed_at: Set(step(&[OrderStatus::Completed])),
        cancelled_at: Set(cancelled.then_some(at)),
        business_date: Set(business_date(n).to_string().parse().unwrap()),
        created_at: Set(at),
        updated_at: Set(at),
        version: Set(5),
    }
}

fn item(tenant_id: Uuid, n: u64, line: u64) -> order_items::ActiveModel {
    order_items::ActiveModel {
        tenant_id: Set(tenant_id),
        order_id: Set(order_id(n)),
        id: Set(id(i64::try_from(n).unwrap(), 100 + line)),
        product_id: Set(format!("sku-{line}")),
        sku: Set((line == 1).then(|| "S-1".into())),
        name: Set((line > 0).then(|| format!("Thing {line}"))),
        quantity: Set(1),
        unit_price_minor: Set(i64::try_from(price(n)).unwrap()),
    }
}

fn event(tenant_id: Uuid, n: u64, sequence: i64) -> events::ActiveModel {
    events::ActiveModel {
        tenant_id: Set(tenant_id),
        aggregate_type: Set("order".into()),
        aggregate_id: Set(order_id(n)),
        sequence: Set(sequence),
        id: Set(id(i64::try_from(n).unwrap(), 1_000 + sequence.unsigned_abs())),
        event_type: Set(if sequence == 1 { "order.created" } else { "order.confirmed" }.into()),
        schema_version: Set(1),
        occurred_at: Set(created_at(n).millis()),
        actor_kind: Set("api_key".into()),
        actor_id: Set(id(0, 3).to_string()),
        request_id: Set("r-1".into()),
        data: Set(r#"{"status":"pending"}"#.into()),
        personal: Set((sequence == 1).then(|| r#"{"note":"hi"}"#.into())),
        imported: Set(sequence == 2),
        recorded_at: NotSet,
    }
}
