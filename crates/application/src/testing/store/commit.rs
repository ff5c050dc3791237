//! Commits to memory: claim, requires, changes. What is refused leaves nothing behind, for nothing is written before all is known.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use orderbase_kernel::{AggregateRef, TenantId, Timestamp};
use orderbase_orders::CustomerStatus;
use orderbase_tenancy::{Role, UserStatus};

use super::MemoryStore;
use super::tables::{KeptClaim, Tables};
use super::{apply, records};
use crate::changeset::{Changeset, Claim, Outcome, Quota, Record, Refusal, Require};
use crate::ctx::Scope;
use crate::ports::{Commits, StorageError, Turn};

/// How long a new command stands behind those that were overtaken.
const CROWD: Duration = Duration::from_millis(20);

/// How long an answer is kept: 24 h.
const CLAIM_MILLIS: i64 = 24 * 60 * 60 * 1_000;

#[async_trait]
impl Commits for MemoryStore {
    async fn commit(&self, scope: Scope, changeset: Changeset) -> Result<Outcome, StorageError> {
        let now = self.clock.now();
        let mut tables = self.tables();
        Ok(commit(&mut tables, scope.tenant_id, changeset, now).unwrap_or_else(|other| other))
    }

    async fn turn(&self, _: Scope, _: AggregateRef, turn: &mut Turn) {
        let overtaken = turn.next_try() > 0;
        if turn.is_held() {
            return;
        }
        let queue = Arc::clone(&self.turns);
        if overtaken {
            turn.hold(queue.lock_owned().await);
        } else if queue.try_lock().is_err() {
            // Who comes while others wait stands behind them, as the port says; not for long, for a test may run a command within one.
            if let Ok(held) = tokio::time::timeout(CROWD, queue.lock_owned()).await {
                turn.hold(held);
            }
        }
    }
}

/// `Err` is an outcome that ends the commit before its end.
fn commit(tables: &mut Tables, tenant: TenantId, changeset: Changeset, now: Timestamp) -> Result<Outcome, Outcome> {
    let Changeset { changes, mut records, audit, requires, claim } = changeset;
    records.sort_by_key(Record::rank);
    if let Some(claim) = &claim {
        meet(tables, tenant, claim, now)?;
    }
    if changes.is_empty() && records.is_empty() && audit.is_empty() {
        return Ok(Outcome::Committed);
    }
    let (counted, others): (Vec<_>, Vec<_>) =
        requires.iter().partition(|require| matches!(require, Require::Below { .. }));
    for require in counted.into_iter().chain(others) {
        hold(tables, tenant, require, now)?;
    }
    let ordered = apply::ordered(&changes);
    for (index, change) in ordered.iter().enumerate() {
        apply::check(tables, tenant, change, ordered.get(..index).unwrap_or_default())?;
    }
    for record in &records {
        records::check(tables, tenant, record)?;
    }
    apply::customers_are_there(tables, tenant, &ordered)?;
    for change in changes {
        apply::apply(tables, tenant, change);
    }
    for record in records {
        records::apply(tables, tenant, record);
    }
    for entry in audit {
        tables.audit.insert((tenant, entry.id), entry);
    }
    if let Some(claim) = claim {
        keep(tables, tenant, claim, now);
    }
    Ok(Outcome::Committed)
}

fn meet(tables: &Tables, tenant: TenantId, claim: &Claim, now: Timestamp) -> Result<(), Outcome> {
    match tables.claims.get(&(tenant, claim.principal_id, claim.key.clone())) {
        Some(kept) if kept.expires_at > now => Err(match kept.fingerprint == claim.fingerprint {
            true => Outcome::Replayed(Arc::clone(&kept.answer)),
            false => Outcome::KeyReused,
        }),
        _ => Ok(()),
    }
}

fn keep(tables: &mut Tables, tenant: TenantId, claim: Claim, now: Timestamp) {
    let kept =
        KeptClaim { fingerprint: claim.fingerprint, answer: claim.answer, expires_at: now.plus_millis(CLAIM_MILLIS) };
    tables.claims.insert((tenant, claim.principal_id, claim.key), kept);
}

fn hold(tables: &Tables, tenant: TenantId, require: &Require, now: Timestamp) -> Result<(), Outcome> {
    let refusal = match require {
        Require::ActiveCustomer(id) => match tables.customers.get(&(tenant, *id)).map(|customer| customer.status()) {
            Some(CustomerStatus::Active) => return Ok(()),
            Some(CustomerStatus::Inactive) => Refusal::InactiveCustomer(*id),
            None => Refusal::NoCustomer(*id),
        },
        Require::AnotherActiveOwner(id) => {
            let mut others = tables.users_of(tenant).filter(|user| user.id() != *id);
            if others.any(|user| user.role() == Role::Owner && user.status() == UserStatus::Active) {
                return Ok(());
            }
            Refusal::LastOwner
        }
        Require::ActiveUser { id, epoch } => {
            let is_active = tables.users.get(&(tenant, *id)).is_some_and(|user| user.status() == UserStatus::Active);
            let present = tables.credentials.get(&(tenant, *id)).map(|credential| credential.epoch);
            if is_active && present == Some(*epoch) {
                return Ok(());
            }
            Refusal::NoActiveUser(*id)
        }
        Require::UnchangedUser { id, version } => {
            if tables.users.get(&(tenant, *id)).is_some_and(|user| user.version() == *version) {
                return Ok(());
            }
            Refusal::UserChanged(*id)
        }
        Require::Below { quota, max, add } => {
            let current = counted(tables, tenant, *quota, now);
            if current + add <= *max {
                return Ok(());
            }
            Refusal::Quota { quota: *quota, max: *max, current }
        }
    };
    Err(Outcome::Refused(refusal))
}

/// Customers: all. Keys: those that are alive. Users: those that are not disabled.
pub(super) fn counted(tables: &Tables, tenant: TenantId, quota: Quota, now: Timestamp) -> u64 {
    let count = match quota {
        Quota::Customers => tables.customers_of(tenant).count(),
        Quota::Users => tables.users_of(tenant).filter(|user| user.status() != UserStatus::Disabled).count(),
        Quota::ApiKeys => tables.api_keys_of(tenant).filter(|key| key.is_live(now)).count(),
    };
    count as u64
}
