//! Applies changesets. The one place where read-write transactions begin; nothing but SQL happens inside them.
//!
//! A commit runs by itself: the caller awaits its answer, but dropping the caller cannot cut it in half (transact-rs/sqlx#4393).

mod apply;
mod at_once;
mod claim;
mod existing;
mod insert;
mod key_hash;
mod landed;
mod packed;
mod postgres;
mod records;
mod require;
mod rows;
mod several;
mod unit;
mod update;

use std::sync::Arc;

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::changeset::{Changeset, Outcome};
use orderbase_application::ports::{Commits, StorageError, Turn};
use orderbase_kernel::AggregateRef;

pub(super) use self::apply::{Applied, Form, apply};
pub(super) use self::claim::now_millis;
pub(super) use self::existing::{outcome_of_no_customer, outcome_of_taken};
pub(super) use self::several::{all_or_nothing, each};
pub(super) use self::unit::Unit;
use super::connect::SqlDb;
use crate::memory::Turns;
use crate::security::Envelopes;

/// How long an answer is kept unless configured otherwise: 24 h.
const KEEP_SECS: u64 = 86_400;

/// Changesets in PostgreSQL or SQLite.
#[derive(Clone)]
pub struct SqlCommits {
    db: SqlDb,
    keep_secs: u64,
    envelopes: Option<Arc<Envelopes>>,
    turns: Turns,
}

impl SqlCommits {
    pub fn new(db: SqlDb) -> Self {
        Self { db, keep_secs: KEEP_SECS, envelopes: None, turns: Turns::default() }
    }

    /// How long answers are kept under their idempotency keys, by the database's clock; 24 h unless set.
    #[must_use]
    pub fn keeping_answers_for(mut self, secs: u64) -> Self {
        self.keep_secs = secs;
        self
    }

    /// What answers that show a credential are enveloped with; without it they are not kept but refused.
    #[must_use]
    pub fn sealing_with(mut self, envelopes: Envelopes) -> Self {
        self.envelopes = Some(Arc::new(envelopes));
        self
    }
}

#[async_trait]
impl Commits for SqlCommits {
    async fn commit(&self, scope: Scope, changeset: Changeset) -> Result<Outcome, StorageError> {
        let unit = Arc::new(Unit::new(scope, changeset, self.keep_secs, self.envelopes.clone())?);
        match self.db.writer() {
            Some(writer) => writer.commit(unit).await,
            None => {
                let db = self.db.clone();
                let commit = self.db.detach(async move { postgres::commit(&db, &unit).await });
                commit.await.map_err(|error| StorageError::OutcomeUnknown(error.into()))?
            }
        }
    }

    async fn turn(&self, scope: Scope, of: AggregateRef, turn: &mut Turn) {
        self.turns.wait((scope.tenant_id.uuid(), of), turn).await;
    }
}
