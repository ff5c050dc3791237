//! What follows from several settings together, and which combinations are refused.

use std::net::{IpAddr, SocketAddr};

use orderbase_infrastructure::security::Secret;

use super::{Algorithm, Config, Docs, Fault, Migrate, PREFIX, Pooler, Topology};

/// Picked by the database's URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// SQLite and this process alone.
    Embedded,
    /// PostgreSQL and any number of instances.
    Server,
}

impl Mode {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Server => "server",
        }
    }
}

impl Config {
    #[must_use]
    pub fn mode(&self) -> Mode {
        let sqlite = self.database.url.as_ref().is_none_or(|url| url.expose().starts_with("sqlite:"));
        if sqlite { Mode::Embedded } else { Mode::Server }
    }

    /// The configured database, or the one in the data directory.
    #[must_use]
    pub fn database_url(&self) -> Secret<String> {
        self.database.url.clone().unwrap_or_else(|| {
            let path = self.top.data_dir.join("orderbase.db").display().to_string();
            // The URL's grammar gives these two a meaning of their own.
            Secret::new(format!("sqlite:{}", path.replace('%', "%25").replace('?', "%3F")))
        })
    }

    /// The database as its owner reaches it.
    #[must_use]
    pub fn migration_url(&self) -> Secret<String> {
        self.database.migration_url.clone().unwrap_or_else(|| self.database_url())
    }

    #[must_use]
    pub fn migrate(&self) -> Migrate {
        self.database.migrate.unwrap_or(match self.mode() {
            Mode::Embedded => Migrate::Auto,
            Mode::Server => Migrate::Check,
        })
    }

    #[must_use]
    pub fn statement_cache(&self) -> u64 {
        self.database.statement_cache.unwrap_or(match self.database.pooler {
            Pooler::None => 256,
            Pooler::Transaction => 0,
        })
    }

    /// What clients reach the server as, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> String {
        match &self.top.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.http.listen),
        }
    }

    /// Threads that hash passwords.
    #[must_use]
    pub fn argon2_threads(&self) -> usize {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = self.auth.argon2_threads.and_then(|threads| usize::try_from(threads).ok());
        threads.unwrap_or_else(|| (processors / 2).max(1))
    }

    #[must_use]
    pub fn internal_listen(&self) -> Option<SocketAddr> {
        self.http.internal_listen.0
    }

    #[must_use]
    pub fn workers(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        self.http.workers.map_or_else(processors, |workers| usize::try_from(workers).unwrap_or(1))
    }
}

/// Whether the host of an URL is this machine.
fn is_loopback(url: &str) -> bool {
    let host_port = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
    let host = match host_port.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => host_port,
    };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// Checks that need more than one setting; each fault names the setting to change.
pub(super) fn check(config: &Config, faults: &mut Vec<Fault>) {
    let name = |key: &str| format!("{PREFIX}{key}");
    let server = config.mode() == Mode::Server;

    match &config.top.public_url {
        None if server => faults.push(
            Fault::new(name("PUBLIC_URL"), "is required in server mode")
                .why("links and error types begin with it, on every instance alike")
                .fix(format!("{}=https://api.example.com", name("PUBLIC_URL"))),
        ),
        None if !config.http.listen.ip().is_loopback() => faults.push(
            Fault::new(name("PUBLIC_URL"), format!("is required when {} is not on loopback", name("HTTP_LISTEN")))
                .why("nobody can tell from a listener what clients call it")
                .fix(format!("{}=https://api.example.com", name("PUBLIC_URL"))),
        ),
        Some(url) if url.starts_with("http:") && !is_loopback(url) => faults.push(
            Fault::new(name("PUBLIC_URL"), format!("\"{url}\" is not https, needs https unless its host is loopback"))
                .why("keys and tokens travel in headers"),
        ),
        _ => {}
    }

    if server && config.top.master_keys.is_none() {
        faults.push(
            Fault::new(name("MASTER_KEYS"), "is required in server mode")
                .why("all instances must derive the same keys")
                .fix("orderbase secret generate --kind master"),
        );
    }

    check_redis(config, faults);

    if config.http.shutdown_ms_max <= config.http.drain_delay_ms {
        faults.push(Fault::new(
            name("HTTP_SHUTDOWN_MS_MAX"),
            format!(
                "{} leaves no time after the drain delay, needs more than {} ({})",
                config.http.shutdown_ms_max,
                config.http.drain_delay_ms,
                name("HTTP_DRAIN_DELAY_MS")
            ),
        ));
    }

    if config.http.docs == Docs::Internal && config.internal_listen().is_none() {
        faults
            .push(Fault::new(name("HTTP_DOCS"), format!("is internal though {} is off", name("HTTP_INTERNAL_LISTEN"))));
    }

    if let Some(owner) = &config.database.migration_url
        && (owner.expose().starts_with("sqlite:") == server)
    {
        faults.push(Fault::new(
            name("DATABASE_MIGRATION_URL"),
            format!("is of another kind of database than {}", name("DATABASE_URL")),
        ));
    }

    check_credentials(config, faults);

    if server && config.database.migrate == Some(Migrate::Auto) {
        faults.push(
            Fault::new(name("DATABASE_MIGRATE"), "auto is for embedded mode")
                .why("instances start side by side and must not race")
                .fix("orderbase migrate up, before the instances start"),
        );
    }
}

