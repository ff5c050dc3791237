//! The one connection that writes to SQLite, and the task that owns it. What waits is committed together: one fsync for all.
//!
//! Nobody is answered before the COMMIT of his batch returned.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use orderbase_application::changeset::Outcome;
use orderbase_application::ports::StorageError;
use sea_orm::sqlx::Connection;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement};
use tokio::sync::mpsc::{Receiver, Sender, channel, error::TrySendError};
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;

use super::commit::{Applied, Form, Unit, apply, each, outcome_of_no_customer, outcome_of_taken};
use super::errors::storage_error;
use super::transaction::Transaction;

/// How many writes may wait; one more is refused as [`StorageError::Busy`].
const QUEUE: usize = 1_024;

/// The lock is taken at once: one that is taken later cannot be waited for.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// The way to the writing task.
pub(super) struct Writer {
    queue: Sender<Job>,
    task: Mutex<Option<JoinHandle<()>>>,
}

enum Job {
    Commit(Arc<Unit>, Reply<Outcome>),
    Single(Statement, Reply<Vec<QueryResult>>),
    Several(Vec<Statement>, Reply<bool>),
    Close,
}

type Reply<T> = oneshot::Sender<Result<T, StorageError>>;

/// The writing task is gone; only closing or a panic ends it.
#[derive(Debug, thiserror::Error)]
#[error("the writer of the database has ended")]
struct Ended;

/// The batch was not committed.
#[derive(Debug, thiserror::Error)]
#[error("the batch was not committed")]
struct NotCommitted;

impl Writer {
    /// Opens the connection and starts the task.
    pub async fn start(
        options: SqliteConnectOptions,
        batch_max: usize,
        statements: Arc<AtomicU64>,
    ) -> Result<Self, sea_orm::sqlx::Error> {
        let connection = SqliteConnection::connect_with(&options).await?;
        let held = Transaction::sqlite(connection, Arc::clone(&statements));
        let (queue, jobs) = channel(QUEUE);
        let task = Task { options, statements, held, jobs, batch_max: batch_max.max(1) };
        Ok(Self { queue, task: Mutex::new(Some(tokio::spawn(task.run()))) })
    }

    /// Applies a unit. Once it is in the queue it runs, whoever still waits.
    pub async fn commit(&self, unit: Arc<Unit>) -> Result<Outcome, StorageError> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Commit(unit, reply))?;
        answer.await.map_err(|_| unanswered())?
    }

    /// Runs one statement that stands for itself, and answers its rows.
    pub async fn single(&self, statement: Statement) -> Result<Vec<QueryResult>, StorageError> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Single(statement, reply))?;
        answer.await.map_err(|_| unanswered())?
    }

    /// Runs several statements of which each has to touch a row; `false`, and nothing changed, if one does not.
    pub async fn several(&self, statements: Vec<Statement>) -> Result<bool, StorageError> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Several(statements, reply))?;
        answer.await.map_err(|_| unanswered())?
    }

    /// Whether writes are taken: neither was it closed, nor did the task panic.
    pub fn is_alive(&self) -> bool {
        !self.queue.is_closed()
    }

    /// Lets what waits be written, then closes the connection.
    pub async fn close(&self) {
        let Some(task) = self.task.lock().await.take() else { return };
        if self.queue.send(Job::Close).await.is_ok()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the writer of the database ended badly");
        }
    }

    fn send(&self, job: Job) -> Result<(), StorageError> {
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => StorageError::Busy,
            TrySendError::Closed(_) => StorageError::Unavailable(Ended.into()),
        })
    }
}

struct Task {
    options: SqliteConnectOptions,
    statements: Arc<AtomicU64>,
    held: Transaction,
    jobs: Receiver<Job>,
    batch_max: usize,
}

/// A job that was run, and what is to be said of it if the batch is committed.
enum Ran {
    Commit(Reply<Outcome>, Result<Outcome, StorageError>),
    Single(Reply<Vec<QueryResult>>, Result<Vec<QueryResult>, StorageError>),
    Several(Reply<bool>, Result<bool, StorageError>),
}

impl Task {
    async fn run(mut self) {
        let mut closing = false;
        while !closing {
            let Some(first) = self.jobs.recv().await else { break };
            let mut batch = vec![first];
            while batch.len() < self.batch_max
                && let Ok(next) = self.jobs.try_recv()
            {
                batch.push(next);
            }
            closing = batch.iter().any(|job| matches!(job, Job::Close));
            let is_alone = batch.len() == 1 && !matches!(batch.first(), Some(Job::Several(..)));
            let sound = if is_alone { self.alone(batch).await } else { self.batch(batch).await };
            if !sound {
                self.reopen().await;
            }
        }
        self.held.close().await;
    }

