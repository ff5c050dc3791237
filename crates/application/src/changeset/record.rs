//! Rows that change without an event: sessions, passwords, tickets, the hash of a key's secret. They are written in the same transaction
//! as everything else, and what they did is told by the audit log.

use orderbase_kernel::{ApiKeyId, SessionId, Timestamp, UserId, Version};
use orderbase_tenancy::{KeyHash, PepperedHash, Session, Ticket, TokenHash};

/// The password of a user, beside the user: it changes no aggregate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    pub user_id: UserId,
    /// A PHC string; argon2id.
    pub phc: PasswordHash,
    /// Raised whenever every token of the user has to die; access tokens carry it.
    pub epoch: u32,
    pub changed_at: Timestamp,
    pub version: Version,
}

impl Credential {
    /// The first password of a user, or the one that follows: every token of before dies.
    pub fn following(before: Option<&Self>, user_id: UserId, phc: PasswordHash, at: Timestamp) -> Self {
        Self {
            user_id,
            phc,
            epoch: before.map_or(0, |before| before.epoch + 1),
            changed_at: at,
            version: before.map_or(Version::FIRST, |before| before.version.next()),
        }
    }

    /// The same password, with every token of before dead.
    pub fn with_tokens_dead(&self, at: Timestamp) -> Self {
        Self::following(Some(self), self.user_id, self.phc.clone(), at)
    }
}

/// A password as it is kept: a PHC string, of which nothing is printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    pub fn from_phc(phc: String) -> Self {
        Self(phc)
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash([redacted])")
    }
}

/// One write of a changeset beside its aggregates. All of them are of the changeset's tenant.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// A new session (`read` is none), or one that changed since it was read at that version; else the outcome is `Stale`.
    Session { session: Box<Session>, read: Option<Version> },
    /// Ends all sessions of the user that live, but the one named.
    EndSessions { user_id: UserId, but: Option<SessionId>, at: Timestamp },
    /// A first password (`read` is none), or a changed one; `Stale` as above.
    Credential { credential: Credential, read: Option<Version> },
    /// A new ticket; earlier ones of the user for the same purpose are void from now on.
    Ticket(Ticket),
    /// Uses a ticket up. `Stale` if it is not there or was used already.
    UseTicket { hash: TokenHash, at: Timestamp },
    /// Voids every ticket of the user that was not used.
    VoidTickets { user_id: UserId },
    /// The hash of a key's secret under another pepper. Of the key nothing changes: the text stays what it was. `Stale` if none of its
    /// secrets has the hash `from`, or if it was revoked.
    KeyHash { api_key_id: ApiKeyId, from: KeyHash, to: PepperedHash },
}

impl Record {
    /// When it is written among the records of a changeset: passwords, sessions, tickets, hashes; those alike as they were named. So two
    /// changesets never wait for each other, however they were put together, and the ticket that is used is not voided with others.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Credential { .. } => 0,
            Self::Session { .. } | Self::EndSessions { .. } => 1,
            Self::UseTicket { .. } => 2,
            Self::Ticket(_) | Self::VoidTickets { .. } => 3,
            Self::KeyHash { .. } => 4,
        }
    }
}
