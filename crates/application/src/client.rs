//! Who is at the other end, before anybody is recognised.

use std::net::IpAddr;

use orderbase_kernel::RequestId;

/// A caller of whom nothing is known but where the request came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// As trusted proxies tell it.
    pub network: IpAddr,
    /// What the client calls itself; shown in the list of sessions.
    pub user_agent: Option<String>,
    pub request_id: RequestId,
}
