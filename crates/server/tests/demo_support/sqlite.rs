//! The application over a SQLite file of its own.

use std::sync::Arc;

use orderbase_application::App;
use orderbase_infrastructure::memory::KeyCache;
use orderbase_infrastructure::security::{AwsLcDigests, MasterKeys};
use orderbase_infrastructure::sql::{
    DatabaseOptions, SqlAggregates, SqlCommits, SqlCustomers, SqlDb, SqlEvents, SqlHealth, SqlKeys, SqlNumbers,
    SqlOrders, SqlTenants,
};
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
        let app = App {
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds::new()),
            digests: Arc::new(AwsLcDigests::new(&keys)),
            commits: Arc::new(SqlCommits::new(db.clone())),
            aggregates: Arc::new(SqlAggregates::new(db.clone())),
            orders: Arc::new(SqlOrders::new(db.clone())),
            customers: Arc::new(SqlCustomers::new(db.clone())),
            events: Arc::new(SqlEvents::new(db.clone())),
            numbers: Arc::new(SqlNumbers::new(db.clone())),
            tenants: Arc::new(SqlTenants::new(db.clone())),
            key_directory: Arc::new(KeyCache::new(Arc::new(SqlKeys::new(db.clone())))),
            keys: Arc::new(SqlKeys::new(db.clone())),
            health: Arc::new(SqlHealth::new(db.clone())),
        };
        Self { app, db, _folder: folder }
    }

    pub async fn close(self) {
        self.app.numbers.close().await.unwrap();
        self.db.close().await;
    }
}
