//! The configured rules of sessions and sign-ins: plain values, checked where they are read.

use std::net::IpAddr;

use orderbase_kernel::Network;
use orderbase_tenancy::RefreshRules;

/// What `ORDERBASE_AUTH_*` says to use cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthRules {
    pub refresh: RefreshRules,
    /// Life of a session, in seconds, however often it is refreshed.
    pub family_secs: u32,
    /// Whether `grant_type=password` is served.
    pub password_grant: bool,
    /// From where operators sign in and act.
    pub operator_networks: Vec<Network>,
}

impl AuthRules {
    /// Whether an operator may sign in and act from the address.
    pub fn admits_operator(&self, address: IpAddr) -> bool {
        self.operator_networks.iter().any(|network| network.contains(address))
    }
}

impl Default for AuthRules {
    /// 30 days a family, 14 days idle, 60 s for a lost reply, no password grant, operators from this host alone.
    fn default() -> Self {
        Self {
            refresh: RefreshRules { idle_secs: 14 * 86_400, grace_secs: 60 },
            family_secs: 30 * 86_400,
            password_grant: false,
            operator_networks: ["127.0.0.0/8", "::1/128"]
                .into_iter()
                .filter_map(|text| Network::parse(text).ok())
                .collect(),
        }
    }
}
