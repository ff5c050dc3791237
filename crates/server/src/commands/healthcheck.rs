//! `healthcheck`: asks this host's listener. Container health checks know 0 and 1 only, so it ends with nothing else.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::context::flags;
use crate::cli::{GlobalArgs, HealthcheckArgs};
use crate::config::{Config, Inputs};
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::terminal;

/// Together shorter than the 5 s that probes allow.
const CONNECT: Duration = Duration::from_millis(1_000);
const ANSWER: Duration = Duration::from_millis(3_000);
/// As much of an answer as is looked at.
const BYTES_MAX: u64 = 16_384;

pub fn run(global: &GlobalArgs, args: &HealthcheckArgs) -> Outcome {
    let inputs = Inputs::of_process(global.config.as_deref(), flags(global));
    let loaded = match inputs.and_then(|inputs| Config::load(&inputs)) {
        Ok(loaded) => loaded,
        Err(faults) => {
            terminal::say(&format!("orderbase: {faults}"));
            return Ok(Exit::Difference);
        }
    };
    let path = if args.live { "/health/live" } else { "/health/ready" };
    let address = reachable(loaded.config.internal_listen().unwrap_or(loaded.config.http.listen));
    match ask(address, path) {
        Ok(answer) if answer.status == 200 => Ok(Exit::Done),
        Ok(answer) => {
            terminal::say(&format!("{address}{path} answers {}: {}", answer.status, answer.body));
            Ok(Exit::Difference)
        }
        Err(error) => {
            terminal::say(&format!("{address}{path} does not answer: {error}"));
            Ok(Exit::Difference)
        }
    }
}

/// Where a listener on all addresses is met on this host.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other,
    };
    SocketAddr::new(ip, address.port())
}

struct Answer {
    status: u16,
    body: String,
}

/// One HTTP/1.1 request on a connection of its own.
fn ask(address: SocketAddr, path: &str) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, CONNECT)?;
    stream.set_read_timeout(Some(ANSWER))?;
    stream.set_write_timeout(Some(ANSWER))?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut bytes = Vec::new();
    stream.take(BYTES_MAX).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let status = text.split_whitespace().nth(1).and_then(|status| status.parse().ok());
    let body = text.split_once("\r\n\r\n").map(|(_, body)| body.trim().to_owned()).unwrap_or_default();
    match status {
        Some(status) => Ok(Answer { status, body }),
        None => Err(std::io::Error::other("no HTTP answer")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_all_addresses_is_asked_on_loopback() {
        for (listener, asked) in
            [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:80", "[::1]:80"), ("10.0.0.1:80", "10.0.0.1:80")]
        {
            assert_eq!(reachable(listener.parse().unwrap()).to_string(), asked);
        }
    }
}
