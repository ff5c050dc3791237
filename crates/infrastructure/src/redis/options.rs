//! Where Redis is and how long it is waited for.

use std::time::Duration;

use deadpool_redis::redis::{ConnectionAddr, IntoConnectionInfo};

use crate::security::Secret;

/// How Redis is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedisTopology {
    Single,
    Cluster,
}

/// Out of the configuration.
#[derive(Clone, Debug)]
pub struct RedisOptions {
    /// One URL, or some nodes of a cluster.
    pub urls: Vec<Secret<String>>,
    pub topology: RedisTopology,
    /// Connections that are kept; at least 1.
    pub connections_max: usize,
    /// How long an answer is waited for.
    pub timeout: Duration,
    /// How long making a connection may take.
    pub connect_timeout: Duration,
}

impl RedisOptions {
    /// Of a list separated by commas, with the defaults of operations.md §4.
    #[must_use]
    pub fn of_urls(urls: &str, topology: RedisTopology) -> Self {
        Self {
            urls: urls.split(',').map(|url| Secret::new(url.trim().to_owned())).collect(),
            topology,
            connections_max: 8,
            timeout: Duration::from_millis(30),
            connect_timeout: Duration::from_millis(500),
        }
    }
}

/// Whether a text names a Redis over TCP, in clear or by TLS.
#[must_use]
pub fn is_url(text: &str) -> bool {
    let tcp = |addr: &ConnectionAddr| matches!(addr, ConnectionAddr::Tcp(..) | ConnectionAddr::TcpTls { .. });
    text.starts_with("redis") && text.into_connection_info().is_ok_and(|info| tcp(info.addr()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_redis() {
        for good in [
            "redis://h",
            "redis://h:6379/0",
            "redis://:secret@127.0.0.1:1/0",
            "rediss://u:p@h:6380/3",
            "redis://[::1]:1",
        ] {
            assert!(is_url(good), "{good}");
        }
        for bad in ["", "h:6379", "redis://", "redis+unix:///run/redis", "http://h", "redis://h:port", "valkey://h"] {
            assert!(!is_url(bad), "{bad}");
        }
        let options = RedisOptions::of_urls("redis://a:1, redis://b:2", RedisTopology::Cluster);
        assert_eq!(
            options.urls.iter().map(|url| url.expose().as_str()).collect::<Vec<_>>(),
            ["redis://a:1", "redis://b:2"]
        );
        assert!(!format!("{options:?}").contains("//a"), "a URL may hold a password");
    }
}
