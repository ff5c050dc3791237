//! A session as it is stored, and the checks that a stored session meets before it is one again.

use orderbase_kernel::{AggregateType, Corrupt, SessionId, TenantId, Timestamp, UserId, Version};

use super::{Session, SessionClient};
use crate::{PermissionSet, TokenHash};

/// Every field of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionParts {
    pub id: SessionId,
    pub tenant_id: TenantId,
    pub user_id: UserId,
    pub current: TokenHash,
    pub previous: Option<TokenHash>,
    pub used_at: Timestamp,
    pub lost_reply_used: bool,
    pub scope: PermissionSet,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub client: SessionClient,
    pub version: Version,
}

impl Session {
    /// Makes a session of stored parts.
    ///
    /// # Errors
    /// [`Corrupt`], naming the user, with the first rule they break.
    pub fn rehydrate(parts: SessionParts) -> Result<Self, Corrupt> {
        let user = parts.user_id.uuid();
        let check = |holds, rule| Corrupt::unless(holds, AggregateType::User, user, rule);
        let distinct = parts.previous.is_none_or(|previous| !previous.matches(&parts.current));
        check(parts.id.timestamp() == Some(parts.created_at), "the start of a session is the time in its id")?;
        check(parts.created_at <= parts.used_at, "a session is not used before it begins")?;
        check(parts.created_at < parts.expires_at, "a session expires after it began")?;
        check(parts.revoked_at.is_none_or(|at| parts.used_at <= at), "a revoked session is not used")?;
        check(distinct, "a session has one current token")?;
        check(!parts.lost_reply_used || parts.previous.is_some(), "only the answer to a refresh can be lost")?;
        let SessionParts { id, tenant_id, user_id, current, previous, used_at, lost_reply_used, .. } = parts;
        let SessionParts { scope, created_at, expires_at, revoked_at, client, version, .. } = parts;
        Ok(Self {
            id,
            tenant_id,
            user_id,
            current,
            previous,
            used_at,
            lost_reply_used,
            scope,
            created_at,
            expires_at,
            revoked_at,
            client,
            version,
        })
    }

    /// The parts that [`Self::rehydrate`] takes.
    #[must_use]
    pub fn to_parts(&self) -> SessionParts {
        SessionParts {
            id: self.id,
            tenant_id: self.tenant_id,
            user_id: self.user_id,
            current: self.current,
            previous: self.previous,
            used_at: self.used_at,
            lost_reply_used: self.lost_reply_used,
            scope: self.scope,
            created_at: self.created_at,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
            client: self.client.clone(),
            version: self.version,
        }
    }
}
