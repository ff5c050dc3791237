//! Settings of the listener and of what a request may cost.

use std::net::SocketAddr;

use orderbase_kernel::Network;

use super::reader::Switch;
use super::setting::{Kind, Preset, section};
use super::words::words;

words! {
    /// Who gets the API's description.
    pub enum Docs {
        /// Everybody who reaches the API.
        Public = "public",
        /// Who reaches the internal listener.
        Internal = "internal",
        /// Nobody.
        Off = "off",
    }
}

section! {
    /// `[http]`
    "http" => pub struct Http {
        /// Where the API listens.
        listen: SocketAddr = Preset::Is("127.0.0.1:8080"), Kind::Address, "";
        /// Where probes are answered too, away from the API.
        internal_listen: Switch<SocketAddr> = Preset::Is("127.0.0.1:9464"), Kind::AddressOrOff, "";
        /// Peers whose forwarding header is believed: the proxies in front.
        trusted_proxies: Option<Vec<Network>> = Preset::Nothing, Kind::Networks, "";
        /// The one header in which a trusted proxy names the client.
        forwarded_header: String = Preset::Is("x-forwarded-for"), Kind::HeaderName, "";
        /// Pages that browsers may call the API from.
        cors_origins: Option<Vec<String>> = Preset::Nothing, Kind::Origins, "";
        /// Threads that serve requests.
        workers: Option<u64> = Preset::From("the number of processors"), Kind::Int { min: 1, max: 1_024 }, "threads";
        /// The largest request body; above it 413.
        body_bytes_max: u64 = Preset::Is("524288"), Kind::Int { min: 1_024, max: 16_777_216 }, "bytes";
        /// How long a request's head may take to arrive; then 408.
        head_timeout_ms: u64 = Preset::Is("5000"), Kind::Int { min: 100, max: 60_000 }, "ms";
        /// How long a request's body may take to arrive; then 408.
        body_timeout_ms: u64 = Preset::Is("10000"), Kind::Int { min: 100, max: 300_000 }, "ms";
        /// How long an idle connection is kept. It should be longer than the proxy in front keeps its own.
        keep_alive_secs: u64 = Preset::Is("75"), Kind::Int { min: 1, max: 3_600 }, "seconds";
        /// How long a read may take; then 503 deadline_exceeded.
        read_deadline_ms: u64 = Preset::Is("5000"), Kind::Int { min: 100, max: 60_000 }, "ms";
        /// How long the answer of a write is awaited; then 503 outcome_unknown, while the write ends by itself.
        write_deadline_ms: u64 = Preset::Is("10000"), Kind::Int { min: 100, max: 60_000 }, "ms";
        /// Open connections, all workers together; more wait to be accepted.
        connections_max: u64 = Preset::Is("10000"), Kind::Int { min: 16, max: 1_000_000 }, "connections";
        /// Requests at work at one time; more wait for admission.
        in_flight_max: u64 = Preset::Is("128"), Kind::Int { min: 1, max: 100_000 }, "requests";
        /// How long a request waits for admission; then 503 overloaded.
        admission_wait_ms: u64 = Preset::Is("50"), Kind::Int { min: 0, max: 10_000 }, "ms";
        /// How long a stopping server still serves, already reported as not ready, so that balancers turn away first.
        drain_delay_ms: u64 = Preset::Is("5000"), Kind::Int { min: 0, max: 600_000 }, "ms";
        /// The longest stop, drain delay included; then the process ends with exit code 75. Must be longer than the drain delay.
        shutdown_ms_max: u64 = Preset::Is("30000"), Kind::Int { min: 100, max: 3_600_000 }, "ms";
        /// Whether answers of 1400 bytes and more are packed for clients that ask for it. Off where a proxy in front packs them.
        compression: bool = Preset::Is("true"), Kind::Bool, "";
        /// Who gets /docs and /openapi.
        docs: Docs = Preset::Is("public"), Kind::Word(Docs::WORDS), "";
    }
}
