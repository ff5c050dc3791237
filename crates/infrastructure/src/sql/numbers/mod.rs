//! Order numbers out of blocks. A block is reserved by one statement on the tenant's counter row, which charges the month's quota
//! too; numbers are then handed out from memory.

mod block;
mod counter;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::ports::{Charge, NumberTicket, OrderNumbers, StorageError, Taking};
use orderbase_kernel::{Period, TenantId};

use self::block::{Blocks, Leftover};
use self::counter::Reserved;
use super::connect::SqlDb;

/// A block that lies idle this long is dropped and its quota returned.
const IDLE: Duration = Duration::from_secs(60);

const SWEEP: Duration = Duration::from_secs(10);

/// Order numbers of PostgreSQL or SQLite. Cloning clones a pointer: there is one set of blocks per process.
#[derive(Clone)]
pub struct SqlNumbers {
    inner: Arc<Inner>,
}

struct Inner {
    db: SqlDb,
    tenants: Mutex<HashMap<TenantId, Arc<Tenant>>>,
}

#[derive(Default)]
struct Tenant {
    blocks: Mutex<Blocks>,
    /// Quota that could not be returned yet.
    owed: Mutex<Vec<Leftover>>,
    /// Held during a reservation, so that there is one at a time.
    reserving: tokio::sync::Mutex<()>,
}

impl SqlNumbers {
    /// Also starts the sweep of idle blocks, which ends with the last clone.
    pub fn new(db: SqlDb) -> Self {
        let inner = Arc::new(Inner { db, tenants: Mutex::default() });
        tokio::spawn(sweep(Arc::downgrade(&inner)));
        Self { inner }
    }
}

#[async_trait]
impl OrderNumbers for SqlNumbers {
    async fn take(&self, scope: Scope, charge: Option<Charge>) -> Result<Taking, StorageError> {
        let tenant = self.inner.tenant(scope.tenant_id);
        loop {
            if let Some(ticket) = tenant.take(charge.map(|charge| charge.period)) {
                return Ok(Taking::Taken(ticket));
            }
            let (inner, tenant) = (Arc::clone(&self.inner), Arc::clone(&tenant));
            // By itself: a caller that goes away must not take a reserved block with him.
            let refill = self.inner.db.detach(async move { inner.refill(scope.tenant_id, &tenant, charge).await });
            if let Some(Reached { max, current }) =
                refill.await.map_err(|error| StorageError::Failed(error.into()))??
            {
                return Ok(Taking::QuotaReached { max, current });
            }
        }
    }

    async fn give_back(&self, scope: Scope, ticket: NumberTicket) {
        lock(&self.inner.tenant(scope.tenant_id).blocks).give_back(ticket);
    }

    async fn resync(&self, scope: Scope) -> Result<(), StorageError> {
        let tenant = self.inner.tenant(scope.tenant_id);
        let _one_at_a_time = tenant.reserving.lock().await;
        let leftover = lock(&tenant.blocks).drop_all();
        self.inner.return_quota(scope.tenant_id, &tenant, leftover).await?;
        counter::raise(&self.inner.db, scope.tenant_id).await
    }

    async fn close(&self) -> Result<(), StorageError> {
        let tenants: Vec<_> = lock(&self.inner.tenants).drain().collect();
        let mut first = Ok(());
        for (id, tenant) in tenants {
            let leftover = lock(&tenant.blocks).drop_all();
            first = first.and(self.inner.return_quota(id, &tenant, leftover).await);
        }
        first
    }
}

/// The month's quota is used up.
struct Reached {
    max: u64,
    current: u64,
}

impl Inner {
    fn tenant(&self, id: TenantId) -> Arc<Tenant> {
        Arc::clone(lock(&self.tenants).entry(id).or_default())
    }

    /// Reserves a block unless another has done so meanwhile.
    async fn refill(
        &self,
        id: TenantId,
        tenant: &Tenant,
        charge: Option<Charge>,
    ) -> Result<Option<Reached>, StorageError> {
        let _one_at_a_time = tenant.reserving.lock().await;
        let (size, leftover) = {
            let mut blocks = lock(&tenant.blocks);
            if blocks.has(charge.map(|charge| charge.period)) {
                return Ok(None);
            }
            blocks.begin(charge.map(|charge| charge.period))
        };
        if let Err(error) = self.return_quota(id, tenant, leftover).await {
            tracing::warn!(%error, tenant.id = %id, "the quota of a replaced block was not returned");
        }
        match counter::reserve(&self.db, id, size, charge).await? {
            Reserved::Block { numbers, period } => {
                lock(&tenant.blocks).fill(numbers, period);
                Ok(None)
            }
            Reserved::QuotaReached { max, current } => Ok(Some(Reached { max, current })),
        }
    }

    /// Returns what is left over, and what could not be returned before. What fails is tried again with the next reservation.
    async fn return_quota(
        &self,
        id: TenantId,
        tenant: &Tenant,
        leftover: Option<Leftover>,
    ) -> Result<(), StorageError> {
        lock(&tenant.owed).extend(leftover);
        loop {
            let Some(Leftover { period, count }) = lock(&tenant.owed).pop() else { return Ok(()) };
            if let Err(error) = counter::return_quota(&self.db, id, period, count).await {
                // Where it may have been returned it is not tried again: a quota may lose a little, never gain.
                if matches!(error, StorageError::Busy) {
                    lock(&tenant.owed).push(Leftover { period, count });
                }
                return Err(error);
            }
        }
    }

    async fn drop_idle(&self) {
        let tenants: Vec<_> = lock(&self.tenants).iter().map(|(id, tenant)| (*id, Arc::clone(tenant))).collect();
        for (id, tenant) in tenants {
            let Some(leftover) = lock(&tenant.blocks).drop_if_idle(IDLE) else { continue };
            if let Err(error) = self.return_quota(id, &tenant, leftover).await {
                tracing::warn!(%error, tenant.id = %id, "the quota of an idle block was not returned");
            }
            drop(tenant);
            self.forget(id);
        }
    }

    /// Forgets a tenant that nobody is working for; one who is holds the entry.
    fn forget(&self, id: TenantId) {
        let mut tenants = lock(&self.tenants);
        let is_done = |tenant: &Arc<Tenant>| {
            Arc::strong_count(tenant) == 1 && lock(&tenant.blocks).is_empty() && lock(&tenant.owed).is_empty()
        };
        if tenants.get(&id).is_some_and(is_done) {
            tenants.remove(&id);
        }
    }
}

impl Tenant {
    fn take(&self, period: Option<Period>) -> Option<NumberTicket> {
        lock(&self.blocks).take(period)
    }
}

async fn sweep(inner: Weak<Inner>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        let Some(inner) = inner.upgrade() else { return };
        inner.drop_idle().await;
    }
}

/// A panic elsewhere leaves plain numbers behind, nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
