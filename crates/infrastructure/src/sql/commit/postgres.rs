//! One changeset, one transaction, READ COMMITTED. Tried again where PostgreSQL says that it may pass then.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use orderbase_application::changeset::{Outcome, Unique};
use orderbase_application::ports::StorageError;
use sea_orm::sqlx::postgres::{PgPool, PgPoolOptions};
use sea_orm::{DbErr, RuntimeErr};

use super::landed::landed;
use super::{Applied, Form, Unit, apply, outcome_of_no_customer, outcome_of_taken};
use crate::sql::connect::SqlDb;
use crate::sql::errors::{Failure, failure, storage_error};
use crate::sql::held::Held;
use crate::sql::scope::begin_reading;
use crate::sql::transaction::Transaction;

/// How often a transaction is tried again after a serialisation failure or a deadlock.
const RETRIES: usize = 3;

/// How many connections of the pool may turn out to be dead, as all are after a restart of the server, before it is given up.
const DEAD_MAX: usize = 64;

/// How long a lock is waited for.
const LOCK_WAIT_MS: u32 = 500;

/// How long one is waited for that was waited for already.
const LOCK_REST_MS: u32 = 20;

/// One try at the transaction.
enum Try {
    Done(Outcome),
    /// Nothing was applied; another try may pass.
    Again(DbErr),
    /// Nothing was begun: the pool lent a connection whose server is gone. The next may be alive.
    Dead {
        error: DbErr,
        /// Others may be there that nobody has tried yet.
        more: bool,
    },
    /// Nothing was applied; the steps can say why.
    Stepwise {
        waited: bool,
    },
}

/// Commits the unit.
pub(super) async fn commit(db: &SqlDb, unit: &Unit) -> Result<Outcome, StorageError> {
    let mut form = db.form();
    let mut lock_wait_ms = LOCK_WAIT_MS;
    let (mut retries, mut dead) = (0, 0);
    loop {
        match transaction(db, unit, form, lock_wait_ms).await? {
            Try::Done(outcome) => return Ok(outcome),
            Try::Stepwise { waited } => {
                form = Form::Stepwise;
                if waited {
                    lock_wait_ms = LOCK_REST_MS;
                }
            }
            Try::Dead { more: true, .. } if dead < DEAD_MAX => dead += 1,
            Try::Again(error) | Try::Dead { error, .. } if retries == RETRIES => return Err(storage_error(error)),
            Try::Again(_) | Try::Dead { .. } => {
                retries += 1;
                tokio::time::sleep(jitter()).await;
            }
        }
    }
}

async fn transaction(db: &SqlDb, unit: &Unit, form: Form, lock_wait_ms: u32) -> Result<Try, StorageError> {
    let held = db.held().ok_or_else(|| storage_error(DbErr::Custom("this is no PostgreSQL".to_owned())))?;
    let connection = held.connection().await.map_err(|error| storage_error(unreached(error)))?;
    let was_kept = connection.was_kept;
    let work = Transaction::postgres(connection, db.counter());
    if let Err(error) = work.begin(begin_statement(unit, lock_wait_ms)).await {
        work.close().await;
        note_poison(&error, db);
        return match failure(&error) {
            Failure::Lost | Failure::Poisoned => {
                held.discard();
                Ok(Try::Dead { error, more: was_kept || held.pool_has_idle() })
            }
            _ => Err(storage_error(error)),
        };
    }
    match apply(&work, unit, form).await {
        Ok(Applied::Whole) => finish(db, unit, work).await,
        Ok(Applied::Nothing(outcome)) => {
            roll_back(db, work).await;
            Ok(Try::Done(outcome))
        }
        Ok(Applied::Undecided { waited }) => {
            roll_back(db, work).await;
            Ok(Try::Stepwise { waited })
        }
        Ok(Applied::Taken(unique)) => match roll_back(db, work).await {
            Some(work) => Ok(Try::Done(named(db, work, unit, unique).await)),
            None => Ok(Try::Done(Outcome::Duplicate { unique, existing_id: None })),
        },
        Ok(Applied::NoCustomer) => match roll_back(db, work).await {
            Some(work) => without_customer(db, work, unit).await,
            None => Err(StorageError::Busy),
        },
        Err(error) => {
            give_up(db, work, &error).await;
            match failure(&error) {
                Failure::Again => Ok(Try::Again(error)),
                _ => Err(storage_error(error)),
            }
        }
    }
}

