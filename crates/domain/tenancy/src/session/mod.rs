//! The session of a user: one family of refresh tokens, of which one is current. It is a versioned record without events; what happened
//! to it stands in the audit log. It never sees a token's text.

mod client;
mod decide;
mod parts;

use orderbase_kernel::{SessionId, TenantId, Timestamp, UserId, Version};

pub use client::SessionClient;
pub use decide::{BeginSession, RefreshRules, Refreshed, SessionError};
pub use parts::SessionParts;

use crate::{PermissionSet, TokenHash};

/// A session from sign-in to its end. Its id is the family of its refresh tokens and the `sid` of its access tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    id: SessionId,
    tenant_id: TenantId,
    user_id: UserId,
    current: TokenHash,
    previous: Option<TokenHash>,
    used_at: Timestamp,
    lost_reply_used: bool,
    scope: PermissionSet,
    created_at: Timestamp,
    expires_at: Timestamp,
    revoked_at: Option<Timestamp>,
    client: SessionClient,
    version: Version,
}

impl Session {
    #[must_use]
    pub const fn id(&self) -> SessionId {
        self.id
    }

    #[must_use]
    pub const fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    #[must_use]
    pub const fn user_id(&self) -> UserId {
        self.user_id
    }

    /// The digest of the one token that refreshes.
    #[must_use]
    pub const fn current(&self) -> &TokenHash {
        &self.current
    }

    /// The digest of the token that the last refresh used up; good once more, for a moment, should its answer be lost.
    #[must_use]
    pub const fn previous(&self) -> Option<&TokenHash> {
        self.previous.as_ref()
    }

    /// The time of sign-in or of the last refresh; a repeat after a lost reply does not count.
    #[must_use]
    pub const fn used_at(&self) -> Timestamp {
        self.used_at
    }

    #[must_use]
    pub const fn lost_reply_used(&self) -> bool {
        self.lost_reply_used
    }

    /// Narrows what the user's role grants; all permissions: no narrowing.
    #[must_use]
    pub const fn scope(&self) -> PermissionSet {
        self.scope
    }

    /// The time in the id.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// The end of the family, however often it is refreshed.
    #[must_use]
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    #[must_use]
    pub const fn revoked_at(&self) -> Option<Timestamp> {
        self.revoked_at
    }

    #[must_use]
    pub const fn client(&self) -> &SessionClient {
        &self.client
    }

    /// The number of changes so far, the first included.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Neither revoked, nor past its end, nor idle for too long.
    #[must_use]
    pub fn is_live(&self, now: Timestamp, rules: &RefreshRules) -> bool {
        let idle_end = self.used_at.plus_millis(i64::from(rules.idle_secs) * 1_000);
        self.revoked_at.is_none() && now < self.expires_at && now < idle_end
    }
}
