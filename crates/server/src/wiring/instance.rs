//! One instance: the application over the SQL adapters, with the connections it stands on.

use std::sync::Arc;
use std::time::Duration;

use orderbase_application::ports::{Clock, Ids, KeyDirectory, Principals, RateLimiter};
use orderbase_application::{App, AuthRules};
use orderbase_http::Shared;
use orderbase_infrastructure::memory::{Freshness, KeyCache, LocalRates, PrincipalCache, QueuedRenewals};
use orderbase_infrastructure::redis::{Hinted, Hints, RedisRateLimiter, Remembering};
use orderbase_infrastructure::security::{BufferedAuditNotes, Envelopes, MasterKeys};
use orderbase_infrastructure::sql::{
    self, Beside, NotedUse, SqlAccounts, SqlAuditSeals, SqlCommits, SqlDb, SqlKeyUsage, SqlKeys, purge, sweep,
};
use orderbase_infrastructure::system::{SystemClock, SystemIds};
use orderbase_tenancy::RefreshRules;

use super::background::Background;
use super::identity::{Identity, keep_turning};
use super::together::Together;
use super::walls::walls;
use super::{data_directory, database, database_options, keys, schema};
use crate::config::{Config, Migrate, Mode};
use crate::failure::{Failure, chain};

const DAY_SECS: u64 = 86_400;

/// The application and its database.
pub struct Instance {
    pub app: App,
    pub db: SqlDb,
    /// When API keys were last used; written each minute and at the end.
    pub usage: SqlKeyUsage,
    /// What the ring of keys is wrapped with.
    pub master: MasterKeys,
    identity: Arc<Identity>,
    background: Background,
    /// What the others say, and whom it is told.
    hints: Option<(Arc<Hints>, Remembering)>,
    /// How long the audit log keeps networks.
    network_days: u64,
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
        Self::over(config, db, &ring.keys, &config.public_url()).await
    }

    /// Over an open database whose schema fits, on the system's clock. `issuer` is what clients call the server.
    ///
    /// # Errors
    /// 78 where the database does not keep tenants apart or the master keys do not open the ring of keys; 69 if it gave no answer.
    pub async fn over(config: &Config, db: SqlDb, master: &MasterKeys, issuer: &str) -> Result<Self, Failure> {
        if config.mode() == Mode::Server {
            walls(&db).await?;
        }
        let (clock, ids): (Arc<dyn Clock>, Arc<dyn Ids>) = (Arc::new(SystemClock), Arc::new(SystemIds::new()));
        let together = Together::open(config, ids.at(clock.now())).await?;
        let opened = Identity::open(config, &db, master, issuer, clock.now(), together.as_ref()).await?;
        let identity = Arc::new(opened);
        let usage = SqlKeyUsage::new(db.clone());
        let Remembered { key_directory, principals, remembering } = remembered(config, &db, together.as_ref());
        let background = Background::default();
        let commits = Arc::new(commits(config, &db, master));
        let audit_notes = Arc::new(BufferedAuditNotes::new(commits.clone()));
        let notes = Arc::clone(&audit_notes);
        background.run(|end| async move { notes.run(end).await });
        let key_renewals = Arc::<QueuedRenewals>::default();
        let app = sql::app(
            &db,
            Beside {
                key_directory: Arc::new(NotedUse::new(key_directory, usage.clone(), Arc::clone(&clock))),
                key_renewals: key_renewals.clone(),
                principals: Arc::new(NotedUse::new(principals, usage.clone(), Arc::clone(&clock))),
                clock,
                ids,
                commits,
                digests: identity.digests.clone(),
                tokens: identity.tokens.clone(),
                passwords: identity.passwords.clone(),
                throttles: identity.throttles.port(),
                rates: rates(config, together.as_ref()),
                audit_notes,
                auth_rules: auth_rules(config),
            },
        );
        let renewing = app.clone();
        background.run(|end| async move { key_renewals.run(&renewing, end).await });
        let network_days = config.retention.audit_network_days;
        let hints = together.map(|together| (together.hints, remembering));
        Ok(Self { app, db, usage, master: master.clone(), identity, background, hints, network_days })
    }

    /// From now on requests are answered from here, and what has to be done from time to time is done; ready is only who has a writer,
    /// which no probe of the storage asks.
    pub fn serve_through(&self, shared: &Shared) {
        sweep::start(&self.db, self.network_days);
        purge::start(&self.db);
        SqlAuditSeals::new(self.db.clone(), Arc::clone(&self.identity.seals)).start();
        self.usage.start();
        let (identity, clock) = (Arc::clone(&self.identity), Arc::clone(&self.app.clock));
        self.background.run(|end| keep_turning(identity, clock, end));
        if let Some((hints, remembering)) = self.hints.clone() {
            self.background.run(|end| async move { hints.run(remembering, end).await });
        }
        let db = self.db.clone();
        shared.lifecycle.watch("writer", move || db.writer_alive());
        shared.lifecycle.set_phase(None);
        shared.start(self.app.clone());
    }

    /// Returns what is reserved, writes what was noted, and waits for what is at work.
    pub async fn close(self) {
        self.background.stop().await;
        if let Err(error) = self.app.numbers.close().await {
            tracing::warn!(error = chain(&error), "the quota of reserved order numbers was not returned");
        }
        if let Err(error) = self.usage.flush().await {
            tracing::warn!(error = chain(&error), "the last use of API keys was not written");
        }
        self.db.close().await;
    }
}

