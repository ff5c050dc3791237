//! Each code of the application has a failure that leads to it, and each failure its code.

use std::collections::BTreeSet;

use orderbase_application::ports::{HashersBusy, StorageError};
use orderbase_application::{Class, Code, Error, Fault, Missing, Taken};
use orderbase_kernel::{AggregateType, ApiKeyId, Corrupt, InvalidCode, TenantId, Uuid, Version};
use orderbase_orders::{CustomerError, MetadataFault, OrderError, OrderStatus, Transition};
use orderbase_tenancy::{Access, ApiKeyError, Permission, Role, TenantCommand, TenantError, TenantStatus, UserError};

fn fault() -> Vec<Fault> {
    vec![Fault::ruled("#/a", InvalidCode::Type, "detail")]
}

fn every_failure() -> Vec<(Error, Code)> {
    let mut failures = failures_of_domains();
    failures.extend(failures_of_use_cases());
    failures
}

fn failures_of_domains() -> Vec<(Error, Code)> {
    let metadata =
        || MetadataFault { path: vec!["a/b".into(), "~ü".into()], invalid: orderbase_kernel::Invalid::range(1, 2) };
    let permission = Permission::OrdersRead;
    vec![
        (
            OrderError::InvalidTransition { from: OrderStatus::Pending, attempted: Transition::Complete, allowed: &[] }
                .into(),
            Code::OrderInvalidTransition,
        ),
        (
            TenantError::InvalidTransition {
                from: TenantStatus::Closed,
                attempted: TenantCommand::Suspend,
                allowed: &[],
            }
            .into(),
            Code::TenantInvalidTransition,
        ),
        (OrderError::NotEditable { from: OrderStatus::Confirmed }.into(), Code::OrderNotEditable),
        (OrderError::EventLimit.into(), Code::OrderEventLimit),
        (OrderError::TotalOutOfRange.into(), Code::OrderTotalOutOfRange),
        (OrderError::LineTotalOutOfRange { index: 3 }.into(), Code::OrderTotalOutOfRange),
        (OrderError::CurrencyMismatch { index: 3 }.into(), Code::CurrencyMismatch),
        (OrderError::CurrencyNotAllowed { currency: orderbase_kernel::Currency::Usd }.into(), Code::ValidationFailed),
        (OrderError::NoItems.into(), Code::ValidationFailed),
        (OrderError::TooManyItems { max: 1, current: 2 }.into(), Code::PlanLimitReached),
        (OrderError::Metadata(metadata()).into(), Code::MetadataLimit),
        (OrderError::CancelNoteRequired.into(), Code::ValidationFailed),
        (OrderError::CancelProcessingDenied.into(), Code::PermissionDenied),
        (OrderError::NotV7.into(), Code::InternalError),
        (CustomerError::Anonymised.into(), Code::CustomerAnonymised),
        (CustomerError::Metadata(metadata()).into(), Code::MetadataLimit),
        (CustomerError::NotV7.into(), Code::InternalError),
        (TenantError::LimitOutOfRange { limit: "burst", min: 1, max: 2 }.into(), Code::ValidationFailed),
        (TenantError::BurstAboveRate.into(), Code::ValidationFailed),
        (TenantError::ReservedSlug.into(), Code::ValidationFailed),
        (TenantError::TrialNeedsEnd.into(), Code::ValidationFailed),
        (TenantError::NumberingFrozen.into(), Code::ValidationFailed),
        (TenantError::NotV7.into(), Code::InternalError),
        (ApiKeyError::NoScopes.into(), Code::ValidationFailed),
        (ApiKeyError::ScopeNotGrantable { scope: permission }.into(), Code::ValidationFailed),
        (ApiKeyError::ExpiryOutOfRange.into(), Code::ValidationFailed),
        (ApiKeyError::OverlapOutOfRange { max: 1 }.into(), Code::ValidationFailed),
        (ApiKeyError::TooManyNetworks { max: 1 }.into(), Code::ValidationFailed),
        (ApiKeyError::Revoked.into(), Code::ApiKeyRevoked),
        (ApiKeyError::NotV7.into(), Code::InternalError),
        (UserError::RoleAbove { role: Role::Owner }.into(), Code::PermissionDenied),
        (UserError::OwnRole.into(), Code::PermissionDenied),
        (UserError::NotInvited.into(), Code::InvitationNotFound),
        (UserError::AlreadyJoined.into(), Code::UserEmailTaken),
        (UserError::NeverJoined.into(), Code::ValidationFailed),
        (UserError::NotV7.into(), Code::InternalError),
        (HashersBusy.into(), Code::Overloaded),
    ]
}

