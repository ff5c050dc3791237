//! When a key changes its state: a pure function of the ring and the present. It plans; `keeper` does.
//!
//! | purpose | published | retired |
//! |---|---|---|
//! | `jwt` | 10 min | 30 min, or as long as a token lives and one minute if that is longer |
//! | `cursor` | 1 min | 1 min: its cursors end with it, and a list is begun anew |
//! | `throttle` | 1 min | 1 min: what was counted under it, and no more since, is forgotten with it |
//! | `api_key_pepper`, `password_pepper` | 1 min | until no row names it, so a rotation ends by hand: `orderbase keys retire` |
//! | `audit_seal` | 1 min | as long as seals of it are to be checked, so a rotation ends by hand: `orderbase keys retire` |
//!
//! One minute is twice as long as an instance needs to read a ring again.

use orderbase_kernel::Timestamp;

use super::{KeyPurpose, KeyRing, KeyState, RingEntry};

const MINUTE_SECS: i64 = 60;
const JWT_PUBLISHED_SECS: i64 = 600;
const JWT_RETIRED_SECS: i64 = 1_800;
const JWT_RENEWED_SECS: i64 = 90 * 86_400;

/// One thing to be done to the ring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A new key, published.
    Publish(KeyPurpose),
    /// The published key signs from now on; the one that signed is retired.
    Sign { purpose: KeyPurpose, published: String, signing: Option<String> },
    /// The retired key goes.
    Delete { purpose: KeyPurpose, retired: String },
}

/// Why a rotation does not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RotationRefused {
    #[error("a rotation of {} is under way: a key of it is published or retired{}", .0.as_str(), way_out(*.0))]
    UnderWay(KeyPurpose),
    /// An instance may not have read that the next one signs.
    #[error("a key of {} was retired less than a minute ago: a server may still use it", .0.as_str())]
    TooSoon(KeyPurpose),
    /// What was made with the key could not be verified any more, and cannot be made again.
    #[error("a key of {} cannot go at once: what it made would be worthless", .0.as_str())]
    NotAtOnce(KeyPurpose),
}

fn way_out(purpose: KeyPurpose) -> String {
    match purpose {
        KeyPurpose::ApiKeyPepper | KeyPurpose::PasswordPepper | KeyPurpose::AuditSeal => {
            format!("; `orderbase keys retire {}` ends it once one is retired", purpose.as_str())
        }
        KeyPurpose::Jwt | KeyPurpose::Cursor | KeyPurpose::Throttle => String::new(),
    }
}

fn published_secs(purpose: KeyPurpose) -> i64 {
    if purpose == KeyPurpose::Jwt { JWT_PUBLISHED_SECS } else { MINUTE_SECS }
}

/// `None`: until somebody deletes it.
fn retired_secs(purpose: KeyPurpose, access_token_secs: u32) -> Option<i64> {
    match purpose {
        KeyPurpose::Jwt => Some(JWT_RETIRED_SECS.max(i64::from(access_token_secs) + MINUTE_SECS)),
        KeyPurpose::Cursor | KeyPurpose::Throttle => Some(MINUTE_SECS),
        KeyPurpose::ApiKeyPepper | KeyPurpose::PasswordPepper | KeyPurpose::AuditSeal => None,
    }
}

impl KeyRing {
    /// What is due, in the order in which it is to be done.
    #[must_use]
    pub fn due(&self, now: Timestamp, access_token_secs: u32) -> Vec<Step> {
        KeyPurpose::ALL.iter().filter_map(|purpose| self.due_of(*purpose, now, access_token_secs)).collect()
    }

    /// At most one step of a purpose at a time, so that no state is ever held twice.
    fn due_of(&self, purpose: KeyPurpose, now: Timestamp, access_token_secs: u32) -> Option<Step> {
        if let Some(retired) = self.in_state(purpose, KeyState::Retired) {
            let due = retired_secs(purpose, access_token_secs).is_some_and(|secs| has_been(retired, secs, now));
            return due.then(|| Step::Delete { purpose, retired: retired.kid.clone() });
        }
        let signing = self.in_state(purpose, KeyState::Signing);
        if let Some(published) = self.in_state(purpose, KeyState::Published) {
            let step = || Step::Sign {
                purpose,
                published: published.kid.clone(),
                signing: signing.map(|entry| entry.kid.clone()),
            };
            return has_been(published, published_secs(purpose), now).then(step);
        }
        let old = purpose == KeyPurpose::Jwt && signing.is_some_and(|entry| has_been(entry, JWT_RENEWED_SECS, now));
        old.then_some(Step::Publish(purpose))
    }

    /// Whether a rotation may begin: not while one is under way, for at most two keys of a purpose are live.
    ///
    /// # Errors
    /// [`RotationRefused::UnderWay`].
    pub fn may_rotate(&self, purpose: KeyPurpose) -> Result<(), RotationRefused> {
        if self.others(purpose).next().is_some() { Err(RotationRefused::UnderWay(purpose)) } else { Ok(()) }
    }

    /// The key of the purpose that signs nothing more, and since when no instance makes anything with it: a minute after it was retired.
    ///
    /// # Errors
    /// [`RotationRefused::TooSoon`] within that minute.
    pub fn retired(
        &self,
        purpose: KeyPurpose,
        now: Timestamp,
    ) -> Result<Option<(&RingEntry, Timestamp)>, RotationRefused> {
        let Some(entry) = self.in_state(purpose, KeyState::Retired) else { return Ok(None) };
        if !has_been(entry, MINUTE_SECS, now) {
            return Err(RotationRefused::TooSoon(purpose));
        }
        Ok(Some((entry, entry.since.plus_millis(MINUTE_SECS * 1_000))))
    }

    fn in_state(&self, purpose: KeyPurpose, state: KeyState) -> Option<&RingEntry> {
        self.of(purpose).find(|entry| entry.state == state)
    }
}

impl KeyPurpose {
    /// Whether its keys may be replaced without a transition: tokens and cursors are got again, hashes and seals are not.
    ///
    /// # Errors
    /// [`RotationRefused::NotAtOnce`].
    pub fn may_go_at_once(self) -> Result<(), RotationRefused> {
        match self {
            Self::Jwt | Self::Cursor | Self::Throttle => Ok(()),
            Self::ApiKeyPepper | Self::PasswordPepper | Self::AuditSeal => Err(RotationRefused::NotAtOnce(self)),
        }
    }
}

fn has_been(entry: &RingEntry, secs: i64, now: Timestamp) -> bool {
    now >= entry.since.plus_millis(secs.saturating_mul(1_000))
}
