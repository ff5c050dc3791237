//! How an event becomes a line. A line never contains a line end but its own.

use std::fmt::Write;

use orderbase_kernel::Timestamp;
use tracing::Level;

use super::fields::{Fields, push_text};
use super::{LogFormat, Service};

/// Names that every line has; a field that takes one of them is written with `field.` before it.
const OWN: [&str; 7] =
    ["timestamp", "level", "message", "target", "service.name", "service.version", "service.instance.id"];

/// What a line says beside its fields.
pub(super) struct Head<'a> {
    pub at: Timestamp,
    pub level: Level,
    pub target: &'a str,
    /// A JSON string.
    pub message: &'a str,
}

#[derive(Clone)]
pub(super) enum Rendering {
    /// With the members that say who writes, ready to be copied.
    Json {
        service: String,
    },
    Pretty,
}

impl Rendering {
    pub fn new(format: LogFormat, service: &Service) -> Self {
        match format {
            LogFormat::Pretty => Self::Pretty,
            LogFormat::Json => {
                let mut members = String::new();
                for (name, value) in
                    [("name", &service.name), ("version", &service.version), ("instance.id", &service.instance_id)]
                {
                    members.push_str(",\"service.");
                    members.push_str(name);
                    members.push_str("\":");
                    push_text(&mut members, format_args!("{value}"));
                }
                Self::Json { service: members }
            }
        }
    }

    /// The line with its end. `scopes`: the fields from the outermost span to the event; of one name the innermost counts.
    pub fn line(&self, head: &Head<'_>, scopes: &[&Fields]) -> String {
        let mut line = String::with_capacity(512);
        // Writing into a String cannot fail.
        let _written = match self {
            Self::Json { service } => write_json(&mut line, service, head, scopes),
            Self::Pretty => write_pretty(&mut line, head, scopes),
        };
        line.push('\n');
        line
    }
}

fn write_json(line: &mut String, service: &str, head: &Head<'_>, scopes: &[&Fields]) -> std::fmt::Result {
    write!(line, "{{\"timestamp\":\"{}\",\"level\":\"{}\",\"message\":{}", head.at, head.level, head.message)?;
    line.push_str(",\"target\":");
    push_text(line, format_args!("{}", head.target));
    line.push_str(service);
    for (name, value) in counting(scopes) {
        let before = if OWN.contains(&name) { "field." } else { "" };
        line.push(',');
        push_text(line, format_args!("{before}{name}"));
        line.push(':');
        line.push_str(value);
    }
    line.push('}');
    Ok(())
}

fn write_pretty(line: &mut String, head: &Head<'_>, scopes: &[&Fields]) -> std::fmt::Result {
    let message = head.message.trim_matches('"');
    write!(line, "{} {:>5} {}: {message}", head.at, head.level, head.target.escape_debug())?;
    for (name, value) in counting(scopes) {
        write!(line, " {name}={value}")?;
    }
    Ok(())
}

fn counting<'a>(scopes: &'a [&'a Fields]) -> impl Iterator<Item = (&'static str, &'a str)> {
    scopes.iter().enumerate().flat_map(move |(depth, scope)| {
        scope
            .iter()
            .filter(move |(name, _)| *name != "message" && !scopes.iter().skip(depth + 1).any(|inner| inner.has(name)))
    })
}
