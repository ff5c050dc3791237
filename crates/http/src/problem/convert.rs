//! The errors of use cases as problems. Exhaustive: a new variant has to say which members it shows.

use actix_web::http::header::{ETAG, HeaderValue, WWW_AUTHENTICATE};
use orderbase_application::Error;

use super::{Member, Problem};
use crate::etag;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let problem = Self::new(error.code());
        match error {
            Error::Denied { permission } => {
                let challenge =
                    format!(r#"Bearer realm="orderbase", error="insufficient_scope", scope="{}""#, permission.as_str());
                let problem = problem
                    .detail(format!("The credential lacks the permission {}.", permission.as_str()))
                    .member(Member::Permission, permission.as_str());
                match HeaderValue::try_from(challenge) {
                    Ok(challenge) => problem.header(WWW_AUTHENTICATE, challenge),
                    Err(_) => problem,
                }
            }
            Error::Unauthenticated => Self::bad_credential(),
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
                .member(Member::From, from.as_str())
                .member(Member::Attempted, attempted.as_str())
                .member(Member::Allowed, allowed.iter().map(|transition| transition.as_str()).collect::<Vec<_>>()),
            Error::TenantTransition { from, attempted, allowed } => problem
                .detail(format!("The tenant is {from}: {attempted} does not follow."))
                .member(Member::From, from.to_string())
                .member(Member::Attempted, attempted.to_string())
                .member(Member::Allowed, allowed.iter().map(ToString::to_string).collect::<Vec<_>>()),
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
