//! Whether the database answers, for the readiness probe.

use std::pin::pin;

use async_trait::async_trait;
use futures_util::future::{Either, select};
use orderbase_application::ports::{Health, StorageError};
use sea_orm::{ConnectionTrait, Statement};

use super::connect::{PING, SqlDb};
use super::errors::storage_error;

/// `SELECT 1` over a connection of its own.
#[derive(Clone)]
pub struct SqlHealth {
    db: SqlDb,
}

/// No answer within 500 ms.
#[derive(Debug, thiserror::Error)]
#[error("the database did not answer within {} ms", PING.as_millis())]
struct Silent;

impl SqlHealth {
    pub fn new(db: SqlDb) -> Self {
        Self { db }
    }
}

#[async_trait]
impl Health for SqlHealth {
    async fn ping(&self) -> Result<(), StorageError> {
        let connection = self.db.health_connection().clone();
        // The answer is waited for no longer; the statement itself is never cut, for it holds a connection.
        let answer = self.db.detach(async move {
            let statement = Statement::from_string(connection.get_database_backend(), "SELECT 1");
            connection.query_one_raw(statement).await
        });
        let limit = pin!(tokio::time::sleep(PING));
        match select(answer, limit).await {
            Either::Left((Ok(answer), _)) => answer.map(drop).map_err(storage_error),
            Either::Left((Err(_), _)) | Either::Right(_) => Err(StorageError::Unavailable(Silent.into())),
        }
    }
}