    /// Runs a job that nobody shares the transaction with: it needs no savepoint, and a single statement no transaction.
    async fn alone(&mut self, batch: Vec<Job>) -> bool {
        let mut sound = true;
        for job in batch {
            match job {
                // Of these even one needs the savepoint of a batch.
                Job::Close | Job::Several(..) => {}
                Job::Single(statement, reply) => {
                    // All rows: after the first alone sqlx resets the statement, and swallows the error of the commit in that.
                    let rows = self.held.query_all_raw(statement).await.map_err(storage_error);
                    sound = !matches!(rows, Err(StorageError::Unavailable(_)));
                    drop(reply.send(rows));
                }
                Job::Commit(unit, reply) => {
                    let outcome = self.transaction(&unit, &mut sound).await;
                    drop(reply.send(outcome));
                }
            }
        }
        sound
    }

    /// One unit in one transaction. `sound` becomes false if the connection can no longer be trusted.
    async fn transaction(&self, unit: &Unit, sound: &mut bool) -> Result<Outcome, StorageError> {
        let held = &self.held;
        if let Err(error) = held.begin(BEGIN.to_owned()).await {
            let error = storage_error(error);
            *sound = matches!(error, StorageError::Busy);
            return Err(error);
        }
        let applied = apply(held, unit, Form::Stepwise).await;
        if let Ok(Applied::Whole) = applied {
            return match held.commit().await {
                Ok(()) => Ok(Outcome::Committed),
                Err(error) => {
                    tracing::error!(%error, "a write was not committed");
                    *sound = held.rollback().await.is_ok();
                    Err(StorageError::Unavailable(NotCommitted.into()))
                }
            };
        }
        *sound = held.rollback().await.is_ok();
        match applied {
            Ok(Applied::Nothing(outcome)) => Ok(outcome),
            Ok(Applied::Taken(unique)) => Ok(outcome_of_taken(held, unit, unique).await),
            Ok(Applied::NoCustomer) => outcome_of_no_customer(held, unit).await.map_err(storage_error),
            Ok(Applied::Whole | Applied::Undecided { .. }) => Err(StorageError::Busy),
            Err(error) => Err(storage_error(error)),
        }
    }

    /// Runs a batch in one transaction. `false` if the connection can no longer be trusted.
    async fn batch(&mut self, batch: Vec<Job>) -> bool {
        if let Err(error) = self.held.begin(BEGIN.to_owned()).await {
            for job in batch {
                refuse(job, &error);
            }
            // Busy means that somebody else writes to the file; then no transaction was begun.
            return matches!(storage_error(error), StorageError::Busy);
        }
        let mut ran = Vec::with_capacity(batch.len());
        let mut whole = Ok(());
        for job in batch {
            match &whole {
                Ok(()) => whole = self.job(job, &mut ran).await,
                Err(error) => refuse(job, error),
            }
        }
        let ended = match whole {
            Ok(()) => self.held.commit().await,
            Err(error) => Err(error),
        };
        let Err(error) = ended else {
            ran.into_iter().for_each(Ran::answer);
            return true;
        };
        tracing::error!(%error, jobs = ran.len(), "a batch of writes was not committed");
        ran.into_iter().for_each(Ran::refuse);
        self.held.rollback().await.is_ok()
    }

