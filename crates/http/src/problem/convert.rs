//! The errors of use cases as problems. Exhaustive: a new variant has to say which members it shows.

use actix_web::http::header::ETAG;
use orderbase_application::Error;
use orderbase_tenancy::{TenantCommand, TenantStatus};

use super::{Challenge, Member, Problem};
use crate::etag;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let problem = Self::new(error.code());
        match error {
            Error::Denied { permission } => problem
                .detail(format!("The credential lacks the permission {}.", permission.as_str()))
                .member(Member::Permission, permission.as_str())
                .challenging(Challenge::Insufficient(Some(permission))),
            Error::NoSession => Self::wrong_caller("Only a signed-in user has sessions and a password."),
            Error::RoleOutOfReach => Self::wrong_caller("The role reaches no further than its own."),
            Error::Unauthenticated => Self::bad_credential(),
            Error::TokenExpired => Self::token_expired(),
            Error::Throttled { policy, retry_after_secs } => Self::throttled(policy, retry_after_secs),
            Error::QuotaReached { limit, max, current, resets_at } => {
                let problem = problem
                    .detail(format!("The plan allows {max} of {limit}."))
                    .member(Member::Limit, limit)
                    .member(Member::Max, max)
                    .member(Member::Current, current);
                match resets_at {
                    Some(at) => problem.member(Member::ResetsAt, at.to_string()),
                    None => problem,
                }
            }
            Error::InvalidTransition { from, attempted, allowed } => problem
                .detail(format!("The order is {}: {} does not follow.", from.as_str(), attempted.as_str()))
                .transition(from.as_str(), attempted.as_str(), allowed.iter().map(|allowed| allowed.as_str())),
            Error::TenantTransition { from, attempted, allowed } => problem
                .detail(format!("The tenant is {from}: {attempted} does not follow."))
                .transition(from.as_str(), attempted.as_str(), allowed.iter().map(|allowed| allowed.as_str())),
            Error::PurgeTooEarly { purge_after } => problem
                .detail(format!("A closed tenant may be purged 30 days later: this one from {purge_after} on."))
                .transition(TenantStatus::Closed.as_str(), TenantCommand::Purge.as_str(), []),
            Error::NotEditable { from } => problem
                .detail(format!("The order is {}: this can no longer be edited.", from.as_str()))
                .member(Member::From, from.as_str()),
            Error::Taken { taken: _, existing_id } => match existing_id {
                Some(id) => problem.member(Member::ExistingId, id.as_hyphenated().to_string()),
                None => problem,
            },
            Error::VersionConflict { current } => problem
                .detail(format!("Version {current} stands; read it again."))
                .member(Member::CurrentVersion, current.get())
                .header(ETAG, etag::of_version(current)),
            Error::OrderTotalOutOfRange { faults }
            | Error::CurrencyMismatch { faults }
            | Error::MetadataLimit { faults }
            | Error::Validation { faults } => problem.faults(faults),
            Error::Unavailable(source) | Error::OutcomeUnknown(source) | Error::Internal(source) => {
                problem.caused_by(source)
            }
            Error::ReadOnly(_)
            | Error::NotFound(_)
            | Error::InvalidCredentials
            | Error::AddressNotAllowed { .. }
            | Error::LastOwner
            | Error::EventLimit
            | Error::CustomerAnonymised
            | Error::KeyRevoked
            | Error::CustomerInactive
            | Error::WriteConflict
            | Error::IdempotencyInProgress
            | Error::IdempotencyKeyReused
            | Error::Overloaded => problem,
        }
    }
}

impl Problem {
    /// What was asked for does not follow from where it stands, and what would.
    fn transition(
        self,
        from: &'static str,
        attempted: &'static str,
        allowed: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        self.member(Member::From, from)
            .member(Member::Attempted, attempted)
            .member(Member::Allowed, allowed.into_iter().collect::<Vec<_>>())
    }
}
