//! A database of its own for a test, made by the migrations and gone with its guard.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use orderbase_migrations::Up;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend};

use super::seed::scope;
use crate::sql::scope::{Tenant, at_once};
use crate::sql::{DatabaseOptions, SqlDb};

pub(super) struct TestDb {
    pub db: SqlDb,
    /// May write to every tenant's rows; a single connection.
    pub writer: DatabaseConnection,
    /// Reads as the server does; a single connection, so that settings of a session hold.
    pub reader: DatabaseConnection,
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
        orderbase_migrations::up(&writer, &Up { to: None, contract: true }).await.unwrap();
        Self::opened(url, writer, Gone::Folder { _folder: folder }).await
    }

    pub async fn postgres() -> Self {
        let cluster = cluster();
        let name = format!("t_{}_{:016x}", std::process::id(), RandomState::new().hash_one(()));
        let admin = connection(&cluster).await;
        admin
            .execute_unprepared(&format!(
                "CREATE DATABASE {name} TEMPLATE template0 STRATEGY FILE_COPY OWNER orderbase_owner"
            ))
            .await
            .unwrap();
        admin.close().await.unwrap();
        let root = with_database(&cluster, &name);
        let owner = connection(&as_role(&root, "orderbase_owner")).await;
        orderbase_migrations::up(&owner, &Up { to: None, contract: true }).await.unwrap();
        owner.close().await.unwrap();
        let writer = connection(&root).await;
        Self::opened(as_role(&root, "orderbase_app"), writer, Gone::Database { cluster, name }).await
    }

    async fn opened(url: String, writer: DatabaseConnection, gone: Gone) -> Self {
        // SQLite learns what ANALYZE counted on the connection that counted, or when it is opened anew.
        let reader = if url.starts_with("sqlite:") { writer.clone() } else { connection(&url).await };
        let db = SqlDb::open(&DatabaseOptions { url, ..DatabaseOptions::default() }).await.unwrap();
        Self { db, writer, reader, _gone: gone }
    }

    /// A statement as it is sent for tenant 1.
    pub fn sent(&self, select: impl Fn(&Tenant) -> SelectStatement) -> SelectStatement {
        let tenant_id = scope(1).tenant_id.uuid();
        if self.is_postgres() { at_once(tenant_id, select) } else { select(&Tenant::value(tenant_id)) }
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

fn as_role(url: &str, role: &str) -> String {
    let (scheme, rest) = url.split_once("//").unwrap();
    format!("{scheme}//{role}:{}", rest.split_once(':').unwrap().1)
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
