//! Which tenants have rows that no seal covers yet, and up to when they may be sealed.

use std::time::Duration;

use orderbase_application::Scope;
use orderbase_application::ports::StorageError;
use orderbase_kernel::TenantId;
use sea_orm::{ConnectionTrait, Statement};

use crate::sql::connect::SqlDb;
use crate::sql::errors::storage_error;
use crate::sql::rows::Cells;

/// A function of the schema looks at the tenants one by one, setting each: one statement alone could not.
const POSTGRES: &str = "SELECT u.unsealed_of, u.bound FROM unsealed_tenants_v1($1) u \
    JOIN tenants t ON t.id = u.unsealed_of WHERE t.purged_at IS NULL";

const SQLITE: &str = "WITH tenant (id, bound, sealed) AS MATERIALIZED ( \
        SELECT t.id, CAST(unixepoch('subsec') * 1000 AS INTEGER) - $1, ifnull(( \
            SELECT s.upto FROM audit_seals s WHERE s.tenant_id = t.id ORDER BY s.seq DESC LIMIT 1), -9223372036854775808) \
        FROM tenants t WHERE t.purged_at IS NULL ) \
    SELECT t.id, t.bound FROM tenant t \
    WHERE EXISTS (SELECT 1 FROM audit_log l \
            WHERE l.tenant_id = t.id AND l.recorded_at > t.sealed AND l.recorded_at <= t.bound) \
        OR EXISTS (SELECT 1 FROM events e \
            WHERE e.tenant_id = t.id AND e.recorded_at > t.sealed AND e.recorded_at <= t.bound) \
    ORDER BY t.id";

/// The tenants, but for those that were purged, whose rows are going; each with the instant up to which no row can be added any more: rows recorded by then are committed, or never will be.
pub(super) async fn tenants(db: &SqlDb, age: Duration) -> Result<Vec<(Scope, i64)>, StorageError> {
    let age_millis = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    let statement = |sql| Statement::from_sql_and_values(db.backend(), sql, [age_millis.into()]);
    let rows = match db.writer() {
        // It stands in the queue of writes, so all before it are done when it is answered.
        Some(writer) => writer.single(statement(SQLITE)).await?,
        None => db.reads().query_all_raw(statement(POSTGRES)).await.map_err(storage_error)?,
    };
    rows.iter()
        .map(|row| {
            let mut cells = Cells::of(row);
            Ok((Scope { tenant_id: TenantId::from_uuid(cells.take()?) }, cells.take()?))
        })
        .collect()
}
