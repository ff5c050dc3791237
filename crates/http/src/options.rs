//! What can be set of the HTTP side. A plain struct: reading files and environment is the server's business.

use std::time::Duration;

use orderbase_kernel::Network;

/// Where the documents (`/docs`, `/openapi/*.json`) are served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DocsMode {
    #[default]
    Public,
    /// On the internal listener only.
    Internal,
    Off,
}

/// How much of the client's address the log keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoggedAddress {
    #[default]
    Full,
    /// The network: /24 of IPv4, /48 of IPv6.
    Prefix,
    Off,
}

/// Limits, time-outs and names. The defaults are those of api.md §1.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// Scheme, host and port that clients use, without a slash at the end. Problem types and links are built from it.
    pub public_url: String,
    /// Threads that serve requests; one per core if absent.
    pub workers: Option<usize>,
    /// Bytes of a request body; above → 413.
    pub body_bytes_max: usize,
    /// Bytes of path and query; above → 414.
    pub target_bytes_max: usize,
    /// Bytes of all header names and values; above → 431.
    pub head_bytes_max: usize,
    pub head_timeout: Duration,
    /// For the whole body; late → 408.
    pub body_timeout: Duration,
    pub keep_alive: Duration,
    /// A read's time from its credential to its answer, without its body's; late → 503 `deadline_exceeded`.
    pub read_deadline: Duration,
    /// The same of a write; late → 503 `outcome_unknown`.
    pub write_deadline: Duration,
    /// How long a stopping server waits for requests in flight.
    pub shutdown_timeout: Duration,
    /// Open sockets per worker thread.
    pub connections_max: usize,
    /// Requests in flight in the process, probes apart.
    pub in_flight_max: usize,
    /// Probes in flight in the process.
    pub probes_in_flight_max: usize,
    /// How long a request may wait to be admitted; then 503 `overloaded`.
    pub admission_wait: Duration,
    /// Peers whose forwarding header is believed.
    pub trusted_proxies: Vec<Network>,
    /// The one forwarding header, in lower case.
    pub forwarded_header: String,
    /// What the access line says of the client's address.
    pub logged_address: LoggedAddress,
    /// Origins that browsers may call from, exactly as they send them.
    pub cors_origins: Vec<String>,
    /// Whether answers are compressed for those who ask; off behind a proxy that does it.
    pub compression: bool,
    pub docs: DocsMode,
    /// An API key that Swagger UI is given on loopback. Demo only: it is readable by whoever reaches the page.
    pub demo_key: Option<String>,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            public_url: String::from("http://127.0.0.1:8080"),
            workers: None,
            body_bytes_max: 512 * 1024,
            target_bytes_max: 8 * 1024,
            head_bytes_max: 32 * 1024,
            head_timeout: Duration::from_secs(5),
            body_timeout: Duration::from_secs(10),
            keep_alive: Duration::from_secs(75),
            read_deadline: Duration::from_secs(5),
            write_deadline: Duration::from_secs(10),
            shutdown_timeout: Duration::from_secs(20),
            connections_max: 10_000,
            in_flight_max: 128,
            probes_in_flight_max: 16,
            admission_wait: Duration::from_millis(50),
            trusted_proxies: Vec::new(),
            forwarded_header: String::from("x-forwarded-for"),
            logged_address: LoggedAddress::Full,
            cors_origins: Vec::new(),
            compression: true,
            docs: DocsMode::Public,
            demo_key: None,
        }
    }
}

impl HttpOptions {
    /// Whether clients come over TLS, wherever it ends.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
