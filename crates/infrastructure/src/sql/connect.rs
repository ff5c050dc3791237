//! The connections to the database: pools, their time-outs, and the lock that keeps a second server off a SQLite file.
//!
//! Nothing here runs a transaction; that is for `commit` alone.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbBackend, DbErr, RuntimeErr};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::commit::Form;
use super::held::Held;
use super::options::DatabaseOptions;
use super::reads::Reads;
use super::writer::Writer;

/// A connection that idled this long is tested before it is lent.
const TEST_IDLE: Duration = Duration::from_secs(30);

/// After how many seconds of silence the server asks whether the client is still there.
const PROBE_SECS: u64 = 30;

/// How often the server looks, during a statement, whether the client is still there.
const CHECK_MS: u64 = 2_000;

/// What the readiness probe allows (reliability: `SELECT 1` within 500 ms).
pub(super) const PING: Duration = Duration::from_millis(500);

/// The database, as all adapters of this module share it. Cloning clones pointers.
#[derive(Clone)]
pub struct SqlDb {
    inner: Arc<Inner>,
}

struct Inner {
    pool: DatabaseConnection,
    reads: Reads,
    held: Option<Arc<Held>>,
    health: DatabaseConnection,
    writer: Option<Writer>,
    statements: Arc<AtomicU64>,
    poisoned: Arc<AtomicU64>,
    form: Form,
    tasks: TaskTracker,
    closing: CancellationToken,
    runtime: Handle,
    /// Held for as long as the database is open; the lock goes with the file handle.
    _lock: Option<File>,
}

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("the database URL must begin with `sqlite:` or `postgres:`")]
    Scheme,
    #[error("SQLite needs a file: an in-memory database is lost with its connection")]
    InMemory,
    #[error("another server uses {}", .0.display())]
    InUse(PathBuf),
    #[error("{}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl SqlDb {
    /// Opens the pools. One connection is made at once, so that a wrong address fails here. Has to be called within the
    /// runtime that outlives all requests: commits run on it.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn open(options: &DatabaseOptions) -> Result<Self, ConnectError> {
        let (statements, poisoned) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let opened = match options.url.split(':').next() {
            Some("sqlite") => sqlite(options, &statements).await?,
            Some("postgres" | "postgresql") => postgres(options).await?,
            _ => return Err(ConnectError::Scheme),
        };
        let Opened { mut pool, health, writer, lock } = opened;
        let counter = Arc::clone(&statements);
        pool.set_metric_callback(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let held = match pool.get_database_backend() {
            DbBackend::Postgres => {
                Some(Held::new(pool.get_postgres_connection_pool().clone(), options.pool_max, TEST_IDLE))
            }
            _ => None,
        };
        Ok(Self {
            inner: Arc::new(Inner {
                reads: Reads::new(pool.clone(), held.clone(), Arc::clone(&statements), Arc::clone(&poisoned)),
                held,
                pool,
                health,
                writer,
                statements,
                poisoned,
                // Behind a pooler nothing is prepared, and a long text would be parsed each time.
                form: if options.statement_cache > 0 { Form::AtOnce } else { Form::Stepwise },
                tasks: TaskTracker::new(),
                closing: CancellationToken::new(),
                runtime: Handle::current(),
                _lock: lock,
            }),
        })
    }

    /// The connections that requests share, for what is not on their way. On SQLite these refuse to write. Statements on a tenant's rows
    /// go through `scope`.
    pub fn pool(&self) -> &DatabaseConnection {
        &self.inner.pool
    }

    /// For every read of a request.
    pub(super) fn reads(&self) -> &Reads {
        &self.inner.reads
    }

    /// The connections to PostgreSQL that are held between statements.
    pub(super) fn held(&self) -> Option<&Arc<Held>> {
        self.inner.held.as_ref()
    }

    pub fn backend(&self) -> DbBackend {
        self.inner.pool.get_database_backend()
    }

    /// The one connection of the readiness probe, which so finds out what is wrong even when the pool is exhausted.
    pub fn health_connection(&self) -> &DatabaseConnection {
        &self.inner.health
    }

    /// How many statements were run since the database was opened. `BEGIN` with its settings, `COMMIT` and `ROLLBACK` count
    /// as one each; the probe's do not count.
    pub fn statements(&self) -> u64 {
        self.inner.statements.load(Ordering::Relaxed)
    }

    /// How many connections were found with a transaction open that nobody began. Has to stay 0.
    pub fn poisoned(&self) -> u64 {
        self.inner.poisoned.load(Ordering::Relaxed)
    }

    /// Whether what writes to SQLite is there; PostgreSQL has no such task. Without I/O.
    pub fn writer_alive(&self) -> bool {
        self.inner.writer.as_ref().is_none_or(Writer::is_alive)
    }

    /// Waits for the commits that run, then closes all connections.
    pub async fn close(&self) {
        self.inner.closing.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        if let Some(held) = &self.inner.held {
            held.close();
        }
        for pool in [&self.inner.pool, &self.inner.health] {
            if let Err(error) = pool.close_by_ref().await {
                tracing::warn!(%error, "a connection was not closed in order");
            }
        }
        // Last, for whoever is last brings the write-ahead log home into the file.
        if let Some(writer) = &self.inner.writer {
            writer.close().await;
        }
    }

    pub(super) fn writer(&self) -> Option<&Writer> {
        self.inner.writer.as_ref()
    }

    /// Ends when the database is closed.
    pub(super) fn closing(&self) -> CancellationToken {
        self.inner.closing.clone()
    }

    /// The database, without holding it open.
    pub(super) fn weak(&self) -> impl Fn() -> Option<Self> + Send + use<> {
        let inner: Weak<Inner> = Arc::downgrade(&self.inner);
        move || inner.upgrade().map(|inner| Self { inner })
    }

    pub(super) fn form(&self) -> Form {
        self.inner.form
    }

    pub(super) fn counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.inner.statements)
    }

    pub(super) fn count_poisoned(&self) {
        self.inner.poisoned.fetch_add(1, Ordering::Relaxed);
    }

    /// Runs a future that holds a connection. Dropping the handle does not stop it; [`SqlDb::close`] waits for it.
    pub(super) fn detach<F>(&self, future: F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.inner.tasks.spawn_on(future, &self.inner.runtime)
    }
}

