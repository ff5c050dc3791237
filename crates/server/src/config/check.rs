//! Whether a text is a value of its setting, and if not, what to say. The text of a secret is never repeated.

use std::net::SocketAddr;

use orderbase_infrastructure::security::{MasterKeyFault, MasterKeys};
use orderbase_kernel::Email;
use orderbase_tenancy::Password;

use super::setting::{Kind, Setting};
use super::values::Origin;
use super::weak::weakness;
use super::{Fault, nearest};

/// As much of a refused value as a message repeats.
const SHOWN_CHARS: usize = 60;

/// # Errors
/// The fault, with origin and bounds.
pub(super) fn check(setting: &Setting, text: &str, origin: &Origin) -> Result<(), Fault> {
    let refused = match setting.kind {
        Kind::Int { min, max } => int(text, min, max),
        Kind::Word(words) => word(text, words),
        Kind::Bool => word(text, &["true", "false"]),
        Kind::Address => address(text),
        Kind::Url => url(text),
        Kind::Networks => networks(text),
        Kind::Origins => origins(text),
        Kind::HeaderName => header_name(text),
        Kind::AddressOrOff if text == "off" => Ok(()),
        Kind::AddressOrOff => address(text),
        Kind::Directory => plain(text, 4_096),
        Kind::Text { max } => plain(text, max),
        Kind::Email => email(text),
        Kind::Password => password(text),
        Kind::SecretText { bytes_min } => secret_text(text, bytes_min),
        Kind::MasterKeys => master_keys(text),
        Kind::DatabaseUrl => database_url(text),
        Kind::RedisUrls => redis_urls(text),
        Kind::LogFilter => log_filter(text),
    };
    refused.map_err(|refused| refused.fault(setting, text, origin))
}

/// What is said of a refused value: `"…" is not …`, or with a subject of its own.
struct Refused {
    /// Stands instead of the value; `None` shows the value.
    subject: Option<String>,
    problem: String,
    needs: String,
    fix: Option<&'static str>,
    why: Option<&'static str>,
}

impl Refused {
    fn value(problem: impl Into<String>, needs: impl Into<String>) -> Self {
        Self { subject: None, problem: problem.into(), needs: needs.into(), fix: None, why: None }
    }

    fn hidden(subject: impl Into<String>, problem: impl Into<String>, needs: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..Self::value(problem, needs) }
    }

    fn fault(self, setting: &Setting, text: &str, origin: &Origin) -> Fault {
        let subject = match self.subject {
            Some(subject) => subject,
            None if setting.secret => "the value".to_owned(),
            None => format!("\"{}\"", shown(text)),
        };
        let fault =
            Fault::new(setting.variable(), format!("{subject} {} ({origin}), needs {}", self.problem, self.needs));
        Fault { why: self.why.map(str::to_owned), fix: self.fix.map(str::to_owned), ..fault }
    }
}

/// The start of a text, on one line.
fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

type Checked = Result<(), Refused>;

fn int(text: &str, min: i64, max: i64) -> Checked {
    let needs = format!("{min} to {max}");
    match text.parse::<i64>() {
        Ok(number) if (min..=max).contains(&number) && !text.starts_with('+') => Ok(()),
        Ok(_) => Err(Refused::value("is out of range", needs)),
        Err(_) => Err(Refused::value("is not a whole number", needs)),
    }
}

fn word(text: &str, words: &'static [&'static str]) -> Checked {
    if words.contains(&text) {
        return Ok(());
    }
    let needs = words.join(" or ");
    Err(match nearest(text, words.iter().copied()) {
        Some(meant) => Refused::value("is not known", format!("{needs}; did you mean {meant}?")),
        None => Refused::value("is not known", needs),
    })
}

fn address(text: &str) -> Checked {
    let needs = "address:port such as 127.0.0.1:8080 or [::1]:8080";
    text.parse::<SocketAddr>().map(|_| ()).map_err(|_| Refused::value("is not an address", needs))
}

fn url(text: &str) -> Checked {
    let needs = "http:// or https://, a host and perhaps a port, nothing behind";
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host_port = rest.map(|rest| rest.strip_suffix('/').unwrap_or(rest));
    let good = host_port.is_some_and(|text| {
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (text, None),
        };
        let host_good = !host.is_empty()
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'[' | b']' | b':'));
        host_good && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
    });
    if good { Ok(()) } else { Err(Refused::value("is not a base URL", needs)) }
}

