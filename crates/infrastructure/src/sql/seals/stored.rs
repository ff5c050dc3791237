//! The table of seals: read along its key, added to by one statement.

use orderbase_application::Scope;
use orderbase_application::ports::StorageError;
use orderbase_kernel::{AggregateType, Corrupt};
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{QueryResult, Statement};

use crate::security::{AuditSeal, Counted};
use crate::sql::connect::SqlDb;
use crate::sql::entity::audit_seals::{Column, Entity};
use crate::sql::errors::storage_error;
use crate::sql::rows::{Cells, Stored, counted};
use crate::sql::scope::{self, Tenant};

/// How many seals are read at once.
const PAGE: u64 = 100;

const POSTGRES: &str = "INSERT INTO audit_seals (tenant_id, seq, upto, count, sha256, previous, kid, signature) \
    SELECT t.tid, $2::bigint, $3::bigint, $4::bigint, $5::bytea, $6::bytea, $7::text, $8::bytea \
    FROM (SELECT set_config('app.tenant_id', $1::uuid::text, true)::uuid AS tid OFFSET 0) t \
    WHERE EXISTS (SELECT FROM tenants p WHERE p.id = t.tid AND p.purged_at IS NULL) \
    ON CONFLICT (tenant_id, seq) DO NOTHING RETURNING seq";

const SQLITE: &str = "INSERT INTO audit_seals (tenant_id, seq, upto, count, sha256, previous, kid, signature) \
    SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE EXISTS (SELECT 1 FROM tenants p WHERE p.id = $1 AND p.purged_at IS NULL) \
    ON CONFLICT (tenant_id, seq) DO NOTHING RETURNING seq";

/// Adds a seal; false if another has its number, or the tenant was purged.
pub(super) async fn add(db: &SqlDb, seal: &AuditSeal) -> Result<bool, StorageError> {
    let values = [
        seal.tenant_id.uuid().into(),
        seal.seq.cast_signed().into(),
        seal.upto.into(),
        seal.counted.count.cast_signed().into(),
        seal.counted.sha256.to_vec().into(),
        seal.previous.to_vec().into(),
        seal.kid.as_str().into(),
        seal.signature.to_vec().into(),
    ];
    let statement = |sql| Statement::from_sql_and_values(db.backend(), sql, values);
    match db.writer() {
        Some(writer) => Ok(!writer.single(statement(SQLITE)).await?.is_empty()),
        None => Ok(db.reads().write_one(statement(POSTGRES)).await.map_err(storage_error)?.is_some()),
    }
}

/// The newest seal of the tenant.
pub(super) async fn head(db: &SqlDb, scope: Scope) -> Result<Option<AuditSeal>, StorageError> {
    let newest = |tenant: &Tenant| of_tenant(tenant).order_by(Column::Seq, Order::Desc).limit(1).take();
    scope::row(db, scope, newest).await?.map(|row| read(scope, &row)).transpose()
}

/// The next seals behind a number, oldest first; none when there are none.
pub(super) async fn page(db: &SqlDb, scope: Scope, after: u64) -> Result<Vec<AuditSeal>, StorageError> {
    let behind = |tenant: &Tenant| {
        of_tenant(tenant)
            .and_where(Expr::col(Column::Seq).gt(after.cast_signed()))
            .order_by(Column::Seq, Order::Asc)
            .limit(PAGE)
            .take()
    };
    scope::rows(db, scope, behind).await?.iter().map(|row| read(scope, row)).collect()
}

/// How many seals of the tenant bear the key's id.
pub(super) async fn signed_with(db: &SqlDb, scope: Scope, kid: &str) -> Result<u64, StorageError> {
    let signed = |tenant: &Tenant| {
        Query::select()
            .expr(Expr::col(Asterisk).count())
            .from(Entity)
            .and_where(tenant.is(Column::TenantId))
            .and_where(Expr::col(Column::Kid).eq(kid))
            .take()
    };
    counted(scope::row(db, scope, signed).await?.as_ref())
}

fn of_tenant(tenant: &Tenant) -> SelectStatement {
    Query::select()
        .columns([
            Column::Seq,
            Column::Upto,
            Column::Count,
            Column::Sha256,
            Column::Previous,
            Column::Kid,
            Column::Signature,
        ])
        .from(Entity)
        .and_where(tenant.is(Column::TenantId))
        .take()
}

fn read(scope: Scope, row: &QueryResult) -> Result<AuditSeal, StorageError> {
    let stored = Stored { kind: AggregateType::Tenant, id: scope.tenant_id.uuid() };
    let mut cells = Cells::of(row);
    let seq = stored.unsigned(cells.take()?, "the number of a seal is at least 1")?;
    let upto = cells.take()?;
    let count = stored.unsigned(cells.take()?, "a seal covers at least one row")?;
    let sha256 = whole(stored, cells.take()?)?;
    let previous = whole(stored, cells.take()?)?;
    let kid = cells.take()?;
    let signature = whole(stored, cells.take()?)?;
    Ok(AuditSeal {
        tenant_id: scope.tenant_id,
        seq,
        upto,
        counted: Counted { count, sha256 },
        previous,
        kid,
        signature,
    })
}

fn whole(stored: Stored, bytes: Vec<u8>) -> Result<[u8; 32], Corrupt> {
    bytes.try_into().map_err(|_| stored.corrupt("digests and signatures of a seal have 32 bytes"))
}
