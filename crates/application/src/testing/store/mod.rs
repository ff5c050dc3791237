//! All storage ports in memory, for tests: the reference that the real adapters are compared with.
//!
//! One lock around plain maps, so every commit is atomic and every read consistent.

mod accounts;
mod apply;
mod audit;
mod commit;
mod customers;
mod events;
mod numbers;
mod operators;
mod orders;
mod quotas;
mod records;
mod tables;
mod tenancy;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;

use self::numbers::Blocks;
use self::tables::Tables;
use crate::ports::{Clock, Health, StorageError};

/// One instance of the application's storage; [`MemoryStore::sibling`] gives another one over the same data.
pub struct MemoryStore {
    tables: Arc<Mutex<Tables>>,
    /// Numbers that this instance holds.
    blocks: Mutex<Blocks>,
    /// Those who were overtaken, one after the other.
    turns: Arc<tokio::sync::Mutex<()>>,
    /// Decides when a claim expires, as the database's clock does.
    clock: Arc<dyn Clock>,
}

impl MemoryStore {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { tables: Arc::default(), blocks: Mutex::default(), turns: Arc::default(), clock }
    }

    /// A second instance on the same data.
    pub fn sibling(&self) -> Self {
        let (tables, turns) = (Arc::clone(&self.tables), Arc::clone(&self.turns));
        Self { tables, blocks: Mutex::default(), turns, clock: Arc::clone(&self.clock) }
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

#[async_trait]
impl Health for MemoryStore {
    async fn ping(&self) -> Result<(), StorageError> {
        Ok(())
    }
}
