//! Logs: one flat JSON object per line on standard output (operations.md §6). A slow reader of it never slows a request: lines
//! that find the queue full are dropped and counted.

mod fields;
mod layer;
mod line;
mod queue;

use std::io::Write;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

pub use self::layer::LogLayer;
pub use self::queue::LogGuard;

/// How the log is written.
#[derive(Clone, Debug)]
pub struct LogSettings {
    pub format: LogFormat,
    /// Directives such as `info` or `warn,orderbase_http=debug`; what they let through is written.
    pub filter: String,
    pub service: Service,
    /// Lines that may wait for standard output, at least 1.
    pub queue_lines: usize,
}

/// One line per event either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    #[default]
    Json,
    /// For eyes: time, level, target, message, then `name=value`. Carries the same fields but those of the service.
    Pretty,
}

/// Who writes; on every line.
#[derive(Clone, Debug)]
pub struct Service {
    pub name: String,
    pub version: String,
    /// Tells the instances of one deployment apart.
    pub instance_id: String,
}

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum LogFault {
    #[error("the log filter cannot be read: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    #[error("the log was started before")]
    Started(#[from] tracing_subscriber::util::TryInitError),
    #[error("the thread that writes the log cannot be started")]
    Thread(#[from] std::io::Error),
}

/// Starts the log of the process on standard output. The guard has to live as long as lines shall be written: dropping it
/// writes what still waits, for at most 2 s.
///
/// # Errors
/// [`LogFault`], also when called twice.
pub fn start_log(settings: &LogSettings) -> Result<LogGuard, LogFault> {
    start_log_on(settings, Box::new(std::io::stdout()))
}

/// As [`start_log`], on another writer: a command keeps standard output for its result.
///
/// # Errors
/// As [`start_log`].
pub fn start_log_on(settings: &LogSettings, to: Box<dyn Write + Send>) -> Result<LogGuard, LogFault> {
    let filter = EnvFilter::try_new(&settings.filter)?;
    let (layer, guard) = log_to(settings, to)?;
    tracing_subscriber::registry().with(filter).with(layer).try_init()?;
    Ok(guard)
}

/// The layer alone, for a subscriber that is put together elsewhere, and a writer of one's own. Filters nothing.
///
/// # Errors
/// [`LogFault::Thread`].
pub fn log_to(settings: &LogSettings, to: Box<dyn Write + Send>) -> Result<(LogLayer, LogGuard), LogFault> {
    let rendering = line::Rendering::new(settings.format, &settings.service);
    let (queue, guard) = queue::start(to, settings.queue_lines, rendering.clone())?;
    Ok((LogLayer::new(queue, rendering), guard))
}

#[cfg(test)]
mod tests;
