//! Who is at the other end (security.md 27). A forwarding header is believed from trusted proxies only, and only its part that they wrote.

use std::net::IpAddr;

use actix_web::dev::RequestHead;

use crate::options::HttpOptions;

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
