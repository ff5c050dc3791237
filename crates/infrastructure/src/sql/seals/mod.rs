//! Seals the audit trail and checks the seals (ADR 0013). What a seal is, `security::seals` says; here are the rows.

mod stored;
mod trail;
mod unsealed;

use std::sync::Arc;
use std::time::Duration;

use orderbase_application::Scope;
use orderbase_application::ports::StorageError;

use super::connect::SqlDb;
use crate::security::{ChainCheck, ChainReport, SealKeys, Span};

const EVERY: Duration = Duration::from_secs(60);

/// How old a row is before it is sealed. A transaction ends long before that: PostgreSQL ends a statement after 5 s and a transaction
/// that idles after 10 s (`deploy/postgres/roles.sql`). Where one runs on all the same, its rows are waited for.
const AGE: Duration = Duration::from_secs(60);

/// The seals over the audit trail of all tenants, in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlAuditSeals {
    db: SqlDb,
    keys: Arc<SealKeys>,
}

impl SqlAuditSeals {
    #[must_use]
    pub fn new(db: SqlDb, keys: Arc<SealKeys>) -> Self {
        Self { db, keys }
    }

    /// Seals each minute until the database is closed or dropped; closing waits for the seal at work.
    pub fn start(&self) {
        let (closing, open, keys) = (self.db.closing(), self.db.weak(), Arc::clone(&self.keys));
        drop(self.db.detach(async move {
            while closing.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
                let Some(db) = open() else { return };
                match (Self { db, keys: Arc::clone(&keys) }).seal(AGE).await {
                    Ok(0) => {}
                    Ok(seals) => tracing::debug!(seals, "the audit trail was sealed"),
                    Err(error) => tracing::warn!(%error, "the audit trail was not sealed"),
                }
            }
        }));
    }

    /// Seals what was recorded at least `age` ago, by the database's clock, of every tenant, and answers the number of seals. Others may
    /// do so at the same time.
    ///
    /// # Errors
    /// The first that the database said; the other tenants are sealed.
    pub async fn seal(&self, age: Duration) -> Result<u64, StorageError> {
        let (mut seals, mut first) = (0, Ok(()));
        for (scope, bound) in unsealed::tenants(&self.db, age).await? {
            match self.seal_tenant(scope, bound).await {
                Ok(made) => seals += made,
                Err(error) => first = first.and(Err(error)),
            }
        }
        first.map(|()| seals)
    }

    /// How many seals of the tenant only the key with that id can check.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    pub async fn signed_with(db: &SqlDb, scope: Scope, kid: &str) -> Result<u64, StorageError> {
        stored::signed_with(db, scope, kid).await
    }

    /// Checks the seals of a tenant and compares each with its rows, reading a page at a time.
    ///
    /// # Errors
    /// What the database says, or `Corrupt` for a seal that is none.
    pub async fn verify(&self, scope: Scope) -> Result<ChainReport, StorageError> {
        let mut check = ChainCheck::new(&self.keys);
        loop {
            let page = stored::page(&self.db, scope, check.last_seq()).await?;
            if page.is_empty() {
                break;
            }
            for seal in page {
                if let Some(span) = check.take(seal) {
                    check.compare(span, trail::counted(&self.db, scope, span).await?);
                }
            }
        }
        let unsealed = trail::rows_after(&self.db, scope, check.sealed_upto()).await?;
        Ok(check.finish(unsealed))
    }

    /// Seal by seal until nothing up to the bound is left, or the database is being closed.
    async fn seal_tenant(&self, scope: Scope, bound: i64) -> Result<u64, StorageError> {
        let mut made = 0;
        while !self.db.closing().is_cancelled() {
            let head = stored::head(&self.db, scope).await?;
            let left = Span { after: head.as_ref().map(|head| head.upto), upto: bound };
            let span = trail::first_of(&self.db, scope, left).await?;
            let counted = trail::counted(&self.db, scope, span).await?;
            if counted.count == 0 {
                break;
            }
            let seal = self.keys.seal(scope.tenant_id, head.as_ref(), span.upto, counted);
            // Where another instance was faster, the next seal follows its.
            made += u64::from(stored::add(&self.db, &seal).await?);
        }
        Ok(made)
    }
}
