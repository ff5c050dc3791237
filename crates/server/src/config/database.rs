//! Settings of the database. Its URL picks the mode: SQLite is embedded mode, PostgreSQL is server mode.

use orderbase_infrastructure::security::Secret;

use super::setting::{Kind, Preset, section};
use super::words::words;

words! {
    /// What a start does about the schema.
    pub enum Migrate {
        /// Brings the schema up to date.
        Auto = "auto",
        /// Refuses to serve on a schema that does not fit.
        Check = "check",
    }
}

words! {
    /// What stands between this program and PostgreSQL.
    pub enum Pooler {
        /// Nothing, or something that keeps a session per connection.
        None = "none",
        /// PgBouncer in transaction mode, or alike.
        Transaction = "transaction",
    }
}

section! {
    /// `[database]`
    "database" => pub struct Database {
        /// Where the truth lies. `sqlite:` picks embedded mode, `postgres:` server mode.
        url: Option<Secret<String>> = Preset::From("sqlite:DATA_DIR/orderbase.db"), Kind::DatabaseUrl, "", secret;
        /// The URL that `migrate` uses: the owner of the tables, never through a pooler.
        migration_url: Option<Secret<String>> = Preset::From("DATABASE_URL"), Kind::DatabaseUrl, "", secret;
        /// What a start does about a schema that is behind.
        migrate: Option<Migrate> = Preset::From("auto in embedded mode, check in server mode"), Kind::Word(Migrate::WORDS), "";
        /// Connections for requests, per instance; one more is kept for the readiness probe. On SQLite those that read, at most 8.
        pool_max: u64 = Preset::Is("10"), Kind::Int { min: 1, max: 1_000 }, "connections";
        /// How long a request waits for a connection; then 503 overloaded.
        acquire_timeout_ms: u64 = Preset::Is("1000"), Kind::Int { min: 10, max: 60_000 }, "ms";
        /// How long making a connection may take.
        connect_timeout_ms: u64 = Preset::Is("3000"), Kind::Int { min: 10, max: 60_000 }, "ms";
        /// How long one statement may run. PostgreSQL only.
        statement_timeout_ms: u64 = Preset::Is("5000"), Kind::Int { min: 10, max: 600_000 }, "ms";
        /// How long a statement waits for a lock.
        lock_timeout_ms: u64 = Preset::Is("2000"), Kind::Int { min: 10, max: 600_000 }, "ms";
        /// How long a transaction may idle before the database ends it. PostgreSQL only.
        idle_tx_timeout_ms: u64 = Preset::Is("10000"), Kind::Int { min: 10, max: 600_000 }, "ms";
        /// How old a connection gets before it is replaced.
        connection_secs_max: u64 = Preset::Is("600"), Kind::Int { min: 10, max: 86_400 }, "seconds";
        /// How long an idle connection is kept.
        idle_secs_max: u64 = Preset::Is("300"), Kind::Int { min: 1, max: 86_400 }, "seconds";
        /// What stands between this program and PostgreSQL. Behind a transaction pooler the time-outs above are expected on the role.
        pooler: Pooler = Preset::Is("none"), Kind::Word(Pooler::WORDS), "";
        /// Prepared statements kept per connection.
        statement_cache: Option<u64> = Preset::From("256, or 0 with a pooler"), Kind::Int { min: 0, max: 10_000 }, "statements";
    }
}