fn networks(text: &str) -> Checked {
    if text.split(',').all(|part| part.trim().parse::<orderbase_kernel::Network>().is_ok()) {
        return Ok(());
    }
    Err(Refused::value("is not a list of networks", "networks such as 10.0.0.0/8 or fd00::/8, separated by commas"))
}

fn origins(text: &str) -> Checked {
    if text.split(',').all(|part| url(part.trim()).is_ok() && !part.trim().ends_with('/')) {
        return Ok(());
    }
    let needs = "scheme, host and perhaps port, exactly as browsers send them, separated by commas; never *";
    Err(Refused::value("is not a list of origins", needs))
}

fn header_name(text: &str) -> Checked {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if (1..=64).contains(&text.len()) && text.bytes().all(plain) {
        return Ok(());
    }
    Err(Refused::value("is not the name of a header", "1 to 64 of a-z, 0-9 and -"))
}

fn plain(text: &str, max: usize) -> Checked {
    let count = text.chars().count();
    if (1..=max).contains(&count) && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Refused::value("is not a plain text", format!("1 to {max} characters, none of them a control character")))
}

fn email(text: &str) -> Checked {
    Email::parse(text).map(|_| ()).map_err(|_| Refused::value("is no e-mail", "an address such as ops@example.com"))
}

fn password(text: &str) -> Checked {
    let needs = format!("{} to {} characters that nobody guesses", Password::CHARS_MIN, Password::CHARS_MAX);
    if let Some(weak) = weakness(text) {
        return Err(Refused::value(weak.problem(), needs));
    }
    Password::parse(text)
        .map(|_| ())
        .map_err(|_| Refused::value(format!("has {} characters", text.chars().count()), needs))
}

fn secret_text(text: &str, bytes_min: usize) -> Checked {
    let problem = match weakness(text) {
        _ if text.len() < bytes_min => format!("has {} bytes", text.len()),
        Some(weak) => weak.problem().to_owned(),
        None => return Ok(()),
    };
    let refused = Refused::value(problem, format!("{bytes_min} at least, by chance"));
    Err(Refused {
        why: Some("whoever guesses it makes tokens"),
        fix: Some("orderbase secret generate --kind jwt"),
        ..refused
    })
}

/// A ring of good form, every key of which is a secret.
fn strong_ring(text: &str) -> Checked {
    for entry in text.split(',') {
        let (id, key) = entry.trim().split_once(':').unwrap_or_default();
        if let Some(weak) = weakness(key) {
            let refused = Refused::hidden(format!("key \"{}\"", shown(id)), weak.problem(), "32 bytes by chance");
            return Err(Refused { why: Some(MASTER_WHY), fix: Some(MASTER_FIX), ..refused });
        }
    }
    Ok(())
}

const MASTER_WHY: &str = "it wraps every stored secret";
const MASTER_FIX: &str = "orderbase secret generate --kind master";

fn master_keys(text: &str) -> Checked {
    let Err(fault) = MasterKeys::parse(text) else { return strong_ring(text) };
    let entry = |entry: usize| text.split(',').nth(entry - 1).unwrap_or("").trim();
    let mut refused = match fault {
        MasterKeyFault::Key { entry: at } => {
            let (id, encoded) = entry(at).split_once(':').unwrap_or_default();
            let subject = format!("key \"{}\"", shown(id));
            match base64_bytes(encoded) {
                Some(bytes) => Refused::hidden(subject, format!("has {bytes} bytes"), "32"),
                None => Refused::hidden(subject, "is not base64", "32 bytes in base64"),
            }
        }
        MasterKeyFault::Form { entry: at } | MasterKeyFault::Repeated { entry: at } => {
            let problem = if matches!(fault, MasterKeyFault::Form { .. }) { "has no id" } else { "repeats an id" };
            Refused::hidden(format!("entry {at}"), problem, "id:base64, each id once, of a-z, 0-9 and -")
        }
        MasterKeyFault::Empty => Refused::hidden("the list", "holds no key", "id:base64 of 32 bytes"),
        MasterKeyFault::TooMany => Refused::hidden("the list", "holds more than 16 keys", "1 to 16"),
        MasterKeyFault::NoRandomness => Refused::hidden("the list", "cannot be read", "id:base64 of 32 bytes"),
    };
    refused.why = Some(MASTER_WHY);
    refused.fix = Some(MASTER_FIX);
    Err(refused)
}

