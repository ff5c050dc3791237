//! Throttles of what may be guessed (security.md §4): taken before anything is looked up, one token per attempt.

use std::net::IpAddr;

use async_trait::async_trait;

/// The buckets. Burst and refill of each stand in security.md §4 and may be configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bucket {
    LoginIp,
    LoginAccount,
    LoginKnown,
    RefreshFamily,
    RefreshIp,
    TokenClient,
    TokenIp,
    CredentialIp,
    TicketIp,
    PasswordUser,
    IntrospectClient,
}

impl Bucket {
    pub const ALL: [Self; 11] = [
        Self::LoginIp,
        Self::LoginAccount,
        Self::LoginKnown,
        Self::RefreshFamily,
        Self::RefreshIp,
        Self::TokenClient,
        Self::TokenIp,
        Self::CredentialIp,
        Self::TicketIp,
        Self::PasswordUser,
        Self::IntrospectClient,
    ];

    /// The name in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LoginIp => "login.ip",
            Self::LoginAccount => "login.account",
            Self::LoginKnown => "login.known",
            Self::RefreshFamily => "refresh.family",
            Self::RefreshIp => "refresh.ip",
            Self::TokenClient => "token.client",
            Self::TokenIp => "token.ip",
            Self::CredentialIp => "credential.ip",
            Self::TicketIp => "ticket.ip",
            Self::PasswordUser => "password.user",
            Self::IntrospectClient => "introspect.client",
        }
    }

    /// The name in a refusal. That an account is known on a network is told to nobody who shares the network.
    pub fn policy(self) -> &'static str {
        match self {
            Self::LoginKnown => Self::LoginAccount.as_str(),
            other => other.as_str(),
        }
    }
}

/// What a bucket is of. Adapters keep a keyed digest of it, never itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Of<'a> {
    /// An IPv4 address, or the /64 of an IPv6 address.
    Network(IpAddr),
    Text(&'a str),
    /// An account from a network.
    Both(&'a str, IpAddr),
}

/// Whether an attempt may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    Granted,
    Refused { bucket: Bucket, retry_after_secs: u64 },
}

/// Throttles. They fail closed: an adapter that has lost its counters falls back to local ones, and never answers an error.
#[async_trait]
pub trait Throttles: Send + Sync {
    /// Takes one token of each bucket, or of none.
    async fn take(&self, buckets: &[(Bucket, Of<'_>)]) -> Taking;

    /// As [`Throttles::take`] would answer, taking nothing.
    async fn peek(&self, buckets: &[(Bucket, Of<'_>)]) -> Taking;

    /// Whether the account signed in from the network within 30 days.
    async fn is_known(&self, account: &str, network: IpAddr) -> bool;

    /// Notes a sign-in: the network is known for 30 days, and failures are forgotten.
    async fn succeeded(&self, account: &str, network: IpAddr);

    /// Notes a failure. Answers true for the one that makes 100 in a row, after which the account's bucket refills once an hour.
    async fn failed(&self, account: &str) -> bool;
}
