//! How the database is reached and how long anything may take. The defaults are those of the configuration reference.

use std::path::PathBuf;

use sea_orm::sqlx::sqlite::SqliteConnectOptions;

/// Settings of the connections. No `Debug`: the URL holds a password.
#[derive(Clone)]
pub struct DatabaseOptions {
    /// `sqlite:PATH`, or `postgres://…`.
    pub url: String,
    /// Connections for requests; on SQLite those that read.
    pub pool_max: u32,
    /// How long a request waits for a connection.
    pub acquire_timeout_ms: u64,
    /// How long a new connection may take, TLS included.
    pub connect_timeout_ms: u64,
    /// `statement_timeout`; 0 leaves it to the role, as behind a pooler.
    pub statement_timeout_ms: u64,
    /// `lock_timeout`, and SQLite's busy time-out; 0 leaves it to the role.
    pub lock_timeout_ms: u64,
    /// `idle_in_transaction_session_timeout`, and `tcp_user_timeout`; 0 leaves these and the probes of a silent client to the role.
    pub idle_tx_timeout_ms: u64,
    /// After how long a connection is replaced.
    pub connection_secs_max: u64,
    /// After how long without use a connection is closed.
    pub idle_secs_max: u64,
    /// Prepared statements kept per connection; 0 behind a pooler.
    pub statement_cache: usize,
    /// Page cache of all SQLite connections together.
    pub sqlite_cache_kib: u32,
    /// How many changesets share one SQLite transaction.
    pub sqlite_batch_max: usize,
}

impl DatabaseOptions {
    /// The file of a SQLite database, read out of the URL just as it is when the database is opened.
    #[must_use]
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        if !self.url.starts_with("sqlite:") {
            return None;
        }
        let options: SqliteConnectOptions = self.url.parse().ok()?;
        Some(options.get_filename().to_owned())
    }
}

impl Default for DatabaseOptions {
    fn default() -> Self {
        Self {
            url: "sqlite:./data/orderbase.db".to_owned(),
            pool_max: 10,
            acquire_timeout_ms: 1_000,
            connect_timeout_ms: 3_000,
            statement_timeout_ms: 5_000,
            lock_timeout_ms: 2_000,
            idle_tx_timeout_ms: 10_000,
            connection_secs_max: 600,
            idle_secs_max: 300,
            statement_cache: 256,
            sqlite_cache_kib: 65_536,
            sqlite_batch_max: 64,
        }
    }
}
