//! Typed configuration. Every setting is declared once, in the file of its concern; nothing is here that nothing enforces.
//!
//! This is the one place that reads the environment. A value of a secret never reaches a message, a log line or `config show`.

mod auth;
mod bootstrap;
mod check;
mod database;
mod dotenv;
mod fault;
pub mod generate;
mod http;
mod inputs;
mod limits;
mod log;
mod nearest;
mod reader;
mod redis;
mod retention;
mod rules;
mod setting;
mod show;
mod sources;
mod sqlite;
mod toml;
mod top;
mod values;
mod weak;
mod words;

pub use self::auth::{Algorithm, Auth};
pub use self::bootstrap::Bootstrap;
pub use self::database::{Database, Migrate, Pooler};
pub use self::fault::warnings_text;
pub use self::fault::{Fault, Faults};
pub use self::http::{Docs, Http};
pub use self::inputs::{Flag, Inputs, TextFile, host_name, no_color, user_name};
pub use self::limits::{Limits, Plan};
pub use self::log::{ClientAddress, Format, Log};
pub use self::nearest::nearest;
pub use self::reader::{Reader, Switch, Value};
pub use self::redis::{Redis, Topology};
pub use self::retention::Retention;
pub use self::rules::Mode;
pub use self::setting::{Kind, PREFIX, Preset, Setting};
pub use self::show::{ShownSetting, explain, find, show};
pub use self::sqlite::Sqlite;
pub use self::top::{Profile, Top};
pub use self::values::{Found, Origin, Values};

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    pub top: Top,
    pub http: Http,
    pub database: Database,
    pub sqlite: Sqlite,
    pub redis: Redis,
    pub auth: Auth,
    pub bootstrap: Bootstrap,
    pub limits: Limits,
    pub retention: Retention,
    pub log: Log,
}

/// A configuration that was read, and what was noticed on the way.
#[derive(Debug)]
pub struct Loaded {
    pub config: Config,
    /// What was set where; for `config show`.
    pub values: Values,
    /// What would be an error in production.
    pub warnings: Vec<Fault>,
}

impl Config {
    /// All settings, section by section, in the order of the documents.
    pub fn settings() -> impl Iterator<Item = &'static Setting> {
        [
            Top::SETTINGS,
            Http::SETTINGS,
            Database::SETTINGS,
            Sqlite::SETTINGS,
            Redis::SETTINGS,
            Auth::SETTINGS,
            Bootstrap::SETTINGS,
            Limits::SETTINGS,
            Retention::SETTINGS,
            Log::SETTINGS,
        ]
        .into_iter()
        .flatten()
    }

    /// Reads and checks everything.
    ///
    /// # Errors
    /// All faults at once, sorted by name.
    pub fn load(inputs: &Inputs) -> Result<Loaded, Faults> {
        let mut gathered = sources::gather(inputs);
        let strict = gathered.values.text("profile") != Some(Profile::Development.as_str());
        let mut faults = std::mem::take(&mut gathered.faults);
        let mut warnings = Vec::new();
        if strict { &mut faults } else { &mut warnings }.append(&mut gathered.unknown);

        let config = Self::read(&mut Reader::new(&gathered.values, &mut faults));
        if let Some(config) = &config {
            rules::check(config, &mut faults);
        }
        match config {
            Some(config) if faults.is_empty() => Ok(Loaded { config, values: gathered.values, warnings }),
            _ => Err(Faults::new(faults)),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let top = Top::read(reader);
        let http = Http::read(reader);
        let database = Database::read(reader);
        let sqlite = Sqlite::read(reader);
        let redis = Redis::read(reader);
        let auth = Auth::read(reader);
        let bootstrap = Bootstrap::read(reader);
        let limits = Limits::read(reader);
        let retention = Retention::read(reader);
        let log = Log::read(reader);
        Some(Self {
            top: top?,
            http: http?,
            database: database?,
            sqlite: sqlite?,
            redis: redis?,
            auth: auth?,
            bootstrap: bootstrap?,
            limits: limits?,
            retention: retention?,
            log: log?,
        })
    }
}

#[cfg(test)]
mod tests;