/// All in one message. The values are typed: a text that could fail would leave a transaction open, unseen by sqlx.
fn begin_statement(unit: &Unit, lock_wait_ms: u32) -> String {
    format!("BEGIN; SET LOCAL lock_timeout = '{lock_wait_ms}ms'; SET LOCAL app.tenant_id = '{}'", unit.tenant_id)
}

async fn finish(db: &SqlDb, unit: &Unit, work: Transaction) -> Result<Try, StorageError> {
    let Err(error) = work.commit().await else { return Ok(Try::Done(Outcome::Committed)) };
    work.close().await;
    note_poison(&error, db);
    match failure(&error) {
        Failure::Again => Ok(Try::Again(error)),
        // An answer of the server: it did not commit.
        Failure::Broken(_) | Failure::Locked | Failure::Poisoned => Err(storage_error(error)),
        Failure::Lost | Failure::Busy | Failure::Other => look(db, unit, error).await,
    }
}

/// Looks once, on a new connection, for what would be there had the commit taken effect. It is never applied again.
async fn look(db: &SqlDb, unit: &Unit, error: DbErr) -> Result<Try, StorageError> {
    let pool = db.pool().get_postgres_connection_pool();
    let options = PgPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(1));
    let found = match options.connect_with(pool.connect_options().as_ref().clone()).await {
        Ok(apart) => {
            let found = looked(db, &apart, unit).await;
            apart.close().await;
            found
        }
        Err(error) => Err(unreached(error)),
    };
    match found {
        Ok(true) => Ok(Try::Done(Outcome::Committed)),
        Ok(false) | Err(_) => {
            tracing::error!(%error, "the answer to a COMMIT was lost and its effect was not found");
            Err(StorageError::OutcomeUnknown(error.into()))
        }
    }
}

async fn looked(db: &SqlDb, apart: &PgPool, unit: &Unit) -> Result<bool, DbErr> {
    let connection = Held::new(apart.clone(), 0, Duration::ZERO).connection().await.map_err(unreached)?;
    let work = Transaction::postgres(connection, db.counter());
    work.begin(begin_reading(unit.tenant_id)).await?;
    let found = landed(&work, unit).await;
    work.close().await;
    found
}

/// The outcome with the holder of the taken value, read after the rollback.
async fn named(db: &SqlDb, work: Transaction, unit: &Unit, unique: Unique) -> Outcome {
    if let Err(error) = work.begin(begin_reading(unit.tenant_id)).await {
        give_up(db, work, &error).await;
        return Outcome::Duplicate { unique, existing_id: None };
    }
    let outcome = outcome_of_taken(&work, unit, unique).await;
    roll_back(db, work).await;
    outcome
}

/// Which customer is missing, read after the rollback.
async fn without_customer(db: &SqlDb, work: Transaction, unit: &Unit) -> Result<Try, StorageError> {
    if let Err(error) = work.begin(begin_reading(unit.tenant_id)).await {
        give_up(db, work, &error).await;
        return Err(StorageError::Busy);
    }
    let outcome = outcome_of_no_customer(&work, unit).await;
    roll_back(db, work).await;
    outcome.map(Try::Done).map_err(storage_error)
}

/// Rolls back and hands the connection on; `None` if it had to be closed instead.
async fn roll_back(db: &SqlDb, work: Transaction) -> Option<Transaction> {
    match work.rollback().await {
        Ok(()) => Some(work),
        Err(error) => {
            note_poison(&error, db);
            work.close().await;
            None
        }
    }
}

async fn give_up(db: &SqlDb, work: Transaction, error: &DbErr) {
    note_poison(error, db);
    if matches!(failure(error), Failure::Lost | Failure::Poisoned) {
        work.close().await;
    } else {
        roll_back(db, work).await;
    }
}

/// A connection in a state that should not be: counted, and an alarm.
fn note_poison(error: &DbErr, db: &SqlDb) {
    if failure(error) == Failure::Poisoned {
        db.count_poisoned();
        tracing::error!(%error, "a connection was lent with a transaction open; it is closed");
    }
}

/// 5–50 ms, so that two that were in each other's way do not meet again.
fn jitter() -> Duration {
    Duration::from_millis(5 + RandomState::new().build_hasher().finish() % 46)
}

fn unreached(error: sea_orm::sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}
