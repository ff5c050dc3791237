//! A real value of each failure, for the error pages and the examples of the OpenAPI document: what is shown is what is sent.

use actix_web::http::header::{ALLOW, HeaderValue};
use orderbase_application::error::pointer_step;
use orderbase_application::{Code, Error, Fault, Missing, Place, Taken};
use orderbase_kernel::{ApiKeyId, Bound, Invalid, InvalidCode, TenantId, Timestamp, Version};
use orderbase_orders::{OrderStatus, Transition};
use orderbase_tenancy::{Access, Permission, TenantCommand, TenantStatus};
use uuid::Uuid;

use super::{Member, Problem};
use crate::version::ApiVersion;

const EXISTING: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_00a1);

/// A failure with this code.
pub fn sample(code: Code) -> Problem {
    of_use_case(code).map_or_else(|| of_request(code), Into::into)
}

/// What use cases answer with, as their error.
fn of_use_case(code: Code) -> Option<Error> {
    Some(match code {
        Code::PermissionDenied => Error::Denied { permission: Permission::OrdersWrite },
        Code::InvalidCredentials => Error::InvalidCredentials,
        Code::TokenExpired => Error::TokenExpired,
        Code::AddressNotAllowed => Error::AddressNotAllowed {
            tenant_id: TenantId::from_uuid(Uuid::nil()),
            api_key_id: ApiKeyId::from_uuid(Uuid::nil()),
        },
        Code::RateLimited => Error::Throttled { policy: "login.account", retry_after_secs: 180 },
        Code::TenantSuspended => Error::ReadOnly(Access::Suspended),
        Code::TrialExpired => Error::ReadOnly(Access::TrialExpired),
        Code::TenantClosed => Error::ReadOnly(Access::Closed),
        Code::PlanLimitReached => Error::QuotaReached {
            limit: "orders_per_month",
            max: 1_000,
            current: 1_000,
            resets_at: Timestamp::parse("2026-02-01T00:00:00Z").ok(),
        },
        Code::OrderNotFound => Error::NotFound(Missing::Order),
        Code::CustomerNotFound => Error::NotFound(Missing::Customer),
        Code::EventNotFound => Error::NotFound(Missing::Event),
        Code::TenantNotFound => Error::NotFound(Missing::Tenant),
        Code::ApiKeyNotFound => Error::NotFound(Missing::ApiKey),
        Code::UserNotFound => Error::NotFound(Missing::User),
        Code::InvitationNotFound => Error::NotFound(Missing::Invitation),
        Code::SessionNotFound => Error::NotFound(Missing::Session),
        Code::AuditEntryNotFound => Error::NotFound(Missing::AuditEntry),
        Code::TenantInvalidTransition => Error::TenantTransition {
            from: TenantStatus::Closed,
            attempted: TenantCommand::Suspend,
            allowed: TenantStatus::Closed.allowed_commands(),
        },
        Code::OrderInvalidTransition => Error::InvalidTransition {
            from: OrderStatus::Completed,
            attempted: Transition::Cancel,
            allowed: OrderStatus::Completed.allowed_transitions(),
        },
        Code::OrderNotEditable => Error::NotEditable { from: OrderStatus::Confirmed },
        Code::OrderEventLimit => Error::EventLimit,
        Code::CustomerAnonymised => Error::CustomerAnonymised,
        Code::ApiKeyRevoked => Error::KeyRevoked,
        Code::CustomerInactive => Error::CustomerInactive,
        Code::ExternalReferenceTaken => taken(Taken::OrderExternalReference),
        Code::CustomerEmailTaken => taken(Taken::CustomerEmail),
        Code::TenantSlugTaken => taken(Taken::TenantSlug),
        Code::UserEmailTaken => taken(Taken::UserEmail),
        Code::LastOwner => Error::LastOwner,
        Code::WriteConflict => Error::WriteConflict,
        Code::IdempotencyInProgress => Error::IdempotencyInProgress,
        Code::IdempotencyKeyReused => Error::IdempotencyKeyReused,
        Code::VersionConflict => Error::VersionConflict { current: Version::FIRST.next() },
        Code::CurrencyMismatch => Error::CurrencyMismatch { faults: faults(code) },
        Code::OrderTotalOutOfRange => Error::OrderTotalOutOfRange { faults: faults(code) },
        Code::MetadataLimit => Error::MetadataLimit { faults: faults(code) },
        Code::Overloaded => Error::Overloaded,
        _ => return None,
    })
}

/// What is refused before a use case, or for a cause that has no words.
fn of_request(code: Code) -> Problem {
    let problem = Problem::new(code).faults(faults(code));
    match code {
        Code::MalformedRequest => problem.detail("The body is not JSON at line 1 column 14."),
        Code::UnknownVersion | Code::VersionRetired => {
            problem.member(Member::SupportedVersions, ApiVersion::ALL.map(ApiVersion::as_str).to_vec())
        }
        Code::MethodNotAllowed => problem.header(ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS")),
        Code::DependencyUnavailable => problem.member(Member::Checks, vec!["storage"]),
        _ => problem,
    }
}

fn faults(code: Code) -> Vec<Fault> {
    let amounts = Bound::Amount { min: "0.01", max: "99999999.99" };
    vec![match code {
        Code::ValidationFailed => at(&["items", "0", "quantity"], &Invalid::range(1, 1_000_000)),
        Code::CurrencyMismatch => at(&["items", "1", "unit_price"], &Invalid::not_one_of(&["USD"])),
        Code::OrderTotalOutOfRange => at(&["items"], &Invalid::new(InvalidCode::OutOfRange, amounts)),
        Code::MetadataLimit => at(&["metadata"], &Invalid::new(InvalidCode::TooMany, Bound::Count { min: 0, max: 50 })),
        Code::InvalidParameter => parameter("limit", Invalid::pattern("a whole number")),
        Code::UnknownParameter => {
            parameter("limit", Invalid::plain(InvalidCode::UnknownField)).with_hint("Did you mean limit?")
        }
        Code::InvalidHeader => Fault::new(Place::Header("If-Match"), &Invalid::pattern("a list of entity tags, or *")),
        _ => return Vec::new(),
    }]
}

fn taken(taken: Taken) -> Error {
    Error::Taken { taken, existing_id: Some(EXISTING) }
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