/// How many bytes a padded base64 text stands for (RFC 4648 §4); nothing is decoded.
fn base64_bytes(text: &str) -> Option<usize> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    let plain = digits.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'));
    (plain && padding <= 2 && text.len().is_multiple_of(4)).then(|| text.len() / 4 * 3 - padding)
}

fn database_url(text: &str) -> Checked {
    let needs = "sqlite:PATH or postgres://user@host/database";
    if let Some(path) = text.strip_prefix("sqlite:") {
        return match path {
            "" | "//" => Err(Refused::hidden("the URL", "names no file", needs)),
            _ if path.contains(":memory:") => {
                Err(Refused::hidden("the URL", "names a database in memory, which would keep nothing", needs))
            }
            _ => Ok(()),
        };
    }
    let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
    match rest {
        None => Err(Refused::hidden("the URL", "names no database that this program knows", needs)),
        Some(rest) if rest.split_once('/').is_some_and(|(_, name)| !name.is_empty() && !name.starts_with('?')) => {
            Ok(())
        }
        Some(_) => Err(Refused::hidden("the URL", "names no database on its server", needs)),
    }
}

fn redis_urls(text: &str) -> Checked {
    if text.split(',').all(|part| orderbase_infrastructure::redis::is_url(part.trim())) {
        return Ok(());
    }
    let needs = "redis://host:6379 or rediss://user:password@host:6379/0, several separated by commas";
    Err(Refused::hidden("the list", "holds what is no URL of Redis", needs))
}

fn log_filter(text: &str) -> Checked {
    const LEVELS: &[&str] = &["off", "error", "warn", "info", "debug", "trace"];
    let directive = |part: &str| match part.split_once('=') {
        None => LEVELS.contains(&part),
        Some((target, level)) => {
            let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b'-');
            !target.is_empty() && target.bytes().all(plain) && LEVELS.contains(&level)
        }
    };
    if text.split(',').all(|part| directive(part.trim())) {
        return Ok(());
    }
    Err(Refused::value("is not a log filter", "off, error, warn, info, debug or trace, or target=level by comma"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_base64() {
        for (text, bytes) in [("", Some(0)), ("AAAA", Some(3)), ("AAA=", Some(2)), ("AA==", Some(1)), ("A===", None)] {
            assert_eq!(base64_bytes(text), bytes, "{text}");
        }
        assert_eq!(base64_bytes("not base64"), None);
    }

    #[test]
    fn urls() {
        for good in [
            "http://127.0.0.1:8080",
            "https://api.example.com",
            "https://api.example.com/",
            "http://[::1]:8080",
            "http://[::1]",
        ] {
            assert!(url(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "api.example.com",
            "ftp://x",
            "https://",
            "https://u@x",
            "https://x/y",
            "https://x?y",
            "https://x:0",
            "https://x:99999",
        ] {
            assert!(url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn lists() {
        assert!(networks("10.0.0.0/8, ::1").is_ok() && networks("10.0.0.0/8,").is_err() && networks("x").is_err());
        assert!(origins("http://localhost:3000, https://a.example").is_ok());
        assert!(origins("*").is_err() && origins("https://a.example/").is_err() && origins("").is_err());
        assert!(
            header_name("x-forwarded-for").is_ok() && header_name("X-Real-Ip").is_err() && header_name("").is_err()
        );
    }

    #[test]
    fn filters() {
        for good in ["info", "warn,orderbase_http=debug", "off, sqlx=error"] {
            assert!(log_filter(good).is_ok(), "{good}");
        }
        for bad in ["", "infoo", "info,", "=debug", "a=loud", "a b=info"] {
            assert!(log_filter(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn database_urls() {
        for good in
            ["sqlite:x.db", "sqlite:///var/lib/x.db", "postgres://u:p@h/db", "postgresql://h/db?sslmode=require"]
        {
            assert!(database_url(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "x.db",
            "mysql://h/db",
            "sqlite:",
            "sqlite::memory:",
            "postgres://h",
            "postgres://h/",
            "postgres://h/?x",
        ] {
            assert!(database_url(bad).is_err(), "{bad}");
        }
    }
}
