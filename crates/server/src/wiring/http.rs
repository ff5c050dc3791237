//! The options of the HTTP side, out of the configuration.

use std::time::Duration;

use orderbase_http::{DocsMode, HttpOptions, LoggedAddress};

use crate::config::{ClientAddress, Config, Docs};

/// What a stop may take after the drain delay, at most; reliability.md 40.
const STOP_MS_MAX: u64 = 20_000;

/// The options that the configuration stands for.
#[must_use]
pub fn options(config: &Config) -> HttpOptions {
    let http = &config.http;
    let millis = Duration::from_millis;
    let workers = config.workers();
    let stop = http.shutdown_ms_max.saturating_sub(http.drain_delay_ms).min(STOP_MS_MAX);
    HttpOptions {
        public_url: config.public_url(),
        workers: Some(workers),
        body_bytes_max: count(http.body_bytes_max),
        head_timeout: millis(http.head_timeout_ms),
        body_timeout: millis(http.body_timeout_ms),
        keep_alive: Duration::from_secs(http.keep_alive_secs),
        read_deadline: millis(http.read_deadline_ms),
        write_deadline: millis(http.write_deadline_ms),
        shutdown_timeout: millis(stop),
        // The setting counts the whole process, the server counts each worker.
        connections_max: (count(http.connections_max) / workers).max(1),
        in_flight_max: count(http.in_flight_max),
        admission_wait: millis(http.admission_wait_ms),
        trusted_proxies: http.trusted_proxies.clone().unwrap_or_default(),
        forwarded_header: http.forwarded_header.clone(),
        logged_address: match config.log.client_address {
            ClientAddress::Full => LoggedAddress::Full,
            ClientAddress::Prefix => LoggedAddress::Prefix,
            ClientAddress::Off => LoggedAddress::Off,
        },
        cors_origins: http.cors_origins.clone().unwrap_or_default(),
        compression: http.compression,
        docs: match http.docs {
            Docs::Public => DocsMode::Public,
            Docs::Internal => DocsMode::Internal,
            Docs::Off => DocsMode::Off,
        },
        ..HttpOptions::default()
    }
}

fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
