//! Operators of the platform: a table of no tenant. Each write is one statement.

use async_trait::async_trait;
use orderbase_application::changeset::PasswordHash;
use orderbase_application::ports::{OperatorAccount, OperatorWritten, Operators, StorageError};
use orderbase_kernel::{AggregateType, Email, Timestamp, Version};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};
use uuid::Uuid;

use super::connect::SqlDb;
use super::entity::operators::{Column, Entity};
use super::errors::storage_error;
use super::rows::{Cells, Stored, written};
use super::scope;

/// In the order of [`read`].
const COLUMNS: [Column; 7] =
    [Column::Id, Column::Email, Column::Phc, Column::Epoch, Column::DisabledAt, Column::CreatedAt, Column::Version];

/// Two who want to be the first meet at the unique index of those who are.
const ADD_FIRST: &str = "INSERT INTO operators (id, email, phc, epoch, disabled_at, created_at, version, is_first) \
    SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE NOT EXISTS (SELECT 1 FROM operators) ON CONFLICT DO NOTHING RETURNING 1 AS added";
const ADD: &str = "INSERT INTO operators (id, email, phc, epoch, disabled_at, created_at, version, is_first) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING 1 AS added";
const REPLACE: &str = "UPDATE operators SET phc = $2, epoch = $3, disabled_at = $4, version = $5 \
    WHERE id = $1 AND version = $6 RETURNING 1 AS replaced";

/// Operators in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlOperators {
    db: SqlDb,
}

impl SqlOperators {
    #[must_use]
    pub fn new(db: SqlDb) -> Self {
        Self { db }
    }

    async fn one(&self, select: &SelectStatement) -> Result<Option<OperatorAccount>, StorageError> {
        scope::row_unscoped(&self.db, select).await?.as_ref().map(read).transpose()
    }

    /// Whether the statement touched a row.
    async fn write(&self, sql: &str, values: Vec<Value>) -> Result<bool, StorageError> {
        let rows = match self.db.writer() {
            Some(writer) => writer.single(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await?,
            None => {
                let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
                self.db.pool().query_all_raw(statement).await.map_err(storage_error)?
            }
        };
        Ok(!rows.is_empty())
    }
}

#[async_trait]
impl Operators for SqlOperators {
    async fn by_email_unscoped(&self, email: &Email) -> Result<Option<OperatorAccount>, StorageError> {
        self.one(&all().and_where(Expr::col(Column::Email).eq(email.as_str())).take()).await
    }

    async fn get_unscoped(&self, id: Uuid) -> Result<Option<OperatorAccount>, StorageError> {
        self.one(&all().and_where(Expr::col(Column::Id).eq(id)).take()).await
    }

    async fn all_unscoped(&self) -> Result<Vec<OperatorAccount>, StorageError> {
        let rows = scope::rows_unscoped(&self.db, &all().order_by(Column::Email, Order::Asc).take()).await?;
        rows.iter().map(read).collect()
    }

    async fn add_unscoped(&self, operator: &OperatorAccount, first: bool) -> Result<OperatorWritten, StorageError> {
        let values = vec![
            operator.id.into(),
            operator.email.as_str().into(),
            operator.phc.expose().into(),
            i64::from(operator.epoch).into(),
            written::millis(operator.disabled_at).into(),
            operator.created_at.millis().into(),
            written::version(operator.version).into(),
            first.into(),
        ];
        if self.write(if first { ADD_FIRST } else { ADD }, values).await? {
            return Ok(OperatorWritten::Written);
        }
        Ok(if first { OperatorWritten::NotTheFirst } else { OperatorWritten::EmailTaken })
    }

    async fn replace_unscoped(
        &self,
        operator: &OperatorAccount,
        read: Version,
    ) -> Result<OperatorWritten, StorageError> {
        let values = vec![
            operator.id.into(),
            operator.phc.expose().into(),
            i64::from(operator.epoch).into(),
            written::millis(operator.disabled_at).into(),
            written::version(operator.version).into(),
            written::version(read).into(),
        ];
        Ok(if self.write(REPLACE, values).await? { OperatorWritten::Written } else { OperatorWritten::Stale })
    }
}

fn all() -> SelectStatement {
    Query::select().columns(COLUMNS).from(Entity).take()
}

fn read(row: &QueryResult) -> Result<OperatorAccount, StorageError> {
    let mut cells = Cells::of(row);
    let id: Uuid = cells.take()?;
    // No aggregate: what is corrupt is said of the row alone.
    let stored = Stored { kind: AggregateType::User, id };
    let broken = |rule: &str| storage_error(DbErr::Type(format!("the operator {id}: {rule}")));
    let email = Email::parse(&cells.take::<String>()?).map_err(|_| broken("the e-mail is one"))?;
    let phc = PasswordHash::from_phc(cells.take()?);
    let epoch = u32::try_from(cells.take::<i64>()?).map_err(|_| broken("an epoch has 32 bits"))?;
    let disabled_at: Option<Timestamp> = stored.instant_if(cells.take()?)?;
    let created_at = stored.instant(cells.take()?)?;
    let version = stored.version(cells.take()?)?;
    Ok(OperatorAccount { id, email, phc, epoch, disabled_at, created_at, version })
}
