//! Starts the log: JSON on standard output for a server, words on standard error for a command.

use orderbase_infrastructure::telemetry::{LogFormat, LogGuard, LogSettings, Service, start_log, start_log_on};

use crate::config::{Config, Format, host_name};
use crate::exit::Exit;
use crate::failure::{Failure, chain};

/// Lines that may wait for a slow reader; more are dropped and counted.
const QUEUE_LINES: usize = 8_192;

/// The log of a server.
///
/// # Errors
/// 70 if there can be none.
pub fn for_server(config: &Config) -> Result<LogGuard, Failure> {
    let format = match config.log.format {
        Format::Json => LogFormat::Json,
        Format::Pretty => LogFormat::Pretty,
    };
    let instance_id = config.top.instance_id.clone().unwrap_or_else(instance_id);
    start_log(&settings(format, &config.log.level, instance_id))
        .map_err(|error| Failure::new(Exit::Internal, chain(&error)))
}

/// The log of a command: what needs somebody's attention, on standard error.
///
/// # Errors
/// As [`for_server`].
pub fn for_command(filter: &str) -> Result<LogGuard, Failure> {
    let settings = settings(LogFormat::Pretty, filter, String::new());
    start_log_on(&settings, Box::new(std::io::stderr())).map_err(|error| Failure::new(Exit::Internal, chain(&error)))
}

fn settings(format: LogFormat, filter: &str, instance_id: String) -> LogSettings {
    let service = Service { name: "orderbase".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), instance_id };
    LogSettings { format, filter: filter.to_owned(), service, queue_lines: QUEUE_LINES }
}

/// The host's name and six random characters.
fn instance_id() -> String {
    use orderbase_application::ports::Ids as _;
    use orderbase_infrastructure::system::SystemIds;
    let random = SystemIds::new().at(orderbase_kernel::Timestamp::MIN).simple().to_string();
    let tail: String = random.chars().rev().take(6).collect();
    format!("{}-{tail}", host_name().unwrap_or_else(|| "host".to_owned()))
}