/// Where the instances meet.
fn check_redis(config: &Config, faults: &mut Vec<Fault>) {
    let name = |key: &str| format!("{PREFIX}{key}");
    let Some(urls) = &config.redis.url else {
        if config.mode() == Mode::Server {
            faults.push(
                Fault::new(name("REDIS_URL"), "is required in server mode")
                    .why("instances share limits and tell each other what was revoked there")
                    .fix(format!("{}=redis://cache.example:6379", name("REDIS_URL"))),
            );
        }
        return;
    };
    if config.redis.topology == Topology::Single && urls.expose().contains(',') {
        faults.push(
            Fault::new(name("REDIS_URL"), "names several nodes, needs one")
                .fix(format!("{}=cluster, if they are one", name("REDIS_TOPOLOGY"))),
        );
    }
}

/// What the settings of tokens, sessions and the first operator demand of each other.
fn check_credentials(config: &Config, faults: &mut Vec<Fault>) {
    let name = |key: &str| format!("{PREFIX}{key}");
    let auth = &config.auth;

    match (auth.token_algorithm, &auth.token_secret) {
        (Algorithm::Hs256, None) => faults.push(
            Fault::new(name("AUTH_TOKEN_SECRET"), format!("is required by {}=hs256", name("AUTH_TOKEN_ALGORITHM")))
                .fix("orderbase secret generate --kind jwt"),
        ),
        (Algorithm::EdDsa, Some(_)) => faults.push(
            Fault::new(name("AUTH_TOKEN_SECRET"), "is set though nothing is signed with it")
                .why("with eddsa the server makes its own keys")
                .fix(format!("unset it, or {}=hs256", name("AUTH_TOKEN_ALGORITHM"))),
        ),
        _ => {}
    }

    if auth.refresh_idle_days > auth.refresh_family_days {
        faults.push(Fault::new(
            name("AUTH_REFRESH_IDLE_DAYS"),
            format!(
                "{} is longer than a session lasts at most, needs at most {} ({})",
                auth.refresh_idle_days,
                auth.refresh_family_days,
                name("AUTH_REFRESH_FAMILY_DAYS")
            ),
        ));
    }

    let (email, password) = ("BOOTSTRAP_OPERATOR_EMAIL", "BOOTSTRAP_OPERATOR_PASSWORD");
    let missing = match (&config.bootstrap.operator_email, &config.bootstrap.operator_password) {
        (None, Some(_)) => Some((email, password)),
        (Some(_), None) => Some((password, email)),
        _ => None,
    };
    if let Some((missing, present)) = missing {
        faults.push(Fault::new(name(missing), format!("is required, for {} is set", name(present))));
    }
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn loopback_hosts() {
        for good in [
            "http://127.0.0.1:8080",
            "http://localhost",
            "http://LOCALHOST:1/",
            "http://[::1]:8080",
            "http://127.9.9.9",
        ] {
            assert!(is_loopback(good), "{good}");
        }
        for bad in
            ["http://example.com", "http://10.0.0.1:80", "http://[2001:db8::1]:80", "http://localhost.example.com"]
        {
            assert!(!is_loopback(bad), "{bad}");
        }
    }
}
