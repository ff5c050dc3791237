//! Storages for tests: a SQLite file in a folder of its own, a PostgreSQL database of its own. Each is fresh, migrated, and gone
//! when it is dropped. On PostgreSQL the owner migrates and what is tested runs as `orderbase_app`, as in a server.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking, and no test file needs all of it"
)]

pub mod dump;
pub mod proxy;
pub mod stock;

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;

use async_trait::async_trait;
use orderbase_application::App;
use orderbase_application::testing::contract::Harness;
use orderbase_application::testing::{PlainDigests, World};
use orderbase_infrastructure::security::BufferedAuditNotes;
use orderbase_infrastructure::sql::{
    DatabaseOptions, SqlAccounts, SqlAggregates, SqlAudit, SqlCommits, SqlCustomers, SqlDb, SqlEvents, SqlHealth,
    SqlKeys, SqlNumbers, SqlOperators, SqlOrders, SqlQuotas, SqlTenants, SqlUsers,
};
use orderbase_infrastructure::system::{SystemClock, SystemIds};
use orderbase_migrations::Up;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryResult, Statement};
use tokio_util::sync::CancellationToken;

/// The application over a database, as `server` wires it.
pub fn app(db: &SqlDb) -> App {
    app_with(db, SqlCommits::new(db.clone()))
}

/// The same with commits of its own.
pub fn app_with(db: &SqlDb, commits: SqlCommits) -> App {
    let keys = Arc::new(SqlKeys::new(db.clone()));
    let accounts = Arc::new(SqlAccounts::new(db.clone()));
    // Of what stores nothing in tables the stand-ins serve.
    let World { app: plain, .. } = World::new();
    App {
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds::new()),
        digests: Arc::new(PlainDigests::default()),
        commits: Arc::new(commits),
        aggregates: Arc::new(SqlAggregates::new(db.clone())),
        orders: Arc::new(SqlOrders::new(db.clone())),
        customers: Arc::new(SqlCustomers::new(db.clone())),
        events: Arc::new(SqlEvents::new(db.clone())),
        numbers: Arc::new(SqlNumbers::new(db.clone())),
        tenants: Arc::new(SqlTenants::new(db.clone())),
        key_directory: keys.clone(),
        keys,
        users: Arc::new(SqlUsers::new(db.clone())),
        accounts: accounts.clone(),
        principals: accounts,
        operators: Arc::new(SqlOperators::new(db.clone())),
        audit: Arc::new(SqlAudit::new(db.clone())),
        quotas: Arc::new(SqlQuotas::new(db.clone())),
        health: Arc::new(SqlHealth::new(db.clone())),
        ..plain
    }
}

/// The same with notes that reach the database, for as long as the test's runtime lives: it holds the database open.
fn with_notes(db: &SqlDb) -> App {
    let notes = Arc::new(BufferedAuditNotes::new(Arc::new(SqlCommits::new(db.clone()))));
    let writing = Arc::clone(&notes);
    tokio::spawn(async move { writing.run(CancellationToken::new()).await });
    App { audit_notes: notes, ..app(db) }
}

/// A SQLite file. One process has it at a time, so two instances of the application share its connections.
pub struct Sqlite {
    pub db: SqlDb,
    pub options: DatabaseOptions,
    folder: tempfile::TempDir,
}

impl Sqlite {
    pub async fn fresh() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let options = DatabaseOptions { url, ..DatabaseOptions::default() };
        let db = SqlDb::open(&options).await.unwrap();
        orderbase_migrations::up(db.pool(), &Up::default()).await.unwrap();
        Self { db, options, folder }
    }

    /// A connection past the server's, which may write.
    pub async fn stranger(&self) -> DatabaseConnection {
        let mut options = ConnectOptions::new(&self.options.url);
        options.max_connections(1);
        Database::connect(options).await.unwrap()
    }

    /// Runs a statement past the server.
    pub async fn outside(&self, sql: &str) {
        self.stranger().await.execute_unprepared(sql).await.unwrap();
    }

    /// How many transactions the write-ahead log holds: its frames that end one (sqlite.org/fileformat2.html §4).
    pub fn commits(&self) -> usize {
        let log = std::fs::read(self.folder.path().join("test.db-wal")).unwrap();
        let word = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        let (page, salts) = (word(&log, 8) as usize, &log[16..24]);
        let frames = log[32..].chunks_exact(24 + page).take_while(|frame| frame[8..16] == *salts);
        frames.filter(|frame| word(frame, 4) != 0).count()
    }

    /// The file without the server that had it open.
    pub fn give_up(self) -> (DatabaseOptions, tempfile::TempDir) {
        (self.options, self.folder)
    }
}

#[async_trait]
impl Harness for Sqlite {
    async fn pair(&self) -> (App, App) {
        (with_notes(&self.db), with_notes(&self.db))
    }
}