fn commits(config: &Config, db: &SqlDb, master: &MasterKeys) -> SqlCommits {
    SqlCommits::new(db.clone())
        .keeping_answers_for(config.retention.idempotency_secs)
        .sealing_with(Envelopes::new(master.clone()))
}

/// Who asks, and what is remembered of it.
struct Remembered {
    key_directory: Arc<dyn KeyDirectory>,
    principals: Arc<dyn Principals>,
    remembering: Remembering,
}

/// Who asks, as the database has it, remembered for as long as is configured; what is forgotten here, the others are told to forget.
fn remembered(config: &Config, db: &SqlDb, together: Option<&Together>) -> Remembered {
    let (keys, accounts) = (Arc::new(SqlKeys::new(db.clone())), Arc::new(SqlAccounts::new(db.clone())));
    let life = Duration::from_secs(config.auth.key_cache_secs);
    let freshness = Arc::<Freshness>::default();
    let remembering = Remembering {
        keys: Arc::new(KeyCache::living_for(keys.clone(), life).kept_fresh_by(Arc::clone(&freshness))),
        principals: Arc::new(PrincipalCache::living_for(accounts.clone(), life).kept_fresh_by(Arc::clone(&freshness))),
        freshness,
    };
    let (mut key_directory, mut principals): (Arc<dyn KeyDirectory>, Arc<dyn Principals>) =
        if life.is_zero() { (keys, accounts) } else { (remembering.keys.clone(), remembering.principals.clone()) };
    if let Some(Together { hints, .. }) = together {
        key_directory = Arc::new(Hinted::new(key_directory, Arc::clone(hints)));
        principals = Arc::new(Hinted::new(principals, Arc::clone(hints)));
    }
    Remembered { key_directory, principals, remembering }
}

fn rates(config: &Config, together: Option<&Together>) -> Arc<dyn RateLimiter> {
    match together {
        None => Arc::new(LocalRates::default()),
        Some(together) => {
            let leasing = config.limits.leases;
            Arc::new(RedisRateLimiter::new(together.link.clone(), leasing, together.instances()))
        }
    }
}

fn auth_rules(config: &Config) -> AuthRules {
    let auth = &config.auth;
    let secs = |days: u64| u32::try_from(days.saturating_mul(DAY_SECS)).unwrap_or(u32::MAX);
    AuthRules {
        refresh: RefreshRules {
            idle_secs: secs(auth.refresh_idle_days),
            grace_secs: u32::try_from(auth.refresh_grace_secs).unwrap_or(u32::MAX),
        },
        family_secs: secs(auth.refresh_family_days),
        password_grant: auth.password_grant,
        operator_networks: auth.operator_cidrs.clone(),
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
