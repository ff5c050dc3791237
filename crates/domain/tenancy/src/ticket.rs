//! A ticket: what lets somebody without a password set one, once. Its text is shown to who asked for it; a ticket lies beside the user.

use std::fmt;

use orderbase_kernel::{Invalid, TenantId, Timestamp, UserId};

use crate::TokenHash;

/// What a ticket is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TicketPurpose {
    Invitation,
    PasswordReset,
}

impl TicketPurpose {
    pub const ALL: [Self; 2] = [Self::Invitation, Self::PasswordReset];
    pub const TEXTS: &'static [&'static str] = &["invitation", "password_reset"];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
        }
    }

    /// # Errors
    /// `not_one_of`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text).ok_or(Invalid::not_one_of(Self::TEXTS))
    }

    /// How long such a ticket lives: 7 days, 1 hour.
    #[must_use]
    pub const fn life_secs(self) -> u32 {
        match self {
            Self::Invitation => 7 * 24 * 60 * 60,
            Self::PasswordReset => 60 * 60,
        }
    }
}

impl fmt::Display for TicketPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A ticket as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub hash: TokenHash,
    pub tenant_id: TenantId,
    pub user_id: UserId,
    pub purpose: TicketPurpose,
    /// From this instant on it opens nothing.
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

impl Ticket {
    /// A new ticket, with the life of its purpose.
    #[must_use]
    pub fn issue(
        hash: TokenHash,
        tenant_id: TenantId,
        user_id: UserId,
        purpose: TicketPurpose,
        now: Timestamp,
    ) -> Self {
        let expires_at = now.plus_millis(i64::from(purpose.life_secs()) * 1_000);
        Self { hash, tenant_id, user_id, purpose, expires_at, used_at: None }
    }

    /// Neither used nor expired.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }

    /// Uses the ticket up for a purpose; `false`, and no change, if it is another's, used or expired. That only one of two callers
    /// keeps the change is the store's promise.
    #[must_use]
    pub fn redeem(&mut self, purpose: TicketPurpose, now: Timestamp) -> bool {
        let good = self.purpose == purpose && self.is_live(now);
        if good {
            self.used_at = Some(now);
        }
        good
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_768_478_400_000 + millis).unwrap()
    }

    fn ticket(purpose: TicketPurpose) -> Ticket {
        let (tenant, user) = (TenantId::lowest_at(at(0)), UserId::lowest_at(at(0)));
        Ticket::issue(TokenHash::from_bytes([1; 32]), tenant, user, purpose, at(0))
    }

    #[test]
    fn a_ticket_is_good_once_for_its_purpose_and_its_life() {
        let lives = [(TicketPurpose::Invitation, 604_800_000), (TicketPurpose::PasswordReset, 3_600_000)];
        for (purpose, life) in lives {
            for other in TicketPurpose::ALL {
                for (millis, alive) in [(0, true), (life - 1, true), (life, false), (life + 1, false)] {
                    let fresh = ticket(purpose);
                    let mut used = fresh.clone();
                    let good = alive && other == purpose;
                    assert_eq!(used.redeem(other, at(millis)), good, "{purpose} {other} {millis}");
                    assert_eq!(used, Ticket { used_at: good.then(|| at(millis)), ..fresh });
                    assert_eq!(used.is_live(at(0)), !good);
                    assert!(!good || !used.redeem(purpose, at(millis)), "twice: {purpose}");
                }
            }
        }
    }

    #[test]
    fn purposes_are_read_back() {
        for (purpose, text) in TicketPurpose::ALL.into_iter().zip(TicketPurpose::TEXTS) {
            assert_eq!((TicketPurpose::parse(text), purpose.to_string().as_str()), (Ok(purpose), *text));
        }
        assert!(TicketPurpose::parse("reset").is_err());
    }
}
