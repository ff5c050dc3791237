//! A database of its own for a test, made by the migrations and gone with its guard.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use orderbase_migrations::Up;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend};

use crate::sql::{DatabaseOptions, SqlDb};

pub(super) struct TestDb {
    pub db: SqlDb,
    /// May write; a single connection, so that settings of a session hold.
    pub writer: DatabaseConnection,
    _gone: Gone,
}

enum Gone {
    Folder { _folder: tempfile::TempDir },
    Database { cluster: String, name: String },
}

pub(super) async fn each() -> [TestDb; 2] {
    [TestDb::sqlite().await, TestDb::postgres().await]
}

impl TestDb {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let writer = connection(&format!("{url}?mode=rwc")).await;
        Self::migrated(url, writer, Gone::Folder { _folder: folder }).await
    }

    pub async fn postgres() -> Self {
        let cluster = cluster();
        let name = format!("t_{}_{:016x}", std::process::id(), RandomState::new().hash_one(()));
        let admin = connection(&cluster).await;
        admin
            .execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE template0 STRATEGY FILE_COPY"))
            .await
            .unwrap();
        admin.close().await.unwrap();
        let url = with_database(&cluster, &name);
        let writer = connection(&url).await;
        Self::migrated(url, writer, Gone::Database { cluster, name }).await
    }

    async fn migrated(url: String, writer: DatabaseConnection, gone: Gone) -> Self {
        orderbase_migrations::up(&writer, &Up { to: None, contract: true }).await.unwrap();
        let db = SqlDb::open(&DatabaseOptions { url, ..DatabaseOptions::default() }).await.unwrap();
        Self { db, writer, _gone: gone }
    }

    pub fn is_postgres(&self) -> bool {
        self.db.backend() == DbBackend::Postgres
    }
}

impl Drop for Gone {
    fn drop(&mut self) {
        let Self::Database { cluster, name } = self else { return };
        let (cluster, name) = (cluster.clone(), name.clone());
        // A drop cannot wait inside the test's runtime, so it does in one of its own.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let admin = connection(&cluster).await;
                admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
            });
        });
        assert!(dropping.join().is_ok() || std::thread::panicking(), "the test's database was left behind");
    }
}

#[expect(clippy::disallowed_methods, reason = "tests are told by the environment where PostgreSQL is")]
fn cluster() -> String {
    std::env::var("ORDERBASE_TEST_DATABASE_URL").unwrap_or_else(|_| {
        panic!("ORDERBASE_TEST_DATABASE_URL is not set; `tests/run infrastructure` starts a PostgreSQL and sets it")
    })
}

fn with_database(cluster: &str, name: &str) -> String {
    let (address, query) = cluster.split_once('?').map_or((cluster, None), |(address, query)| (address, Some(query)));
    let (server, _) = address.rsplit_once('/').unwrap();
    query.map_or_else(|| format!("{server}/{name}"), |query| format!("{server}/{name}?{query}"))
}

async fn connection(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}
