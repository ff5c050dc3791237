//! Empty databases for tests, and what their catalogues say.
#![allow(dead_code, reason = "no test file needs all of it")]

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryResult, Statement};

/// A database that is gone when this is dropped.
pub struct Scratch {
    pub db: DatabaseConnection,
    url: String,
    _folder: Option<tempfile::TempDir>,
    _dropped: Option<Dropped>,
}

/// An empty database of each kind.
pub struct Both;

impl Both {
    pub async fn fresh() -> [Scratch; 2] {
        [Scratch::sqlite().await, Scratch::postgres().await]
    }
}

/// A key or index of a table.
#[derive(Debug)]
pub struct Key {
    pub table: String,
    pub name: String,
    pub kind: String,
    pub first_column: String,
}

impl Scratch {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}?mode=rwc", folder.path().join("test.db").display());
        Self { db: open(&url).await, url, _folder: Some(folder), _dropped: None }
    }

    pub async fn postgres() -> Self {
        let cluster = cluster_url();
        let name = format!("m_{}_{:016x}", std::process::id(), RandomState::new().hash_one(()));
        execute(&cluster, &format!("CREATE DATABASE {name} TEMPLATE template0 STRATEGY FILE_COPY")).await;
        let (base, _) = cluster.rsplit_once('/').expect("ORDERBASE_TEST_DATABASE_URL ends with a database's name");
        let url = format!("{base}/{name}");
        Self { db: open(&url).await, url, _folder: None, _dropped: Some(Dropped { cluster, name }) }
    }

    /// Another connection to it.
    pub async fn connect(&self) -> DatabaseConnection {
        open(&self.url).await
    }

    /// An id as the database writes it in SQL.
    pub fn id(&self, hex: &str) -> String {
        if self.is_postgres() { format!("'{hex}'::uuid") } else { format!("x'{hex}'") }
    }

    /// The names of all tables, sorted.
    pub async fn tables(&self) -> Vec<String> {
        let sql = if self.is_postgres() {
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        } else {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
        };
        texts(&self.db, sql).await
    }

    /// Everything the catalogue knows of the schema, in one order.
    pub async fn dump(&self) -> Vec<String> {
        let sql = if self.is_postgres() {
            "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable \
             FROM information_schema.columns WHERE table_schema = 'public' \
             UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' \
             UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint \
             WHERE connamespace = 'public'::regnamespace \
             UNION ALL SELECT tablename || ' ' || policyname || ' ' || cmd || ' ' || roles::text || coalesce(qual, '') \
             || coalesce(with_check, '') FROM pg_policies \
             UNION ALL SELECT relname || ' ' || relrowsecurity || relforcerowsecurity || coalesce(relacl::text, '') \
             FROM pg_class WHERE relnamespace = 'public'::regnamespace \
             UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
        } else {
            "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY 1"
        };
        texts(&self.db, sql).await
    }

    /// The first column of every key and index.
    pub async fn keys(&self) -> Vec<Key> {
        let sql = if self.is_postgres() { POSTGRES_KEYS } else { SQLITE_KEYS };
        let rows = rows(&self.db, sql).await;
        rows.iter()
            .map(|row| Key {
                table: row.try_get_by_index(0).unwrap(),
                name: row.try_get_by_index(1).unwrap(),
                kind: row.try_get_by_index(2).unwrap(),
                first_column: row.try_get_by_index(3).unwrap(),
            })
            .collect()
    }

    fn is_postgres(&self) -> bool {
        self.db.get_database_backend() == DbBackend::Postgres
    }
}

const POSTGRES_KEYS: &str = "SELECT t.relname::text, i.relname::text, \
    CASE WHEN x.indisprimary THEN 'primary' WHEN x.indisunique THEN 'unique' ELSE 'index' END, a.attname::text \
    FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0] \
    WHERE t.relnamespace = 'public'::regnamespace \
    UNION ALL \
    SELECT t.relname::text, c.conname::text, 'foreign', a.attname::text FROM pg_constraint c \
    JOIN pg_class t ON t.oid = c.conrelid \
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1] \
    WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace";

const SQLITE_KEYS: &str = "SELECT t.name, i.name, \
    CASE i.origin WHEN 'pk' THEN 'primary' ELSE CASE i.\"unique\" WHEN 1 THEN 'unique' ELSE 'index' END END, c.name \
    FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c \
    WHERE t.type = 'table' AND c.seqno = 0 \
    UNION ALL \
    SELECT t.name, 'to ' || f.\"table\", 'foreign', f.\"from\" FROM sqlite_schema t, pragma_foreign_key_list(t.name) f \
    WHERE t.type = 'table' AND f.seq = 0";

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

fn cluster_url() -> String {
    #[expect(clippy::disallowed_methods, reason = "the test server's address comes from tests/run")]
    let url = std::env::var("ORDERBASE_TEST_DATABASE_URL");
    url.expect("ORDERBASE_TEST_DATABASE_URL is not set: run tests/run, which starts a PostgreSQL, or name a superuser's of your own")
}

async fn open(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

async fn execute(url: &str, sql: &str) {
    let db = open(url).await;
    db.execute_unprepared(sql).await.unwrap();
    db.close().await.unwrap();
}

async fn rows(db: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap()
}

/// The first column of all rows.
pub async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    rows(db, sql).await.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}
