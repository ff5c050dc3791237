//! The one way to change anything.

use std::any::Any;
use std::fmt;

use async_trait::async_trait;
use orderbase_kernel::AggregateRef;

use super::StorageError;
use crate::changeset::{Changeset, Outcome};
use crate::ctx::Scope;

/// Applies changesets.
#[async_trait]
pub trait Commits: Send + Sync {
    /// Applies all of the changeset or nothing, durably. Dropping the future does not cut it in half: it runs on by itself.
    ///
    /// A serialisation failure or deadlock is tried again inside, at most 3 times.
    ///
    /// # Errors
    /// [`StorageError::Busy`] and [`StorageError::Unavailable`]: nothing was applied. [`StorageError::OutcomeUnknown`]: it may
    /// have been; the adapter has looked once and never applies it again.
    async fn commit(&self, scope: Scope, changeset: Changeset) -> Result<Outcome, StorageError>;

    /// Waits until a command had better load the aggregate it wants to change. Called before each try with the same `turn`.
    ///
    /// The first try comes at once unless others wait who were overtaken; who was overtaken queues behind them and then keeps the
    /// turn until `turn` is dropped. Advice only: what is right, the version says. An adapter without queues lets all go at once.
    async fn turn(&self, _scope: Scope, _of: AggregateRef, turn: &mut Turn) {
        turn.next_try();
    }
}

/// A command's place among those that want to change one aggregate. Dropping it lets the next one on.
#[derive(Default)]
pub struct Turn {
    tries: u32,
    place: Option<Box<dyn Any + Send + Sync>>,
}

impl Turn {
    /// Counts a try; answers how often the command was overtaken before it.
    pub fn next_try(&mut self) -> u32 {
        let overtaken = self.tries;
        self.tries = self.tries.saturating_add(1);
        overtaken
    }

    /// Whether nobody else of the queue may try.
    pub fn is_held(&self) -> bool {
        self.place.is_some()
    }

    /// Keeps what an adapter wants dropped at the end of the turn.
    pub fn hold(&mut self, place: impl Any + Send + Sync) {
        self.place = Some(Box::new(place));
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn").field("tries", &self.tries).field("held", &self.is_held()).finish()
    }
}