/// A PostgreSQL database, as two instances open it.
pub struct Postgres {
    pub db: SqlDb,
    pub other: SqlDb,
    pub options: DatabaseOptions,
    /// The address for a superuser, whom no policy holds.
    pub root: String,
    _dropped: Dropped,
}

impl Postgres {
    pub async fn fresh() -> Self {
        Self::with(DatabaseOptions::default()).await
    }

    /// Without prepared statements, and so without the statements that take a changeset at once.
    pub async fn stepwise() -> Self {
        Self::with(DatabaseOptions { statement_cache: 0, ..DatabaseOptions::default() }).await
    }

    /// Both ways to send a changeset.
    pub async fn both_forms() -> [Self; 2] {
        [Self::fresh().await, Self::stepwise().await]
    }

    /// With options but for the address.
    pub async fn with(options: DatabaseOptions) -> Self {
        let cluster = cluster_url();
        let name = format!("t_{}_{:016x}", std::process::id(), RandomState::new().hash_one(()));
        let create = format!("CREATE DATABASE {name} TEMPLATE template0 STRATEGY FILE_COPY OWNER orderbase_owner");
        execute(&cluster, &create).await;
        let (base, _) = cluster.rsplit_once('/').expect("ORDERBASE_TEST_DATABASE_URL ends with a database's name");
        let root = format!("{base}/{name}");
        let owner = Database::connect(as_role(&root, "orderbase_owner")).await.unwrap();
        orderbase_migrations::up(&owner, &Up::default()).await.unwrap();
        owner.close().await.unwrap();
        let options = DatabaseOptions { url: as_role(&root, "orderbase_app"), ..options };
        let db = SqlDb::open(&options).await.unwrap();
        let other = SqlDb::open(&options).await.unwrap();
        Self { db, other, options, root, _dropped: Dropped { cluster, name } }
    }

    /// Runs a statement as a superuser, over a connection that is no part of what is tested.
    pub async fn root(&self, sql: &str) {
        execute(&self.root, sql).await;
    }
}

#[async_trait]
impl Harness for Postgres {
    async fn pair(&self) -> (App, App) {
        (with_notes(&self.db), with_notes(&self.other))
    }
}

/// Drops the database last, with whatever is still connected to it.
struct Dropped {
    cluster: String,
    name: String,
}

impl Drop for Dropped {
    fn drop(&mut self) {
        let (cluster, sql) = (self.cluster.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        // A runtime of its own: the test's may be ending.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(execute(&cluster, &sql));
        });
        let dropped = dropping.join();
        assert!(dropped.is_ok() || std::thread::panicking(), "the database {} was left behind", self.name);
    }
}

/// The superuser's address of the test cluster.
pub fn cluster_url() -> String {
    #[expect(clippy::disallowed_methods, reason = "the test server's address comes from tests/run")]
    let url = std::env::var("ORDERBASE_TEST_DATABASE_URL");
    url.expect("ORDERBASE_TEST_DATABASE_URL is not set: run tests/run, which starts a PostgreSQL, or name a superuser's of your own")
}

async fn execute(url: &str, sql: &str) {
    let connection = Database::connect(url).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

/// The same address for one of the roles of `deploy/postgres/roles.sql`, which have the superuser's password in tests.
pub fn as_role(url: &str, role: &str) -> String {
    let (scheme, rest) = url.split_once("//").unwrap();
    let (_, rest) = rest.split_once(':').expect("the superuser of the tests signs in by password");
    format!("{scheme}//{role}:{rest}")
}

/// The rows of a statement without values; on PostgreSQL those of every tenant, over a superuser's connection.
pub async fn rows(db: &SqlDb, sql: &str) -> Vec<QueryResult> {
    of_all_tenants(db, Statement::from_string(db.backend(), sql)).await
}

/// The rows of any statement that reads, seen as above.
pub async fn of_all_tenants(db: &SqlDb, statement: Statement) -> Vec<QueryResult> {
    if !is_postgres(db) {
        return db.pool().query_all_raw(statement).await.unwrap();
    }
    let name = db.pool().get_postgres_connection_pool().connect_options().get_database().unwrap().to_owned();
    let cluster = cluster_url();
    let (base, _) = cluster.rsplit_once('/').unwrap();
    let root = Database::connect(format!("{base}/{name}")).await.unwrap();
    let rows = root.query_all_raw(statement).await.unwrap();
    root.close().await.unwrap();
    rows
}

/// One number.
pub async fn number(db: &SqlDb, sql: &str) -> i64 {
    rows(db, sql).await[0].try_get_by_index(0).unwrap()
}

/// Whether it is PostgreSQL.
pub fn is_postgres(db: &SqlDb) -> bool {
    db.backend() == DbBackend::Postgres
}
