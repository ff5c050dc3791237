//! The tenant's counter row: one statement each to reserve, to return and to raise. No transaction, no second look at what was read.

use std::ops::Range;

use orderbase_application::ports::{Charge, StorageError};
use orderbase_kernel::{Period, TenantId};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};

use crate::sql::connect::SqlDb;
use crate::sql::errors::storage_error;

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

/// $2 size, $3 month, $4 maximum. `base` is what the month has used: nothing if it is later than the row's. An earlier month, of a
/// lagging clock, is charged to the row's. PostgreSQL says LEAST and GREATEST where SQLite says MIN and MAX.
const CHARGED: &str = "UPDATE tenant_counters SET \
    granted = LEAST($2, $4 - CASE WHEN period >= $3 THEN used ELSE 0 END), \
    next_value = next_value + LEAST($2, $4 - CASE WHEN period >= $3 THEN used ELSE 0 END), \
    used = CASE WHEN period >= $3 THEN used ELSE 0 END + LEAST($2, $4 - CASE WHEN period >= $3 THEN used ELSE 0 END), \
    period = GREATEST(period, $3) \
    WHERE tenant_id = $1 AND kind = 'orders' AND CASE WHEN period >= $3 THEN used ELSE 0 END < $4 \
    RETURNING next_value, granted, period";

const UNCHARGED: &str = "UPDATE tenant_counters SET granted = $2, next_value = next_value + $2 \
    WHERE tenant_id = $1 AND kind = 'orders' RETURNING next_value, granted, period";

const USED: &str = "SELECT CASE WHEN period >= $2 THEN used ELSE 0 END AS used FROM tenant_counters WHERE tenant_id = $1 AND kind = 'orders'";

const RETURN: &str = "UPDATE tenant_counters SET used = GREATEST(used - $3, 0) \
    WHERE tenant_id = $1 AND kind = 'orders' AND period = $2 RETURNING used";

const RAISE: &str = "UPDATE tenant_counters \
    SET next_value = GREATEST(next_value, (SELECT COALESCE(MAX(number), 0) + 1 FROM orders WHERE tenant_id = $1)) \
    WHERE tenant_id = $1 AND kind = 'orders' RETURNING next_value";

/// Reserves up to `size` numbers.
pub(super) async fn reserve(
    db: &SqlDb,
    tenant_id: TenantId,
    size: u32,
    charge: Option<Charge>,
) -> Result<Reserved, StorageError> {
    let size = i64::from(size);
    let row = match charge {
        None => write(db, UNCHARGED, vec![tenant_id.uuid().into(), size.into()]).await?,
        Some(Charge { period, max }) => {
            let values = vec![tenant_id.uuid().into(), size.into(), month(period).into(), signed(max).into()];
            write(db, CHARGED, values).await?
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
    write(db, RETURN, vec![tenant_id.uuid().into(), month(period).into(), signed(count).into()]).await.map(drop)
}

/// Raises the counter past every number in use.
pub(super) async fn raise(db: &SqlDb, tenant_id: TenantId) -> Result<(), StorageError> {
    write(db, RAISE, vec![tenant_id.uuid().into()]).await?.map(drop).ok_or_else(missing)
}

async fn used(db: &SqlDb, tenant_id: TenantId, period: Period) -> Result<u64, StorageError> {
    let statement = Statement::from_sql_and_values(db.backend(), USED, [tenant_id.uuid().into(), month(period).into()]);
    // A tenant that is not there has no quota, and has used none.
    let Some(row) = db.reads().query_one_raw(statement).await.map_err(storage_error)? else { return Ok(0) };
    let used: i64 = row.try_get("", "used").map_err(storage_error)?;
    Ok(unsigned(used))
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

async fn write(db: &SqlDb, sql: &str, values: Vec<Value>) -> Result<Option<QueryResult>, StorageError> {
    match db.writer() {
        Some(writer) => {
            let sql = sql.replace("LEAST(", "MIN(").replace("GREATEST(", "MAX(");
            let rows = writer.single(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await?;
            Ok(rows.into_iter().next())
        }
        None => {
            let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
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
