//! Notes of what changed nothing (security.md rule 50): failed sign-ins, refusals. They never slow a request down and never fill the
//! audit log: whoever knocks a thousand times has ten rows and a count. What cannot be written is dropped and said in the server's log.

mod buffer;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use orderbase_application::changeset::AuditEntry;
use orderbase_application::ctx::Scope;
use orderbase_application::ports::{AuditNotes, StorageError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::buffer::Buffer;

/// How long a note waits at most, if the storage answers.
const EVERY: Duration = Duration::from_secs(1);

/// Where notes go in the end.
#[async_trait]
pub trait AuditWriter: Send + Sync {
    /// Adds at most 100 rows of one tenant. A row whose id is there already stays as it is: after a lost reply they are written again.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn write(&self, scope: Scope, entries: &[AuditEntry]) -> Result<(), StorageError>;
}

/// A buffer of 1 000 notes that [`BufferedAuditNotes::run`] empties once a second.
pub struct BufferedAuditNotes {
    writer: Arc<dyn AuditWriter>,
    buffer: Mutex<Buffer>,
}

impl BufferedAuditNotes {
    #[must_use]
    pub fn new(writer: Arc<dyn AuditWriter>) -> Self {
        Self { writer, buffer: Mutex::new(Buffer::default()) }
    }

    /// Writes once a second until it is stopped, and then what is left. Wait for its end before the storage is closed.
    pub async fn run(&self, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
            self.write_all(false).await;
        }
        self.write_all(true).await;
    }

    async fn write_all(&self, last: bool) {
        let dropped = {
            let mut buffer = self.buffer();
            buffer.close_minutes(Instant::now(), last);
            buffer.take_dropped()
        };
        if dropped > 0 {
            tracing::warn!(dropped, "audit.notes_dropped: the buffer was full");
        }
        loop {
            let batch = self.buffer().batch();
            let Some(first) = batch.first() else { return };
            let written = self.writer.write(Scope { tenant_id: first.tenant_id }, &batch).await;
            match written {
                Ok(()) => {}
                Err(error) if is_passing(&error) && !last => {
                    tracing::warn!(%error, "audit notes are kept until the storage answers");
                    return self.buffer().put_back(batch);
                }
                Err(error) => {
                    tracing::error!(%error, dropped = batch.len(), "audit.notes_dropped: they could not be written")
                }
            }
        }
    }

    fn buffer(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AuditNotes for BufferedAuditNotes {
    fn note(&self, entry: AuditEntry) {
        self.buffer().note(entry, Instant::now());
    }
}

/// Whether trying again later may help.
fn is_passing(error: &StorageError) -> bool {
    match error {
        StorageError::Busy | StorageError::Unavailable(_) | StorageError::OutcomeUnknown(_) => true,
        StorageError::Corrupt(_) | StorageError::Failed(_) => false,
    }
}

#[cfg(test)]
mod tests;
