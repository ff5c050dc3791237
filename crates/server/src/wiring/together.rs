//! What the instances of server mode share through Redis. A Redis that is missing keeps nobody from starting: each instance then decides by
//! itself, on its share.

use std::sync::Arc;
use std::time::Duration;

use orderbase_infrastructure::redis::{Hints, Instances, NoConnection, RedisLink, RedisOptions, RedisTopology};
use orderbase_infrastructure::security::Secret;
use uuid::Uuid;

use crate::config::{Config, Mode, Topology};
use crate::exit::Exit;
use crate::failure::{Failure, chain};

/// The way to the others.
pub struct Together {
    pub link: RedisLink,
    pub hints: Arc<Hints>,
    instances: u32,
}

impl Together {
    /// Of server mode; embedded mode is one process. `sender` tells this process from all others.
    ///
    /// # Errors
    /// 78 for a URL that cannot be used.
    pub async fn open(config: &Config, sender: Uuid) -> Result<Option<Self>, Failure> {
        let Some(urls) = config.redis.url.as_ref().filter(|_| config.mode() == Mode::Server) else { return Ok(None) };
        let options = options(config, urls);
        let link = RedisLink::new(&options).map_err(|error| failure(&error))?;
        link.warm().await;
        let hints = Arc::new(Hints::new(link.clone(), options, sender));
        Ok(Some(Self { link, hints, instances: Self::configured(config) }))
    }

    /// The most instances that serve at once, as far as the configuration says.
    pub fn configured(config: &Config) -> u32 {
        u32::try_from(config.top.instances).unwrap_or(u32::MAX)
    }

    /// Those that were heard of, and at least as many as are configured.
    pub fn instances(&self) -> Instances {
        let (hints, least) = (Arc::clone(&self.hints), self.instances);
        Arc::new(move || hints.instances().max(least))
    }
}

fn options(config: &Config, urls: &Secret<String>) -> RedisOptions {
    let redis = &config.redis;
    let topology = match redis.topology {
        Topology::Single => RedisTopology::Single,
        Topology::Cluster => RedisTopology::Cluster,
    };
    RedisOptions {
        connections_max: usize::try_from(redis.pool_max).unwrap_or(1),
        timeout: Duration::from_millis(redis.timeout_ms),
        connect_timeout: Duration::from_millis(redis.connect_timeout_ms),
        ..RedisOptions::of_urls(urls.expose(), topology)
    }
}

fn failure(error: &NoConnection) -> Failure {
    Failure::new(Exit::Config, format!("Redis cannot be used: {}; is ORDERBASE_REDIS_URL right?", chain(error)))
}
