//! A real value of each failure, for the error pages and the examples of the OpenAPI document: what is shown is what is sent.

use actix_web::http::header::{ALLOW, HeaderValue};
use orderbase_application::error::pointer_step;
use orderbase_application::{Code, Error, Fault, Missing, Place, Taken};
use orderbase_kernel::{Bound, Invalid, InvalidCode, Timestamp, Version};
use orderbase_orders::{OrderStatus, Transition};
use orderbase_tenancy::{Access, Permission, TenantCommand, TenantStatus};
use uuid::Uuid;

use super::{Member, Problem};

const EXISTING: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_00a1);

/// A failure with this code. Exhaustive: a new code needs one.
pub fn sample(code: Code) -> Problem {
    match code {
        Code::PermissionDenied => Error::Denied { permission: Permission::OrdersWrite }.into(),
        Code::TenantSuspended => Error::ReadOnly(Access::Suspended).into(),
        Code::TrialExpired => Error::ReadOnly(Access::TrialExpired).into(),
        Code::TenantClosed => Error::ReadOnly(Access::Closed).into(),
        Code::PlanLimitReached => Error::QuotaReached {
            limit: "orders_per_month",
            max: 1_000,
            current: 1_000,
            resets_at: Timestamp::parse("2026-02-01T00:00:00Z").ok(),
        }
        .into(),
        Code::OrderNotFound => Error::NotFound(Missing::Order).into(),
        Code::CustomerNotFound => Error::NotFound(Missing::Customer).into(),
        Code::EventNotFound => Error::NotFound(Missing::Event).into(),
        Code::TenantNotFound => Error::NotFound(Missing::Tenant).into(),
        Code::ApiKeyNotFound => Error::NotFound(Missing::ApiKey).into(),
        Code::TenantInvalidTransition => Error::TenantTransition {
            from: TenantStatus::Closed,
            attempted: TenantCommand::Suspend,
            allowed: TenantStatus::Closed.allowed_commands(),
        }
        .into(),
        Code::OrderInvalidTransition => Error::InvalidTransition {
            from: OrderStatus::Completed,
            attempted: Transition::Cancel,
            allowed: OrderStatus::Completed.allowed_transitions(),
        }
        .into(),
        Code::OrderNotEditable => Error::NotEditable { from: OrderStatus::Confirmed }.into(),
        Code::OrderEventLimit => Error::EventLimit.into(),
        Code::CustomerAnonymised => Error::CustomerAnonymised.into(),
        Code::CustomerInactive => Error::CustomerInactive.into(),
        Code::ExternalReferenceTaken => taken(Taken::ExternalReference),
        Code::CustomerEmailTaken => taken(Taken::CustomerEmail),
        Code::TenantSlugTaken => taken(Taken::TenantSlug),
        Code::WriteConflict => Error::WriteConflict.into(),
        Code::IdempotencyInProgress => Error::IdempotencyInProgress.into(),
        Code::IdempotencyKeyReused => Error::IdempotencyKeyReused.into(),
        Code::VersionConflict => Error::VersionConflict { current: Version::FIRST.next() }.into(),
        Code::CurrencyMismatch => {
            let fault = at(&["items", "1", "unit_price"], &Invalid::not_one_of(&["USD"]));
            Error::CurrencyMismatch { faults: vec![fault] }.into()
        }
        Code::OrderTotalOutOfRange => {
            let bound = Bound::Amount { min: "0.01", max: "99999999.99" };
            let fault = at(&["items"], &Invalid::new(InvalidCode::OutOfRange, bound));
            Error::OrderTotalOutOfRange { faults: vec![fault] }.into()
        }
        Code::MetadataLimit => {
            let bound = Bound::Count { min: 0, max: 50 };
            let fault = at(&["metadata"], &Invalid::new(InvalidCode::TooMany, bound));
            Error::MetadataLimit { faults: vec![fault] }.into()
        }
        Code::ValidationFailed => {
            Problem::invalid(vec![at(&["items", "0", "quantity"], &Invalid::range(1, 1_000_000))])
        }
        Code::Overloaded => Error::Overloaded.into(),
        Code::MalformedRequest => Problem::new(code).detail("The body is not JSON at line 1 column 14."),
        Code::InvalidParameter => Problem::new(code).fault(parameter("limit", Invalid::pattern("a whole number"))),
        Code::UnknownParameter => {
            let fault = parameter("limit", Invalid::plain(InvalidCode::UnknownField)).with_hint("Did you mean limit?");
            Problem::new(code).fault(fault)
        }
        Code::InvalidHeader => {
            let invalid = Invalid::pattern("a list of entity tags, or *");
            Problem::new(code).fault(Fault::new(Place::Header("If-Match"), &invalid))
        }
        Code::UnknownVersion => Problem::new(code).member(Member::SupportedVersions, vec!["1"]),
        Code::MethodNotAllowed => Problem::new(code).header(ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS")),
        Code::DependencyUnavailable => Problem::new(code).member(Member::Checks, vec!["storage"]),
        Code::InvalidCursor
        | Code::AmbiguousCredentials
        | Code::Unauthenticated
        | Code::RouteNotFound
        | Code::ErrorCodeNotFound
        | Code::NotAcceptable
        | Code::RequestTimeout
        | Code::BodyTooLarge
        | Code::UriTooLong
        | Code::UnsupportedMediaType
        | Code::PreconditionRequired
        | Code::HeaderFieldsTooLarge
        | Code::InternalError
        | Code::DeadlineExceeded
        | Code::OutcomeUnknown => Problem::new(code),
    }
}

fn taken(taken: Taken) -> Problem {
    Error::Taken { taken, existing_id: Some(EXISTING) }.into()
}

fn at(steps: &[&str], invalid: &Invalid) -> Fault {
    let mut pointer = String::from("#");
    for step in steps {
        pointer_step(&mut pointer, step);
    }
    Fault::at(pointer, invalid)
}

fn parameter(name: &str, invalid: Invalid) -> Fault {
    Fault::new(Place::Parameter(name.to_owned()), &invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sample_has_its_code() {
        for code in Code::ALL {
            assert_eq!(sample(*code).code(), *code);
        }
    }
}
