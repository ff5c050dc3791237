//! Several statements on tables of no tenant, of which each has to touch a row: all of them take effect, or none does.

use orderbase_application::ports::StorageError;
use sea_orm::{ConnectionTrait, DbErr, RuntimeErr, Statement};

use crate::sql::connect::SqlDb;
use crate::sql::errors::{Failure, failure, storage_error};
use crate::sql::transaction::Transaction;

/// Runs the statements, each of which says `RETURNING`, in one transaction. `false`, and nothing changed, if one gave no row.
pub(in crate::sql) async fn all_or_nothing(db: &SqlDb, statements: Vec<Statement>) -> Result<bool, StorageError> {
    if let Some(writer) = db.writer() {
        return writer.several(statements).await;
    }
    let task = db.clone();
    let writing = db.detach(async move { postgres(&task, statements).await });
    writing.await.map_err(|error| StorageError::OutcomeUnknown(error.into()))?
}

async fn postgres(db: &SqlDb, statements: Vec<Statement>) -> Result<bool, StorageError> {
    let held = db.held().ok_or_else(|| storage_error(DbErr::Custom("this is no PostgreSQL".to_owned())))?;
    let lent =
        held.connection().await.map_err(|error| storage_error(DbErr::Conn(RuntimeErr::SqlxError(error.into()))))?;
    let work = Transaction::postgres(lent, db.counter());
    if let Err(error) = work.begin("BEGIN".to_owned()).await {
        work.close().await;
        return Err(storage_error(error));
    }
    match each(&work, statements).await {
        Ok(true) => match work.commit().await {
            Ok(()) => Ok(true),
            Err(error) => {
                work.close().await;
                Err(match failure(&error) {
                    Failure::Lost => StorageError::OutcomeUnknown(error.into()),
                    _ => storage_error(error),
                })
            }
        },
        tried => {
            if work.rollback().await.is_err() {
                work.close().await;
            }
            tried.map_err(storage_error)
        }
    }
}

/// Runs them one by one as long as each touches a row.
pub(in crate::sql) async fn each(work: &Transaction, statements: Vec<Statement>) -> Result<bool, DbErr> {
    for statement in statements {
        if work.query_all_raw(statement).await?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}
