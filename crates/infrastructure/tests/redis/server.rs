//! The Redis servers of these tests: those that all tests share, and one of a test's own, which it may stop, freeze and start again.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use deadpool_redis::redis::aio::MultiplexedConnection;
use deadpool_redis::redis::cluster::ClusterClient;
use deadpool_redis::redis::cluster_async::ClusterConnection;
use deadpool_redis::redis::{Client, Cmd, FromRedisValue, cmd};
use orderbase_infrastructure::redis::{RedisLink, RedisOptions, RedisTopology};

/// So long that a busy machine is not mistaken for a Redis that is away.
const PATIENT: Duration = Duration::from_secs(20);

fn required(variable: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "the test servers' addresses come from tests/run")]
    let urls = std::env::var(variable);
    urls.unwrap_or_else(|_| panic!("{variable} is not set: run tests/run, which starts the servers"))
}

fn patient(urls: &str, topology: RedisTopology) -> RedisOptions {
    RedisOptions {
        timeout: PATIENT,
        connect_timeout: PATIENT,
        connections_max: 2,
        ..RedisOptions::of_urls(urls, topology)
    }
}

/// The server that all tests share.
pub fn single() -> RedisOptions {
    patient(&required("ORDERBASE_TEST_REDIS_URL"), RedisTopology::Single)
}

/// The cluster that all tests share.
pub fn cluster() -> RedisOptions {
    patient(&required("ORDERBASE_TEST_REDIS_CLUSTER_URLS"), RedisTopology::Cluster)
}

pub fn link(options: &RedisOptions) -> RedisLink {
    RedisLink::new(options).unwrap()
}

/// A connection past what is tested.
pub enum Stranger {
    Single(MultiplexedConnection),
    Cluster(ClusterConnection),
}

pub async fn stranger(options: &RedisOptions) -> Stranger {
    let urls: Vec<&str> = options.urls.iter().map(|url| url.expose().as_str()).collect();
    match options.topology {
        RedisTopology::Single => {
            Stranger::Single(Client::open(urls[0]).unwrap().get_multiplexed_async_connection().await.unwrap())
        }
        RedisTopology::Cluster => {
            Stranger::Cluster(ClusterClient::new(urls).unwrap().get_async_connection().await.unwrap())
        }
    }
}

impl Stranger {
    pub async fn ask<T: FromRedisValue>(&mut self, command: &Cmd) -> T {
        match self {
            Self::Single(connection) => command.query_async(connection).await.unwrap(),
            Self::Cluster(connection) => command.query_async(connection).await.unwrap(),
        }
    }
}

/// A server of the test's own. It ends with this value.
pub struct Server {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Server {
    pub async fn start() -> Self {
        // A port that was free may be taken a moment later by somebody else.
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let folder = tempfile::tempdir().unwrap();
            let mut server = Self { child: spawn(port, &folder), port, folder };
            if server.answers().await {
                return server;
            }
        }
        panic!("redis-server did not start");
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Waited for as long as in a real configuration.
    pub fn options(&self) -> RedisOptions {
        RedisOptions { connections_max: 2, ..RedisOptions::of_urls(&self.url(), RedisTopology::Single) }
    }

    /// Waited for without end, nearly.
    pub fn patient_options(&self) -> RedisOptions {
        patient(&self.url(), RedisTopology::Single)
    }

    pub async fn connection(&self) -> MultiplexedConnection {
        Client::open(self.url()).unwrap().get_multiplexed_async_connection().await.unwrap()
    }

    /// How often a command was called, by what the server counts.
    pub async fn calls(&self, command: &str) -> u64 {
        let stats: String = cmd("INFO").arg("commandstats").query_async(&mut self.connection().await).await.unwrap();
        let line = stats.lines().find_map(|line| line.strip_prefix(&format!("cmdstat_{command}:calls=")));
        line.map_or(0, |rest| rest.split(',').next().unwrap().parse().unwrap())
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub async fn start_again(&mut self) {
        self.child = spawn(self.port, &self.folder);
        assert!(self.answers().await, "redis-server did not start again");
    }

    /// It hangs: connections stay, nothing answers.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
    }

    async fn answers(&mut self) -> bool {
        let end = Instant::now() + PATIENT;
        let client = Client::open(self.url()).unwrap();
        while Instant::now() < end && self.child.try_wait().unwrap().is_none() {
            if client.get_multiplexed_async_connection().await.is_ok() {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Either fails when it is gone already, and that is what is wanted. A frozen one dies too.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(port: u16, folder: &tempfile::TempDir) -> Child {
    Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir"])
        .arg(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Asks until it is so, for as long as a busy machine may need.
pub async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + PATIENT;
    while !so().await {
        assert!(Instant::now() < end, "{what}: not within {PATIENT:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
