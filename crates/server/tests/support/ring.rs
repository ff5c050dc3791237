//! The keys of a place, and what servers do with them each minute, at once.

use std::sync::Arc;
use std::time::Duration;

use orderbase_infrastructure::security::{KeyRing, MasterKeys, RingKeeper, SealKeys};
use orderbase_infrastructure::sql::{DatabaseOptions, SqlAuditSeals, SqlDb, SqlKeyRing};

use super::Place;

impl Place {
    /// The database, while no server has it, and its ring.
    pub async fn ring(&self) -> (SqlDb, RingKeeper) {
        let master = std::fs::read_to_string(self.path("data/master.key")).unwrap();
        let url = format!("sqlite:{}", self.path("data/orderbase.db").display());
        let db = SqlDb::open(&DatabaseOptions { url, ..DatabaseOptions::default() }).await.unwrap();
        let store = Arc::new(SqlKeyRing::new(db.clone()));
        (db, RingKeeper::new(store, MasterKeys::parse(master.trim()).unwrap(), 600))
    }

    /// Seals the audit trail, with a key of the ring or with one that nobody knows.
    pub async fn seal(&self, unknown: Option<KeyRing>) {
        let (db, keeper) = self.ring().await;
        let ring = match unknown {
            Some(ring) => ring,
            None => keeper.load().await.unwrap(),
        };
        let seals = SqlAuditSeals::new(db.clone(), Arc::new(SealKeys::of_ring(&ring).unwrap()));
        assert!(seals.seal(Duration::ZERO).await.unwrap() > 0);
        db.close().await;
    }
}