struct Opened {
    pool: DatabaseConnection,
    health: DatabaseConnection,
    writer: Option<Writer>,
    lock: Option<File>,
}

fn pool(options: &DatabaseOptions, connections: u32) -> ConnectOptions {
    let mut pool = ConnectOptions::new(&options.url);
    pool.max_connections(connections)
        .acquire_timeout(Duration::from_millis(options.acquire_timeout_ms))
        .connect_timeout(Duration::from_millis(options.connect_timeout_ms))
        .max_lifetime(Duration::from_secs(options.connection_secs_max))
        .idle_timeout(Duration::from_secs(options.idle_secs_max))
        .test_before_acquire_if_idle_for(TEST_IDLE)
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    pool
}

async fn postgres(options: &DatabaseOptions) -> Result<Opened, ConnectError> {
    // Checked here, for SeaORM repeats an address it cannot read, password and all.
    options.url.parse::<PgConnectOptions>().map_err(connect_error)?;
    let mut read = pool(options, options.pool_max);
    let (cache, settings) = (options.statement_cache, start_up_settings(options, options.statement_timeout_ms));
    read.map_sqlx_postgres_opts(move |connection| {
        connection.application_name("orderbase").statement_cache_capacity(cache).options(settings.clone())
    });
    let mut health = pool(options, 1);
    let settings = start_up_settings(options, options.statement_timeout_ms.min(millis(PING)));
    health.acquire_timeout(PING).connect_lazy(true).map_sqlx_postgres_opts(move |connection| {
        connection.application_name("orderbase health").statement_cache_capacity(cache).options(settings.clone())
    });
    Ok(Opened {
        pool: Database::connect(read).await?,
        health: Database::connect(health).await?,
        writer: None,
        lock: None,
    })
}

