//! A connection to one Redis or to a cluster, as one type. Connections are multiplexed: many callers ask over one at a time.

use deadpool_redis::redis::aio::{ConnectionLike, MultiplexedConnection};
use deadpool_redis::redis::cluster_async::ClusterConnection;
use deadpool_redis::redis::{AsyncConnectionConfig, Cmd, Pipeline, RedisError, RedisFuture, Value};
use deadpool_redis::{Runtime, cluster};

use super::options::{RedisOptions, RedisTopology};

/// Cheap to clone: a clone asks over the same socket.
#[derive(Clone)]
pub(super) enum Connection {
    Single(MultiplexedConnection),
    Cluster(ClusterConnection),
}

/// Makes connections. They are taken out for good: one that goes back would be asked UNWATCH and PING before each use.
pub(super) enum Pool {
    Single(deadpool_redis::Pool),
    Cluster(cluster::Pool),
}

/// No connection, and why. Its text holds no URL.
#[derive(Debug, thiserror::Error)]
pub enum NoConnection {
    #[error("the URL of Redis cannot be used")]
    Url(#[source] RedisError),
    #[error("no connection to Redis within its time-out")]
    TimedOut,
    #[error("no connection to Redis: {0}")]
    Refused(Box<dyn std::error::Error + Send + Sync>),
}

impl Pool {
    /// Opens nothing yet.
    ///
    /// # Errors
    /// [`NoConnection::Url`].
    pub(super) fn new(options: &RedisOptions) -> Result<Self, NoConnection> {
        let urls: Vec<&str> = options.urls.iter().map(|url| url.expose().as_str()).collect();
        let unused = |error| NoConnection::Refused(Box::new(error));
        match (options.topology, urls.first()) {
            (RedisTopology::Single, Some(url)) => {
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(options.connect_timeout))
                    .set_response_timeout(Some(options.connect_timeout));
                let maker = deadpool_redis::Manager::new_with_config(*url, config).map_err(NoConnection::Url)?;
                let builder = deadpool_redis::Pool::builder(maker).max_size(options.connections_max);
                let builder = builder.create_timeout(Some(options.connect_timeout)).runtime(Runtime::Tokio1);
                Ok(Self::Single(builder.build().map_err(unused)?))
            }
            _ => {
                let maker = cluster::Manager::new(urls, false).map_err(NoConnection::Url)?;
                let builder = cluster::Pool::builder(maker).max_size(options.connections_max);
                let builder = builder.create_timeout(Some(options.connect_timeout)).runtime(Runtime::Tokio1);
                Ok(Self::Cluster(builder.build().map_err(unused)?))
            }
        }
    }

    /// A new connection, within the time that the options allow.
    ///
    /// # Errors
    /// [`NoConnection`].
    pub(super) async fn connect(&self) -> Result<Connection, NoConnection> {
        match self {
            Self::Single(pool) => {
                let made = pool.get().await.map_err(refused)?;
                Ok(Connection::Single(deadpool_redis::Connection::take(made)))
            }
            Self::Cluster(pool) => {
                let made = pool.get().await.map_err(refused)?;
                Ok(Connection::Cluster(cluster::Connection::take(made)))
            }
        }
    }
}

fn refused(error: deadpool_redis::PoolError) -> NoConnection {
    match error {
        deadpool_redis::PoolError::Timeout(_) => NoConnection::TimedOut,
        error => NoConnection::Refused(Box::new(error)),
    }
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Single(connection) => connection.req_packed_command(cmd),
            Self::Cluster(connection) => connection.req_packed_command(cmd),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        cmd: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Single(connection) => connection.req_packed_commands(cmd, offset, count),
            Self::Cluster(connection) => connection.req_packed_commands(cmd, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Single(connection) => connection.get_db(),
            Self::Cluster(connection) => connection.get_db(),
        }
    }
}
