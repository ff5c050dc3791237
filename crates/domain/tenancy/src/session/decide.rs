//! The rules of refreshing: a pure function looks at a session and a token and says what came of it. Two callers who read the same
//! version decide the same; the store keeps one of them and sends the other to decide again.

use orderbase_kernel::{SessionId, TenantId, Timestamp, UserId, Version};

use super::{Session, SessionClient};
use crate::{PermissionSet, TokenHash};

/// How long a session lives without being refreshed, and how long after a refresh its answer may have been lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshRules {
    pub idle_secs: u32,
    pub grace_secs: u32,
}

impl Default for RefreshRules {
    /// 14 days and 60 seconds.
    fn default() -> Self {
        Self { idle_secs: 14 * 24 * 60 * 60, grace_secs: 60 }
    }
}

/// A new session. Its creation time is the one in `id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeginSession {
    pub id: SessionId,
    pub tenant_id: TenantId,
    pub user_id: UserId,
    /// The digest of its first refresh token.
    pub current: TokenHash,
    /// All permissions: no narrowing.
    pub scope: PermissionSet,
    pub client: SessionClient,
    /// The end of the family after its beginning; 0 counts as 1.
    pub family_secs: u32,
}

/// What came of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refreshed {
    /// It was the current one; the new one is now.
    Rotated,
    /// It was used up a moment ago and its answer is said to be lost: the token of that answer is dead, the new one is current.
    LostReply,
    /// It was used up or replaced before: somebody has a copy. The session is revoked by this.
    Reused,
    /// The session had ended; nothing changed.
    Dead,
}

/// Why no session was begun.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// The id carries no time: a fault of the generator, not of the caller.
    #[error("the id must be a UUID of version 7")]
    NotV7,
}

impl Session {
    /// Begins a session: version 1.
    ///
    /// # Errors
    /// `NotV7`.
    pub fn begin(command: BeginSession) -> Result<Self, SessionError> {
        let BeginSession { id, tenant_id, user_id, current, scope, client, family_secs } = command;
        let created_at = id.timestamp().ok_or(SessionError::NotV7)?;
        Ok(Self {
            id,
            tenant_id,
            user_id,
            current,
            previous: None,
            used_at: created_at,
            lost_reply_used: false,
            scope,
            created_at,
            expires_at: created_at.plus_millis(i64::from(family_secs.max(1)) * 1_000),
            revoked_at: None,
            client,
            version: Version::FIRST,
        })
    }

    /// Refreshes by the token whose digest is `sent`; `new` is that of the token to hand out. `Rotated`, `LostReply` and `Reused` are
    /// changes to be kept before anything is answered.
    pub fn refresh(&mut self, sent: &TokenHash, new: TokenHash, now: Timestamp, rules: &RefreshRules) -> Refreshed {
        if !self.is_live(now, rules) {
            return Refreshed::Dead;
        }
        // Both are compared, whatever the first says.
        let is_current = self.current.matches(sent);
        let is_previous = self.previous.is_some_and(|previous| previous.matches(sent));
        let grace_end = self.used_at.plus_millis(i64::from(rules.grace_secs) * 1_000);
        self.version = self.version.next();
        if is_current {
            self.previous = Some(self.current);
            self.current = new;
            self.used_at = now.later(self.used_at);
            self.lost_reply_used = false;
            Refreshed::Rotated
        } else if is_previous && now <= grace_end && !self.lost_reply_used {
            self.current = new;
            self.lost_reply_used = true;
            Refreshed::LostReply
        } else {
            self.revoked_at = Some(now.later(self.used_at));
            Refreshed::Reused
        }
    }

    /// Ends the session; `false`, and no change, if it was revoked.
    pub fn end(&mut self, now: Timestamp) -> bool {
        if self.revoked_at.is_some() {
            return false;
        }
        self.revoked_at = Some(now.later(self.used_at));
        self.version = self.version.next();
        true
    }
}