    /// Runs one job between savepoints. An error is one of the transaction as a whole.
    async fn job(&mut self, job: Job, ran: &mut Vec<Ran>) -> Result<(), DbErr> {
        let held = &self.held;
        let (job, kept) = match job {
            Job::Close => return Ok(()),
            Job::Commit(unit, reply) => {
                held.execute_unprepared("SAVEPOINT job").await?;
                match apply(held, &unit, Form::Stepwise).await {
                    Ok(Applied::Whole) => (Ran::Commit(reply, Ok(Outcome::Committed)), true),
                    Ok(Applied::Nothing(outcome)) => (Ran::Commit(reply, Ok(outcome)), false),
                    Ok(Applied::Undecided { .. }) => (Ran::Commit(reply, Err(StorageError::Busy)), false),
                    Ok(Applied::Taken(unique)) => {
                        undo(held).await?;
                        let outcome = outcome_of_taken(held, &unit, unique).await;
                        ran.push(Ran::Commit(reply, Ok(outcome)));
                        return Ok(());
                    }
                    Ok(Applied::NoCustomer) => {
                        undo(held).await?;
                        let outcome = outcome_of_no_customer(held, &unit).await.map_err(storage_error);
                        ran.push(Ran::Commit(reply, outcome));
                        return Ok(());
                    }
                    Err(error) => (Ran::Commit(reply, Err(storage_error(error))), false),
                }
            }
            Job::Single(statement, reply) => {
                held.execute_unprepared("SAVEPOINT job").await?;
                match held.query_all_raw(statement).await {
                    Ok(rows) => (Ran::Single(reply, Ok(rows)), true),
                    Err(error) => (Ran::Single(reply, Err(storage_error(error))), false),
                }
            }
            Job::Several(statements, reply) => {
                held.execute_unprepared("SAVEPOINT job").await?;
                match each(held, statements).await {
                    Ok(whole) => (Ran::Several(reply, Ok(whole)), whole),
                    Err(error) => (Ran::Several(reply, Err(storage_error(error))), false),
                }
            }
        };
        ran.push(job);
        if kept { held.execute_unprepared("RELEASE job").await.map(drop) } else { undo(held).await }
    }

    /// A new connection in place of one that is broken. Until there is one, what waits is answered by its failures.
    async fn reopen(&mut self) {
        match SqliteConnection::connect_with(&self.options).await {
            Ok(connection) => {
                let fresh = Transaction::sqlite(connection, Arc::clone(&self.statements));
                std::mem::replace(&mut self.held, fresh).close().await;
            }
            Err(error) => tracing::error!(%error, "the database cannot be opened again"),
        }
    }
}

impl Ran {
    fn answer(self) {
        // Nobody waits any more where the receiver is gone; the write stands.
        match self {
            Self::Commit(reply, result) => drop(reply.send(result)),
            Self::Single(reply, result) => drop(reply.send(result)),
            Self::Several(reply, result) => drop(reply.send(result)),
        }
    }

    /// The batch was undone: what succeeded did not, and what was refused keeps its refusal.
    fn refuse(self) {
        let not_committed = || StorageError::Unavailable(NotCommitted.into());
        match self {
            Self::Commit(reply, result) => drop(reply.send(result.and_then(|_| Err(not_committed())))),
            Self::Single(reply, result) => drop(reply.send(result.and_then(|_| Err(not_committed())))),
            Self::Several(reply, result) => drop(reply.send(result.and_then(|_| Err(not_committed())))),
        }
    }
}

/// The job was taken and its reply is gone: whether it was written before the task ended, nobody can tell.
fn unanswered() -> StorageError {
    StorageError::OutcomeUnknown(Ended.into())
}

async fn undo(held: &Transaction) -> Result<(), DbErr> {
    held.execute_unprepared("ROLLBACK TO job; RELEASE job").await.map(drop)
}

fn refuse(job: Job, error: &DbErr) {
    match job {
        Job::Commit(_, reply) => drop(reply.send(Err(storage_error(error.clone())))),
        Job::Single(_, reply) => drop(reply.send(Err(storage_error(error.clone())))),
        Job::Several(_, reply) => drop(reply.send(Err(storage_error(error.clone())))),
        Job::Close => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement() -> Statement {
        Statement::from_string(sea_orm::DbBackend::Sqlite, "SELECT 1")
    }

    #[tokio::test]
    async fn a_job_that_was_taken_and_not_answered_is_in_doubt() {
        let (queue, mut jobs) = channel(1);
        let writer = Writer { queue, task: Mutex::default() };
        assert!(writer.is_alive());
        let (answer, ()) = tokio::join!(writer.single(statement()), async { drop(jobs.recv().await) });
        assert!(matches!(answer, Err(StorageError::OutcomeUnknown(_))), "{:?}", answer.err());

        drop(jobs);
        assert!(!writer.is_alive());
        let refused = writer.single(statement()).await;
        assert!(matches!(refused, Err(StorageError::Unavailable(_))), "{:?}", refused.err());
    }

    #[tokio::test]
    async fn a_full_queue_is_busy() {
        let (queue, _jobs) = channel(1);
        let writer = Writer { queue, task: Mutex::default() };
        writer.queue.try_send(Job::Close).ok().unwrap();
        assert!(matches!(writer.single(statement()).await, Err(StorageError::Busy)));
    }
}
