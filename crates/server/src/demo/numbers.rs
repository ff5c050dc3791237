//! Order numbers of the seeding: one after the other. The blocks of a serving instance depend on how fast they are used up, and so
//! on the machine; made-up numbers must not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::ports::{Charge, NumberTicket, OrderNumbers, StorageError, Taking};
use orderbase_orders::OrderNumber;

/// The numbers of one new tenant. They are charged to no month; [`OrderNumbers::resync`] tells the real counter about them.
pub struct SeededNumbers {
    next: AtomicU64,
    real: Arc<dyn OrderNumbers>,
}

impl SeededNumbers {
    #[must_use]
    pub fn starting_at(first: u64, real: Arc<dyn OrderNumbers>) -> Self {
        Self { next: AtomicU64::new(first), real }
    }
}

#[async_trait]
impl OrderNumbers for SeededNumbers {
    async fn take(&self, _: Scope, _: Option<Charge>) -> Result<Taking, StorageError> {
        let next = self.next.fetch_add(1, Ordering::SeqCst);
        let number = OrderNumber::try_new(next).map_err(|invalid| StorageError::Failed(invalid.into()))?;
        Ok(Taking::Taken(NumberTicket { number, charged: None }))
    }

    /// It stays a gap.
    async fn give_back(&self, _: Scope, _: NumberTicket) {}

    async fn resync(&self, scope: Scope) -> Result<(), StorageError> {
        self.real.resync(scope).await
    }

    async fn close(&self) -> Result<(), StorageError> {
        Ok(())
    }
}
