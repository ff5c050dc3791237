//! A network in CIDR notation (RFC 4632, RFC 4291 §2.3), for lists of who may come. It never resolves a name.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::Invalid;

const FORM: &str = "a network such as 10.0.0.0/8 or fd00::/8";
/// Bits of `::ffff:0:0/96`, under which IPv6 shows an IPv4 address.
const MAPPED_BITS: u8 = 96;
/// What one subscriber is usually given: 64 bits of IPv6.
const SUBSCRIBER_BITS_V6: u8 = 64;

/// Addresses that begin alike. Bits behind the prefix are cleared, and an IPv4 network in IPv6 clothes is one of IPv4, so two networks
/// are equal exactly when they hold the same addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    first: IpAddr,
    prefix: u8,
}

impl Network {
    /// Reads `address/prefix`; a bare address is a network of one. The prefix has 0 to 32 bits, for IPv6 0 to 128, in decimal digits
    /// without sign or leading zero; of an IPv4-mapped address, at least 96.
    ///
    /// # Errors
    /// `pattern`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::read(text).ok_or(Invalid::pattern(FORM))
    }

    /// The network that stands for one client: IPv4 /32, IPv6 /64; a mapped IPv4 address counts as IPv4.
    #[must_use]
    pub fn of_client(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self::new(address, if address.is_ipv4() { 32 } else { SUBSCRIBER_BITS_V6 })
    }

    /// Whether the address lies in the network; a mapped IPv4 address counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && Self::new(address, self.prefix) == *self
    }

    /// The first address.
    #[must_use]
    pub const fn address(&self) -> IpAddr {
        self.first
    }

    /// How many leading bits all addresses share.
    #[must_use]
    pub const fn prefix(&self) -> u8 {
        self.prefix
    }

    fn read(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(bits(prefix)?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(most);
        if prefix > most {
            return None;
        }
        let canonical = address.to_canonical();
        let unmapped = if canonical == address { 0 } else { MAPPED_BITS };
        Some(Self::new(canonical, prefix.checked_sub(unmapped)?))
    }

    /// `prefix` is within the address.
    fn new(address: IpAddr, prefix: u8) -> Self {
        let first = match address {
            IpAddr::V4(it) => {
                let mask = u32::MAX.checked_shl(32_u32.saturating_sub(u32::from(prefix))).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(it.to_bits() & mask))
            }
            IpAddr::V6(it) => {
                let mask = u128::MAX.checked_shl(128_u32.saturating_sub(u32::from(prefix))).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(it.to_bits() & mask))
            }
        };
        Self { first, prefix }
    }
}

fn bits(digits: &str) -> Option<u8> {
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    if plain { digits.parse().ok() } else { None }
}

impl FromStr for Network {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_and_printed_in_one_form() {
        let cases = [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("192.0.2.1", "192.0.2.1/32"),
            ("192.0.2.255/31", "192.0.2.254/31"),
            ("203.0.113.9/0", "0.0.0.0/0"),
            ("fd00::/8", "fd00::/8"),
            ("FD12:0:0::1/8", "fd00::/8"),
            ("::1", "::1/128"),
            ("::/0", "::/0"),
            ("2001:db8::ffff/65", "2001:db8::/65"),
            ("::ffff:10.1.2.3", "10.1.2.3/32"),
            ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            // Compatible addresses, long deprecated, are IPv6.
            ("::10.1.2.3/128", "::a01:203/128"),
        ];
        for (text, printed) in cases {
            let network = Network::parse(text).unwrap();
            assert_eq!(network.to_string(), printed, "{text}");
            assert_eq!(Network::parse(printed), Ok(network), "{printed}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let bad = [
            "",
            "x",
            "/",
            "/8",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0/8",
            "10.0.0.0/+8",
            "10.0.0.0/08",
            "10.0.0.0/-1",
            "10.0.0.0/8/8",
            "10.0.0.0 /8",
            " 10.0.0.0",
            "10.0.0.0/ 8",
            "010.0.0.0/8",
            "10.0.0.256",
            "0x0a.0.0.0",
            "10.0.0.0/255.0.0.0",
            "10.0.0.0/256",
            "10.0.0.0/٨",
            "::/129",
            "::/",
            "fe80::1%eth0",
            "[::1]",
            "::1::",
            "::ffff:10.0.0.0/95",
            "::ffff:10.0.0.0/8",
            "localhost",
            "10.0.0.0:80",
            "*",
        ];
        for text in bad {
            assert_eq!(Network::parse(text), Err(Invalid::pattern(FORM)), "{text}");
        }
    }

    #[test]
    fn addresses_inside_and_outside() {
        let contains =
            |network: &str, address: &str| Network::parse(network).unwrap().contains(address.parse().unwrap());
        let inside = [
            ("0.0.0.0/0", "203.0.113.9"),
            ("10.0.0.0/8", "10.255.255.255"),
            ("10.0.0.0/8", "::ffff:10.1.2.3"),
            ("::ffff:10.0.0.0/104", "10.9.9.9"),
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.128/25", "192.0.2.128"),
            ("fd00::/8", "fd12::1"),
            ("::/0", "2001:db8::1"),
            ("::1", "::1"),
            ("2001:db8::/33", "2001:db8:7fff::1"),
        ];
        for (network, address) in inside {
            assert!(contains(network, address), "{network} {address}");
        }
        let outside = [
            ("10.0.0.0/8", "11.0.0.0"),
            ("192.0.2.1", "192.0.2.0"),
            ("192.0.2.128/25", "192.0.2.127"),
            ("::/0", "203.0.113.9"),
            ("::/0", "::ffff:203.0.113.9"),
            ("0.0.0.0/0", "::1"),
            ("2001:db8::/33", "2001:db8:8000::1"),
            ("::1", "::2"),
        ];
        for (network, address) in outside {
            assert!(!contains(network, address), "{network} {address}");
        }
    }

    #[test]
    fn a_client_is_an_address_of_ipv4_or_half_of_one_of_ipv6() {
        let cases = [
            ("203.0.113.9", "203.0.113.9/32"),
            ("::ffff:203.0.113.9", "203.0.113.9/32"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::1", "::/64"),
        ];
        for (address, network) in cases {
            assert_eq!(Network::of_client(address.parse().unwrap()).to_string(), network);
        }
    }
}
