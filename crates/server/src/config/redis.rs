//! Settings of Redis, through which the instances of server mode share what may be lost: counters and hints.

use orderbase_infrastructure::security::Secret;

use super::setting::{Kind, Preset, section};
use super::words::words;

words! {
    /// How Redis is laid out.
    pub enum Topology {
        /// One server, or what looks like one.
        Single = "single",
        /// A Redis Cluster.
        Cluster = "cluster",
    }
}

section! {
    /// `[redis]`
    "redis" => pub struct Redis {
        /// Where Redis is: one URL, or for a cluster some of its nodes, separated by commas. Required in server mode; embedded mode is one
        /// process and has no use for it.
        url: Option<Secret<String>> = Preset::Nothing, Kind::RedisUrls, "", secret;
        /// How Redis is laid out.
        topology: Topology = Preset::Is("single"), Kind::Word(Topology::WORDS), "";
        /// Connections that are kept, per instance; one more listens for hints.
        pool_max: u64 = Preset::Is("8"), Kind::Int { min: 1, max: 64 }, "connections";
        /// How long an answer is waited for. Then the instance decides by itself; nothing is tried twice.
        timeout_ms: u64 = Preset::Is("30"), Kind::Int { min: 1, max: 1_000 }, "ms";
        /// How long making a connection may take.
        connect_timeout_ms: u64 = Preset::Is("500"), Kind::Int { min: 10, max: 10_000 }, "ms";
    }
}
