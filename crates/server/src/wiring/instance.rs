//! One instance: the application over the SQL adapters, with the connections it stands on.

use std::sync::Arc;
use std::time::Duration;

use orderbase_application::App;
use orderbase_application::ports::{Clock, Ids, KeyDirectory};
use orderbase_http::Shared;
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

    /// From now on requests are answered from here; ready is only who has a writer, which no probe of the storage asks.
    pub fn serve_through(&self, shared: &Shared) {
        let db = self.db.clone();
        shared.lifecycle.watch("writer", move || db.writer_alive());
        shared.lifecycle.set_phase(None);
        shared.start(self.app.clone());
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

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{SocketAddr, TcpListener, TcpStream};

    use orderbase_application::testing::World;
    use orderbase_http::{HttpOptions, Listener};

    use super::*;
    use crate::config::{Flag, Inputs};
    use crate::wiring::Front;

    fn ready(address: SocketAddr) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!("GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn without_its_writer_it_is_not_ready() {
        let folder = tempfile::tempdir().unwrap();
        let data = Flag { flag: "test", assignment: format!("data_dir={}", folder.path().display()) };
        let mut instance = Instance::open(&Config::load(&Inputs::of_flags(vec![data])).unwrap().config).await.unwrap();
        // Of this database the writer alone dies: the probe of the storage goes on answering.
        instance.app.health = World::new().app.health;
        let (clock, ids) = (Arc::clone(&instance.app.clock), Arc::clone(&instance.app.ids));
        let shared = Shared::starting(HttpOptions::default(), clock, ids);
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let front = Front::open(&shared, vec![(Listener::Public, socket)]).unwrap();
        assert!(ready(address).contains(r#""checks":["started"]"#));

        instance.serve_through(&shared);
        assert!(ready(address).starts_with("HTTP/1.1 200 "));
        instance.db.close().await;
        let red = ready(address);
        assert!(red.starts_with("HTTP/1.1 503 ") && red.contains(r#""checks":["writer"]"#), "{red}");
        front.stop().await;
    }
}
