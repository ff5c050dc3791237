//! Commits that go wrong on request.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use orderbase_kernel::AggregateRef;

use crate::changeset::{Changeset, Outcome};
use crate::ctx::Scope;
use crate::ports::{Commits, StorageError, Turn};

/// What happens to one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upset {
    /// It goes through.
    None,
    /// Nothing is applied: the queue is full.
    Busy,
    /// Nothing is applied: the storage cannot be reached.
    Unavailable,
    /// All is applied, and the answer is lost.
    LostAnswer,
    /// Nothing is applied, and that is not known.
    LostCommit,
    /// Nothing is applied; this is answered.
    Answer(Outcome),
}

/// Passes commits on, but for those that a test has planned an upset for. Checks of a claim are passed on and use up no upset.
pub struct FaultyCommits {
    inner: Arc<dyn Commits>,
    planned: Mutex<VecDeque<Upset>>,
    seen: Mutex<Vec<Changeset>>,
}

impl FaultyCommits {
    pub fn over(inner: Arc<dyn Commits>) -> Self {
        Self { inner, planned: Mutex::default(), seen: Mutex::default() }
    }

    /// The upsets of the next commits, in order.
    pub fn plan(&self, upsets: impl IntoIterator<Item = Upset>) {
        self.planned.lock().unwrap().extend(upsets);
    }

    /// All changesets that were handed in since the last call, checks included.
    pub fn take_seen(&self) -> Vec<Changeset> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    fn next(&self, changeset: &Changeset) -> Upset {
        self.seen.lock().unwrap().push(changeset.clone());
        if changeset.is_check() {
            return Upset::None;
        }
        self.planned.lock().unwrap().pop_front().unwrap_or(Upset::None)
    }
}

#[async_trait]
impl Commits for FaultyCommits {
    async fn commit(&self, scope: Scope, changeset: Changeset) -> Result<Outcome, StorageError> {
        match self.next(&changeset) {
            Upset::None => self.inner.commit(scope, changeset).await,
            Upset::Busy => Err(StorageError::Busy),
            Upset::Unavailable => Err(StorageError::Unavailable("planned".into())),
            Upset::LostAnswer => {
                self.inner.commit(scope, changeset).await?;
                Err(StorageError::OutcomeUnknown("planned".into()))
            }
            Upset::LostCommit => Err(StorageError::OutcomeUnknown("planned".into())),
            Upset::Answer(outcome) => Ok(outcome),
        }
    }

    async fn turn(&self, scope: Scope, of: AggregateRef, turn: &mut Turn) {
        self.inner.turn(scope, of, turn).await;
    }
}
