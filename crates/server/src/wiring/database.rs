//! Opens the database that the configuration names.

use std::os::unix::fs::DirBuilderExt as _;
use std::time::Duration;

use orderbase_infrastructure::sql::{ConnectError, DatabaseOptions, SqlDb};

use crate::config::{Config, Fault, Faults, Mode, Pooler};
use crate::exit::Exit;
use crate::failure::{Failure, chain};

/// How long to wait before the first connection is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// The options of the requests' database, or of another URL to the same.
#[must_use]
pub fn options(config: &Config, url: &str) -> DatabaseOptions {
    let database = &config.database;
    // A transaction pooler refuses start-up options; the role has to carry them.
    let on_role = database.pooler == Pooler::Transaction;
    let unless_on_role = |millis: u64| if on_role { 0 } else { millis };
    DatabaseOptions {
        url: url.to_owned(),
        pool_max: narrow(database.pool_max),
        acquire_timeout_ms: database.acquire_timeout_ms,
        connect_timeout_ms: database.connect_timeout_ms,
        statement_timeout_ms: unless_on_role(database.statement_timeout_ms),
        lock_timeout_ms: unless_on_role(database.lock_timeout_ms),
        idle_tx_timeout_ms: unless_on_role(database.idle_tx_timeout_ms),
        connection_secs_max: database.connection_secs_max,
        idle_secs_max: database.idle_secs_max,
        statement_cache: usize::try_from(config.statement_cache()).unwrap_or(usize::MAX),
        sqlite_cache_kib: narrow(config.sqlite.cache_kib),
        sqlite_batch_max: usize::try_from(config.sqlite.batch_max).unwrap_or(usize::MAX),
    }
}

/// The settings are bounded far below.
fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Makes the data directory of embedded mode where it is missing, for its owner alone.
///
/// # Errors
/// What the file system says (78).
pub fn data_directory(config: &Config) -> Result<(), Failure> {
    if config.mode() == Mode::Server {
        return Ok(());
    }
    let path = &config.top.data_dir;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| {
        let problem = format!("\"{}\" cannot be made: {error}", path.display());
        Faults::from(Fault::new("ORDERBASE_DATA_DIR", problem)).into()
    })
}

/// Opens the database, trying an unreachable one again for that long.
///
/// # Errors
/// 69 unreachable, 75 in use by another process, 78 where the configuration is to blame.
pub async fn open(options: &DatabaseOptions, wait_for: Duration) -> Result<SqlDb, Failure> {
    let begun = std::time::Instant::now();
    loop {
        match SqlDb::open(options).await {
            Ok(db) => return Ok(db),
            Err(error @ ConnectError::Database(_)) if begun.elapsed() < wait_for => {
                tracing::warn!(error = chain(&error), "the database does not answer yet");
                tokio::time::sleep(RETRY).await;
            }
            Err(error) => return Err(failure(&error)),
        }
    }
}

fn failure(error: &ConnectError) -> Failure {
    let exit = match error {
        ConnectError::InUse(_) => Exit::TryAgain,
        ConnectError::Scheme | ConnectError::InMemory | ConnectError::File { .. } => Exit::Config,
        ConnectError::Database(_) => Exit::Unreachable,
    };
    let cure = match error {
        ConnectError::InUse(_) => "; stop it, or use its API",
        ConnectError::Database(_) => "; is ORDERBASE_DATABASE_URL right, and does the database run?",
        _ => "",
    };
    Failure::new(exit, format!("the database cannot be opened: {}{cure}", chain(error)))
}
