//! One instance: the application over the SQL adapters, with the connections it stands on.

use std::sync::Arc;
use std::time::Duration;

use orderbase_application::App;
use orderbase_application::ports::{Clock, Ids, KeyDirectory};
use orderbase_infrastructure::memory::KeyCache;
use orderbase_infrastructure::security::{AwsLcDigests, MasterKeys};
use orderbase_infrastructure::sql::{
    SqlAggregates, SqlCommits, SqlCustomers, SqlDb, SqlEvents, SqlHealth, SqlKeys, SqlNumbers, SqlOrders, SqlTenants,
    sweep,
};
use orderbase_infrastructure::system::{SystemClock, SystemIds};

use super::{data_directory, database, database_options, keys, schema};
use crate::config::{Config, Migrate};
use crate::failure::Failure;

/// The application and its database.
pub struct Instance {
    pub app: App,
    pub db: SqlDb,
}

impl Instance {
    /// For a command of the command line: opens everything, and brings an embedded schema up to date.
    ///
    /// # Errors
    /// 69, 75, 76, 78, as the parts say.
    pub async fn open(config: &Config) -> Result<Self, Failure> {
        data_directory(config)?;
        let ring = keys::ring(config)?;
        let options = database_options(config, config.database_url().expose());
        let db = database::open(&options, Duration::ZERO).await?;
        let db = match config.migrate() {
            Migrate::Auto => schema::bring_up_to_date(db, &options).await?,
            Migrate::Check => {
                schema::guard(&db).await?;
                db
            }
        };
        Ok(Self::over(config, db, &ring.keys))
    }

    /// Over an open database whose schema fits, on the system's clock.
    pub fn over(config: &Config, db: SqlDb, keys: &MasterKeys) -> Self {
        Self::with_time(config, db, keys, Arc::new(SystemClock), Arc::new(SystemIds::new()))
    }

    /// The same with another source of time and ids.
    pub fn with_time(config: &Config, db: SqlDb, keys: &MasterKeys, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        sweep::start(&db);
        let secs = config.retention.idempotency_secs;
        let sql_keys = SqlKeys::new(db.clone());
        let key_directory: Arc<dyn KeyDirectory> = match config.auth.key_cache_secs {
            0 => Arc::new(sql_keys.clone()),
            secs => Arc::new(KeyCache::living_for(Arc::new(sql_keys.clone()), Duration::from_secs(secs))),
        };
        let app = App {
            clock,
            ids,
            digests: Arc::new(AwsLcDigests::new(keys)),
            commits: Arc::new(SqlCommits::new(db.clone()).keeping_answers_for(secs)),
            aggregates: Arc::new(SqlAggregates::new(db.clone())),
            orders: Arc::new(SqlOrders::new(db.clone())),
            customers: Arc::new(SqlCustomers::new(db.clone())),
            events: Arc::new(SqlEvents::new(db.clone())),
            numbers: Arc::new(SqlNumbers::new(db.clone())),
            tenants: Arc::new(SqlTenants::new(db.clone())),
            key_directory,
            keys: Arc::new(sql_keys),
            health: Arc::new(SqlHealth::new(db.clone())),
        };
        Self { app, db }
    }

    /// Returns what is reserved and waits for what is at work.
    pub async fn close(self) {
        if let Err(error) = self.app.numbers.close().await {
            tracing::warn!(
                error = crate::failure::chain(&error),
                "the quota of reserved order numbers was not returned"
            );
        }
        self.db.close().await;
    }
}