/// The time-outs, as options of the start-up message, so that the server frees what a lost client has locked. A 0 is not sent: a
/// transaction pooler refuses such options.
fn start_up_settings(options: &DatabaseOptions, statement_timeout_ms: u64) -> Vec<(&'static str, String)> {
    let on_role = options.idle_tx_timeout_ms == 0;
    let unless_on_role = |value: u64| if on_role { 0 } else { value };
    let settings = [
        ("statement_timeout", statement_timeout_ms),
        ("lock_timeout", options.lock_timeout_ms),
        ("idle_in_transaction_session_timeout", options.idle_tx_timeout_ms),
        // A client that has vanished without a word: what is sent to it, probes too, is given up after so long, and a statement
        // that runs or waits for a lock is ended when the connection is seen to be gone.
        ("tcp_user_timeout", options.idle_tx_timeout_ms),
        ("tcp_keepalives_idle", unless_on_role(PROBE_SECS)),
        ("client_connection_check_interval", unless_on_role(CHECK_MS)),
    ];
    settings.into_iter().filter(|(_, value)| *value > 0).map(|(name, value)| (name, value.to_string())).collect()
}

async fn sqlite(options: &DatabaseOptions, statements: &Arc<AtomicU64>) -> Result<Opened, ConnectError> {
    let file: SqliteConnectOptions = options.url.parse().map_err(connect_error)?;
    if file.get_filename().as_os_str().is_empty() || options.url.contains(":memory:") {
        return Err(ConnectError::InMemory);
    }
    let lock = lock(file.get_filename())?;
    let readers = options.pool_max.clamp(1, 8);
    let settings = sqlite_settings(file, options, readers + 1);

    // The writer is first: it makes the file and turns it to WAL, which the readers then find.
    let writable = settings.clone().create_if_missing(true);
    let writer =
        Writer::start(writable, options.sqlite_batch_max, Arc::clone(statements)).await.map_err(connect_error)?;

    let mut read = pool(options, readers);
    let query_only = settings.pragma("query_only", "ON");
    let same = query_only.clone();
    read.map_sqlx_sqlite_opts(move |_| same.clone());
    let mut health = pool(options, 1);
    health.acquire_timeout(PING).connect_lazy(true).map_sqlx_sqlite_opts(move |_| query_only.clone());
    Ok(Opened {
        pool: Database::connect(read).await?,
        health: Database::connect(health).await?,
        writer: Some(writer),
        lock: Some(lock),
    })
}

/// Durable before acknowledged: WAL is synced on every commit. What is erased is overwritten, not only forgotten.
fn sqlite_settings(file: SqliteConnectOptions, options: &DatabaseOptions, connections: u32) -> SqliteConnectOptions {
    use sea_orm::sqlx::ConnectOptions as _;
    file.journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        .busy_timeout(Duration::from_millis(options.lock_timeout_ms))
        .statement_cache_capacity(options.statement_cache)
        .pragma("cache_size", format!("-{}", (options.sqlite_cache_kib / connections).max(1)))
        .disable_statement_logging()
}

/// Takes the lock that a second server would need, too. It lies beside the database, for SQLite locks the file itself.
fn lock(database: &Path) -> Result<File, ConnectError> {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    let path = PathBuf::from(name);
    let failed = |source| ConnectError::File { path: path.clone(), source };
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(ConnectError::InUse(database.to_owned())),
        Err(std::fs::TryLockError::Error(source)) => Err(failed(source)),
    }
}

fn connect_error(error: sea_orm::sqlx::Error) -> ConnectError {
    DbErr::Conn(RuntimeErr::SqlxError(error.into())).into()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
