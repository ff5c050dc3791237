//! Who is at the other end (security.md 27). A forwarding header is believed from trusted proxies only, and only its part that they wrote.

use std::net::IpAddr;
use std::str::FromStr;

use actix_web::dev::RequestHead;

use crate::options::HttpOptions;

/// A network in CIDR notation; a bare address is a network of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    network: IpAddr,
    prefix: u8,
}

/// The text is not a network in CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a network such as 10.0.0.0/8 or fd00::/8")]
pub struct NotCidr;

impl FromStr for Cidr {
    type Err = NotCidr;

    fn from_str(text: &str) -> Result<Self, NotCidr> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let network: IpAddr = address.parse().map_err(|_| NotCidr)?;
        let bits = if network.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(bits), |prefix| prefix.parse().map_err(|_| NotCidr))?;
        match (network.to_canonical(), prefix) {
            _ if prefix > bits => Err(NotCidr),
            (canonical, _) if canonical == network => Ok(Self { network, prefix }),
            // An IPv4 address in IPv6 clothes: its last 32 bits are the network.
            (canonical, 96..) => Ok(Self { network: canonical, prefix: prefix - 96 }),
            _ => Err(NotCidr),
        }
    }
}

impl Cidr {
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.network, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
                network.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
                network.to_bits() & mask == address.to_bits() & mask
            }
            _ => false,
        }
    }
}

/// The client's address: the peer, or behind trusted proxies the rightmost hop that none of them is.
pub fn address(head: &RequestHead, options: &HttpOptions) -> Option<IpAddr> {
    let peer = head.peer_addr?.ip();
    let trusted = |address: IpAddr| options.trusted_proxies.iter().any(|network| network.contains(address));
    if !trusted(peer) {
        return Some(peer);
    }
    let mut client = peer;
    let lines: Vec<_> = head.headers().get_all(options.forwarded_header.as_str()).collect();
    for line in lines.into_iter().rev() {
        let Ok(line) = line.to_str() else { return Some(peer) };
        for hop in line.rsplit(',') {
            let Ok(hop) = hop.trim().parse() else { return Some(peer) };
            client = hop;
            if !trusted(hop) {
                return Some(client);
            }
        }
    }
    Some(client)
}

/// Whether request and name both stay on this machine: the peer's address and the `Host` (against DNS rebinding).
pub fn is_local(head: &RequestHead) -> bool {
    let peer = head.peer_addr.is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    let host = head.headers().get(actix_web::http::header::HOST).and_then(|host| host.to_str().ok());
    peer && host.is_some_and(|host| {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let options = HttpOptions { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..HttpOptions::default() };
        let mut request = TestRequest::default().peer_addr(format!("{peer}:1").parse().unwrap());
        for line in forwarded {
            request = request.append_header(("x-forwarded-for", *line));
        }
        address(request.to_http_request().head(), &options).unwrap().to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.2.0.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, nonsense"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn networks_are_read_and_matched() {
        let contains =
            |network: &str, address: &str| network.parse::<Cidr>().unwrap().contains(address.parse().unwrap());
        assert!(contains("0.0.0.0/0", "203.0.113.9") && contains("fd00::/8", "fd12::1") && contains("::1", "::1"));
        assert!(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(!contains("10.0.0.0/8", "11.0.0.1") && !contains("192.0.2.1", "192.0.2.2"));
        for bad in ["", "10.0.0.0/33", "10.0.0/8", "x", "::/129", "10.0.0.0/"] {
            assert!(bad.parse::<Cidr>().is_err(), "{bad}");
        }
    }

    #[test]
    fn local_needs_peer_and_host() {
        let local = |peer: &str, host: &str| {
            let request = TestRequest::default().peer_addr(peer.parse().unwrap()).insert_header(("host", host));
            is_local(request.to_http_request().head())
        };
        assert!(
            local("127.0.0.1:9", "localhost:8080")
                && local("[::1]:9", "[::1]:8080")
                && local("127.0.0.1:9", "127.0.0.1")
        );
        assert!(!local("127.0.0.1:9", "evil.example:8080") && !local("192.0.2.1:9", "localhost"));
    }
}
