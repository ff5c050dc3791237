//! Where a demonstration listens, and what it is called. An address that nobody can call is never printed.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::ops::RangeInclusive;

use crate::exit::Exit;
use crate::failure::Failure;

/// The default port and those that are tried when it is busy.
const PORTS: RangeInclusive<u16> = 8080..=8099;

/// A bound socket and its name.
#[derive(Debug)]
pub struct Address {
    pub socket: TcpListener,
    pub at: SocketAddr,
    /// `http://`, host and port.
    pub base_url: String,
    /// What a person should know about it.
    pub remarks: Vec<String>,
}

/// Which address was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Loopback, and the first port of the range that is free.
    Nothing,
    /// Loopback; 0 is any port that is free.
    Port(u16),
    /// As `--set http.listen` says.
    Listen(SocketAddr),
}

impl Address {
    /// Binds.
    ///
    /// # Errors
    /// 75 if the port, or every port of the range, is in use; 78 where the address is not this machine's or not allowed.
    pub fn bind(asked: Asked) -> Result<Self, Failure> {
        let loopback = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
        match asked {
            Asked::Nothing => Self::first_free(PORTS, loopback),
            Asked::Port(port) => Self::of(bound(loopback(port))?, Vec::new()),
            Asked::Listen(address) => {
                let mut remarks = Vec::new();
                if !address.ip().is_loopback() {
                    remarks.push("open to the network".to_owned());
                }
                if address.ip().is_unspecified() {
                    remarks.push(format!("in a container: as published, e.g. -p {0}:{0}", address.port()));
                }
                Self::of(bound(address)?, remarks)
            }
        }
    }

    fn first_free(ports: RangeInclusive<u16>, address: impl Fn(u16) -> SocketAddr) -> Result<Self, Failure> {
        let (wanted, last) = (*ports.start(), *ports.end());
        for port in ports {
            match TcpListener::bind(address(port)) {
                Ok(socket) if port == wanted => return Self::of(socket, Vec::new()),
                Ok(socket) => return Self::of(socket, vec![format!("port {wanted} is busy")]),
                Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
                Err(error) => return Err(refused(address(port), &error)),
            }
        }
        let problem = format!("the ports {wanted} to {last} are all in use\n  fix: orderbase demo --port N");
        Err(Failure::new(Exit::TryAgain, problem))
    }

    fn of(socket: TcpListener, remarks: Vec<String>) -> Result<Self, Failure> {
        let at = socket.local_addr().map_err(|error| Failure::internal(&error))?;
        let host = match at.ip() {
            ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            ip => ip,
        };
        let base_url = format!("http://{}", SocketAddr::new(host, at.port()));
        Ok(Self { socket, at, base_url, remarks })
    }
}

fn bound(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).map_err(|error| refused(address, &error))
}

fn refused(address: SocketAddr, error: &std::io::Error) -> Failure {
    let exit = if error.kind() == std::io::ErrorKind::AddrInUse { Exit::TryAgain } else { Exit::Config };
    Failure::new(exit, format!("cannot listen on {address}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_port_is_passed_over_and_said() {
        let busy = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = busy.local_addr().unwrap().port();
        let loopback = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
        let alone = Address::first_free(port..=port, loopback).unwrap_err();
        assert_eq!(alone.exit, Exit::TryAgain);
        // Any port at all is free behind it.
        let next = |candidate| loopback(if candidate == port { port } else { 0 });
        let address = Address::first_free(port..=port.saturating_add(1), next).unwrap();
        assert_eq!(address.remarks, [format!("port {port} is busy")]);
        assert_eq!(Address::bind(Asked::Port(port)).unwrap_err().exit, Exit::TryAgain);
    }

    #[test]
    fn names_can_be_called() {
        let own = Address::bind(Asked::Port(0)).unwrap();
        assert_eq!(own.base_url, format!("http://127.0.0.1:{}", own.at.port()));
        assert!(own.at.port() != 0 && own.remarks.is_empty());
        let wide = Address::bind(Asked::Listen("0.0.0.0:0".parse().unwrap())).unwrap();
        assert_eq!(wide.base_url, format!("http://127.0.0.1:{}", wide.at.port()));
        assert!(wide.remarks.iter().any(|remark| remark.contains("as published")));
        assert!(!format!("{}{:?}", wide.base_url, wide.remarks).contains("0.0.0.0"));
        assert_eq!(Address::bind(Asked::Listen("192.0.2.1:0".parse().unwrap())).unwrap_err().exit, Exit::Config);
    }
}