fn failures_of_use_cases() -> Vec<(Error, Code)> {
    let permission = Permission::OrdersRead;
    let (tenant_id, api_key_id) = (TenantId::from_uuid(Uuid::nil()), ApiKeyId::from_uuid(Uuid::nil()));
    let corrupt = Corrupt { aggregate: AggregateType::Order, id: Uuid::nil(), rule: "rule" };
    vec![
        (Error::Denied { permission }, Code::PermissionDenied),
        (Error::RoleOutOfReach, Code::PermissionDenied),
        (Error::NoSession, Code::PermissionDenied),
        (Error::AddressNotAllowed { tenant_id, api_key_id }, Code::AddressNotAllowed),
        (Error::InvalidCredentials, Code::InvalidCredentials),
        (Error::TokenExpired, Code::TokenExpired),
        (Error::Throttled { policy: "login", retry_after_secs: 1 }, Code::RateLimited),
        (Error::LastOwner, Code::LastOwner),
        (Error::ReadOnly(Access::TrialExpired), Code::TrialExpired),
        (Error::ReadOnly(Access::Suspended), Code::TenantSuspended),
        (Error::ReadOnly(Access::Closed), Code::TenantClosed),
        (Error::Unauthenticated, Code::Unauthenticated),
        (Error::QuotaReached { limit: "customers", max: 1, current: 1, resets_at: None }, Code::PlanLimitReached),
        (Error::NotFound(Missing::Order), Code::OrderNotFound),
        (Error::NotFound(Missing::Customer), Code::CustomerNotFound),
        (Error::NotFound(Missing::Event), Code::EventNotFound),
        (Error::NotFound(Missing::Tenant), Code::TenantNotFound),
        (Error::NotFound(Missing::ApiKey), Code::ApiKeyNotFound),
        (Error::NotFound(Missing::User), Code::UserNotFound),
        (Error::NotFound(Missing::Invitation), Code::InvitationNotFound),
        (Error::NotFound(Missing::Session), Code::SessionNotFound),
        (Error::NotFound(Missing::AuditEntry), Code::AuditEntryNotFound),
        (Error::CustomerInactive, Code::CustomerInactive),
        (Error::Taken { taken: Taken::OrderExternalReference, existing_id: None }, Code::ExternalReferenceTaken),
        (Error::Taken { taken: Taken::CustomerExternalReference, existing_id: None }, Code::ExternalReferenceTaken),
        (Error::Taken { taken: Taken::CustomerEmail, existing_id: None }, Code::CustomerEmailTaken),
        (Error::Taken { taken: Taken::TenantSlug, existing_id: None }, Code::TenantSlugTaken),
        (Error::Taken { taken: Taken::UserEmail, existing_id: None }, Code::UserEmailTaken),
        (Error::VersionConflict { current: Version::FIRST }, Code::VersionConflict),
        (Error::WriteConflict, Code::WriteConflict),
        (Error::IdempotencyInProgress, Code::IdempotencyInProgress),
        (Error::IdempotencyKeyReused, Code::IdempotencyKeyReused),
        (Error::Validation { faults: fault() }, Code::ValidationFailed),
        (StorageError::Busy.into(), Code::Overloaded),
        (StorageError::Unavailable("x".into()).into(), Code::DependencyUnavailable),
        (StorageError::OutcomeUnknown("x".into()).into(), Code::OutcomeUnknown),
        (StorageError::Failed("x".into()).into(), Code::InternalError),
        (StorageError::Corrupt(corrupt).into(), Code::InternalError),
    ]
}

/// Codes that the wire alone can give rise to.
fn of_the_wire() -> BTreeSet<Code> {
    [
        Code::MalformedRequest,
        Code::InvalidParameter,
        Code::UnknownParameter,
        Code::InvalidHeader,
        Code::InvalidCursor,
        Code::UnknownVersion,
        Code::AmbiguousVersion,
        Code::VersionRetired,
        Code::AmbiguousCredentials,
        Code::RouteNotFound,
        Code::ErrorCodeNotFound,
        Code::MethodNotAllowed,
        Code::NotAcceptable,
        Code::RequestTimeout,
        Code::BodyTooLarge,
        Code::UriTooLong,
        Code::UnsupportedMediaType,
        Code::PreconditionRequired,
        Code::HeaderFieldsTooLarge,
        Code::DeadlineExceeded,
    ]
    .into()
}

#[test]
fn every_code_is_led_to() {
    let mut reached = of_the_wire();
    for (error, code) in every_failure() {
        assert_eq!(error.code(), code, "{error:?}");
        assert!(!of_the_wire().contains(&code), "{code:?} is not of the wire alone");
        reached.insert(code);
    }
    let all: BTreeSet<_> = Code::ALL.iter().copied().collect();
    assert_eq!(reached, all, "a code without a failure, or the other way round");
}

#[test]
fn bad_input_is_never_our_fault() {
    for (error, code) in every_failure() {
        let ours = matches!(code.class(), Class::Internal | Class::Unavailable);
        let storage_or_ids =
            matches!(error, Error::Overloaded | Error::Unavailable(_) | Error::OutcomeUnknown(_) | Error::Internal(_));
        assert_eq!(ours, storage_or_ids, "{error:?}");
    }
}

/// RFC 6901 §3 and §6: `~` and `/` are escaped, and what a fragment may not hold is percent-encoded.
#[test]
fn pointers_into_metadata_are_escaped() {
    let invalid = orderbase_kernel::Invalid::plain(InvalidCode::TooDeep);
    let fault = orderbase_application::error::metadata_fault(&MetadataFault {
        path: vec!["a/b".into(), "~".into(), "ü %".into(), "0".into()],
        invalid,
    });
    assert_eq!(fault.place, orderbase_application::Place::Pointer("#/metadata/a~1b/~0/%C3%BC%20%25/0".to_owned()));
}
