//! The tenant's counter row: one statement each to reserve, to return and to raise. No transaction, no second look at what was read.

use std::ops::Range;

use orderbase_application::Scope;
use orderbase_application::ports::{Charge, StorageError};
use orderbase_kernel::{Period, TenantId};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{DbBackend, DbErr, QueryResult, Statement, Value};

use crate::sql::connect::SqlDb;
use crate::sql::entity::tenant_counters::{Column, Entity};
use crate::sql::errors::storage_error;
use crate::sql::rows::Cells;
use crate::sql::scope::{self, Tenant};

/// What a reservation got.
pub(super) enum Reserved {
    /// Numbers, and the month they were charged to.
    Block {
        numbers: Range<u64>,
        period: Option<Period>,
    },
    QuotaReached {
        max: u64,
        current: u64,
    },
}

/// What becomes of the counter's row `c`, where `$1` is the tenant. PostgreSQL says LEAST and GREATEST where SQLite says MIN and MAX.
struct Change {
    set: &'static str,
    only: &'static str,
}

/// $2 size, $3 month, $4 maximum. The month has used nothing if it is later than the row's. An earlier month, of a lagging clock, is
/// charged to the row's.
const CHARGED: Change = Change {
    set: "granted = LEAST($2, $4 - CASE WHEN c.period >= $3 THEN c.used ELSE 0 END), \
        next_value = c.next_value + LEAST($2, $4 - CASE WHEN c.period >= $3 THEN c.used ELSE 0 END), \
        used = CASE WHEN c.period >= $3 THEN c.used ELSE 0 END \
            + LEAST($2, $4 - CASE WHEN c.period >= $3 THEN c.used ELSE 0 END), \
        period = GREATEST(c.period, $3)",
    only: "CASE WHEN c.period >= $3 THEN c.used ELSE 0 END < $4",
};

const UNCHARGED: Change = Change { set: "granted = $2, next_value = c.next_value + $2", only: "TRUE" };

/// $2 month, $3 how much.
const RETURN: Change = Change { set: "used = GREATEST(c.used - $3, 0)", only: "c.period = $2" };

const RAISE: Change = Change {
    set: "next_value = GREATEST(c.next_value, (SELECT COALESCE(MAX(o.number), 0) + 1 FROM orders o WHERE o.tenant_id = $1), \
        COALESCE((SELECT t.first_order_number FROM tenants t WHERE t.id = $1), 1))",
    only: "TRUE",
};

impl Change {
    fn sqlite(&self) -> String {
        let set = self.set.replace("LEAST(", "MIN(").replace("GREATEST(", "MAX(");
        let Self { only, .. } = self;
        format!("UPDATE tenant_counters AS c SET {set} WHERE c.tenant_id = $1 AND c.kind = 'orders' AND {only} {GIVES}")
    }

    /// An update cannot set the tenant first: its row is looked for before anything else of the statement is run. An insert is fed,
    /// and this one, fed with the row that is there, always meets it (performance.md §5 rule 5).
    fn postgres(&self) -> String {
        let Self { set, only } = self;
        format!(
            "INSERT INTO tenant_counters AS c (tenant_id, kind, next_value, period, used, granted) \
             SELECT o.tenant_id, o.kind, o.next_value, o.period, o.used, o.granted \
             FROM (SELECT set_config('app.tenant_id', $1::uuid::text, true)::uuid AS tid OFFSET 0) t \
             CROSS JOIN LATERAL \
             (SELECT * FROM tenant_counters k WHERE k.tenant_id = t.tid AND k.kind = 'orders' OFFSET 0) o \
             ON CONFLICT (tenant_id, kind) DO UPDATE SET {set} WHERE {only} {GIVES}"
        )
    }
}

const GIVES: &str = "RETURNING next_value, granted, period";

/// Reserves up to `size` numbers.
pub(super) async fn reserve(
    db: &SqlDb,
    tenant_id: TenantId,
    size: u32,
    charge: Option<Charge>,
) -> Result<Reserved, StorageError> {
    let size = i64::from(size);
    let row = match charge {
        None => write(db, &UNCHARGED, vec![tenant_id.uuid().into(), size.into()]).await?,
        Some(Charge { period, max }) => {
            let values = vec![tenant_id.uuid().into(), size.into(), month(period).into(), signed(max).into()];
            write(db, &CHARGED, values).await?
        }
    };
    match (row, charge) {
        (Some(row), charge) => block(&row, charge.is_some()).map_err(storage_error),
        (None, Some(Charge { period, max })) => {
            Ok(Reserved::QuotaReached { max, current: used(db, tenant_id, period).await? })
        }
        (None, None) => Err(missing()),
    }
}

/// Gives quota back, unless the month is over.
pub(super) async fn return_quota(
    db: &SqlDb,
    tenant_id: TenantId,
    period: Period,
    count: u64,
) -> Result<(), StorageError> {
    write(db, &RETURN, vec![tenant_id.uuid().into(), month(period).into(), signed(count).into()]).await.map(drop)
}

/// Raises the counter past every number in use and to the first number of the tenant's settings.
pub(super) async fn raise(db: &SqlDb, tenant_id: TenantId) -> Result<(), StorageError> {
    write(db, &RAISE, vec![tenant_id.uuid().into()]).await?.map(drop).ok_or_else(missing)
}

async fn used(db: &SqlDb, tenant_id: TenantId, period: Period) -> Result<u64, StorageError> {
    let counter = |tenant: &Tenant| {
        Query::select()
            .columns([Column::Period, Column::Used])
            .from(Entity)
            .and_where(tenant.is(Column::TenantId))
            .and_where(Expr::col(Column::Kind).eq("orders"))
            .take()
    };
    // A tenant that is not there has no quota, and has used none.
    let Some(row) = scope::row(db, Scope { tenant_id }, counter).await? else { return Ok(0) };
    let mut cells = Cells::of(&row);
    let (of, used): (i32, i64) = (cells.take()?, cells.take()?);
    Ok(if of >= month(period) { unsigned(used) } else { 0 })
}

fn block(row: &QueryResult, charged: bool) -> Result<Reserved, DbErr> {
    let (next, granted): (i64, i64) = (row.try_get("", "next_value")?, row.try_get("", "granted")?);
    let period: i32 = row.try_get("", "period")?;
    let period = if charged { Some(stored_month(period)?) } else { None };
    Ok(Reserved::Block { numbers: unsigned(next - granted)..unsigned(next), period })
}

fn stored_month(yyyymm: i32) -> Result<Period, DbErr> {
    let month = u32::try_from(yyyymm).ok().and_then(|yyyymm| Period::new(yyyymm).ok());
    month.ok_or_else(|| DbErr::Type(format!("the counter's month is {yyyymm}")))
}

async fn write(db: &SqlDb, change: &Change, values: Vec<Value>) -> Result<Option<QueryResult>, StorageError> {
    match db.writer() {
        Some(writer) => {
            let statement = Statement::from_sql_and_values(DbBackend::Sqlite, change.sqlite(), values);
            Ok(writer.single(statement).await?.into_iter().next())
        }
        None => {
            let statement = Statement::from_sql_and_values(DbBackend::Postgres, change.postgres(), values);
            db.reads().write_one(statement).await.map_err(storage_error)
        }
    }
}

fn missing() -> StorageError {
    storage_error(DbErr::RecordNotFound("the tenant has no counter of orders".to_owned()))
}

fn month(period: Period) -> i32 {
    i32::try_from(period.get()).unwrap_or(i32::MAX)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
