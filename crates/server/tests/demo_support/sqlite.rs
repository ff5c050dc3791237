//! The application over a SQLite file of its own, with everything that stores nothing in tables as the memory has it.

use std::sync::Arc;

use orderbase_application::App;
use orderbase_application::testing::World;
use orderbase_infrastructure::memory::{KeyCache, PrincipalCache};
use orderbase_infrastructure::security::{AwsLcDigests, MasterKeys};
use orderbase_infrastructure::sql::{self, Beside, DatabaseOptions, SqlAccounts, SqlCommits, SqlDb, SqlKeys};
use orderbase_infrastructure::system::{SystemClock, SystemIds};
use orderbase_migrations::{Up, up};

pub struct Sqlite {
    pub app: App,
    db: SqlDb,
    _folder: tempfile::TempDir,
}

impl Sqlite {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("demo.db").display());
        let db = SqlDb::open(&DatabaseOptions { url, ..DatabaseOptions::default() }).await.unwrap();
        up(db.pool(), &Up::default()).await.unwrap();
        let keys = MasterKeys::parse(&MasterKeys::generate().unwrap()).unwrap();
        let World { app: plain, .. } = World::new();
        let beside = Beside {
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds::new()),
            digests: Arc::new(AwsLcDigests::new(&keys)),
            commits: Arc::new(SqlCommits::new(db.clone())),
            key_directory: Arc::new(KeyCache::new(Arc::new(SqlKeys::new(db.clone())))),
            key_renewals: plain.key_renewals,
            principals: Arc::new(PrincipalCache::new(Arc::new(SqlAccounts::new(db.clone())))),
            passwords: plain.passwords,
            tokens: plain.tokens,
            throttles: plain.throttles,
            rates: plain.rates,
            audit_notes: plain.audit_notes,
            auth_rules: plain.auth_rules,
        };
        Self { app: sql::app(&db, beside), db, _folder: folder }
    }

    pub async fn close(self) {
        self.app.numbers.close().await.unwrap();
        self.db.close().await;
    }
}
