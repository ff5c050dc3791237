//! The errors of domain and ports as errors of use cases. Pointers are those of the v1 bodies, which v2 shares.

use orderbase_kernel::InvalidCode;
use orderbase_orders::{CustomerError, MetadataFault, OrderError};
use orderbase_tenancy::{ApiKeyError, TenantError, UserError};

use super::{Error, Fault, Missing, Place, Taken, pointer_step};
use crate::changeset::BrokenChange;
use crate::ports::{HashersBusy, StorageError};

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Busy => Self::Overloaded,
            StorageError::Unavailable(source) => Self::Unavailable(source),
            StorageError::OutcomeUnknown(source) => Self::OutcomeUnknown(source),
            other => Self::internal(other),
        }
    }
}

impl From<HashersBusy> for Error {
    fn from(_: HashersBusy) -> Self {
        Self::Overloaded
    }
}

impl From<BrokenChange> for Error {
    fn from(error: BrokenChange) -> Self {
        Self::internal(error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

impl From<OrderError> for Error {
    fn from(error: OrderError) -> Self {
        let detail = error.to_string();
        match error {
            OrderError::InvalidTransition { from, attempted, allowed } => {
                Self::InvalidTransition { from, attempted, allowed }
            }
            OrderError::NotEditable { from } => Self::NotEditable { from },
            OrderError::EventLimit => Self::EventLimit,
            OrderError::TotalOutOfRange => {
                Self::OrderTotalOutOfRange { faults: vec![Fault::ruled("#/items", InvalidCode::OutOfRange, detail)] }
            }
            OrderError::LineTotalOutOfRange { index } => Self::OrderTotalOutOfRange {
                faults: vec![Fault::ruled(format!("#/items/{index}"), InvalidCode::OutOfRange, detail)],
            },
            OrderError::CurrencyMismatch { index } => Self::CurrencyMismatch {
                faults: vec![Fault::ruled(format!("#/items/{index}/unit_price"), InvalidCode::NotOneOf, detail)],
            },
            OrderError::CurrencyNotAllowed { .. } => {
                Self::invalid(Fault::ruled("#/currency", InvalidCode::CurrencyNotSupported, detail))
            }
            OrderError::NoItems => Self::invalid(Fault::ruled("#/items", InvalidCode::TooFew, detail)),
            OrderError::TooManyItems { max, current } => Self::QuotaReached {
                limit: "items_per_order",
                max: max as u64,
                current: current as u64,
                resets_at: None,
            },
            OrderError::Metadata(fault) => Self::MetadataLimit { faults: vec![metadata_fault(&fault)] },
            OrderError::CancelNoteRequired => Self::invalid(Fault::ruled("#/note", InvalidCode::Required, detail)),
            OrderError::CancelProcessingDenied => {
                Self::Denied { permission: orderbase_tenancy::Permission::OrdersCancelProcessing }
            }
            OrderError::NotV7 => Self::internal(error),
        }
    }
}

impl From<CustomerError> for Error {
    fn from(error: CustomerError) -> Self {
        match error {
            CustomerError::Anonymised => Self::CustomerAnonymised,
            CustomerError::Metadata(fault) => Self::MetadataLimit { faults: vec![metadata_fault(&fault)] },
            CustomerError::NotV7 => Self::internal(error),
        }
    }
}

impl From<TenantError> for Error {
    fn from(error: TenantError) -> Self {
        let detail = error.to_string();
        let at = |pointer: String, code| Self::invalid(Fault::ruled(pointer, code, detail));
        match error {
            TenantError::InvalidTransition { from, attempted, allowed } => {
                Self::TenantTransition { from, attempted, allowed }
            }
            TenantError::PurgeTooEarly { purge_after } => Self::PurgeTooEarly { purge_after },
            TenantError::LimitOutOfRange { limit, .. } => at(format!("#/{limit}"), InvalidCode::OutOfRange),
            TenantError::BurstAboveRate => at("#/burst".to_owned(), InvalidCode::OutOfRange),
            TenantError::ReservedSlug => at("#/slug".to_owned(), InvalidCode::NotServed),
            TenantError::TrialNeedsEnd => at("#/trial_ends_at".to_owned(), InvalidCode::Required),
            TenantError::NumberingFrozen => at("#/settings".to_owned(), InvalidCode::NotServed),
            TenantError::NotV7 => Self::internal(error),
        }
    }
}

impl From<ApiKeyError> for Error {
    fn from(error: ApiKeyError) -> Self {
        let detail = error.to_string();
        let at = |pointer: &str, code| Self::invalid(Fault::ruled(pointer, code, detail));
        match error {
            ApiKeyError::NoScopes => at("#/scopes", InvalidCode::TooFew),
            ApiKeyError::ScopeNotGrantable { .. } => at("#/scopes", InvalidCode::ScopeNotGrantable),
            ApiKeyError::ExpiryOutOfRange => at("#/expires_at", InvalidCode::OutOfRange),
            ApiKeyError::OverlapOutOfRange { .. } => at("#/overlap_secs", InvalidCode::OutOfRange),
            ApiKeyError::TooManyNetworks { .. } => at("#/ip_allowlist", InvalidCode::TooMany),
            ApiKeyError::Revoked => Self::KeyRevoked,
            ApiKeyError::NotV7 => Self::internal(error),
        }
    }
}

impl From<UserError> for Error {
    fn from(error: UserError) -> Self {
        match error {
            UserError::RoleAbove { .. } | UserError::OwnRole => Self::RoleOutOfReach,
            UserError::NotInvited => Self::NotFound(Missing::Invitation),
            UserError::AlreadyJoined => Self::Taken { taken: Taken::UserEmail, existing_id: None },
            UserError::NeverJoined => {
                let place = Place::Parameter("id".to_owned());
                let fault = Fault { place, code: InvalidCode::NotServed, detail: error.to_string(), hint: None };
                Self::invalid(fault.with_hint("invite the user again"))
            }
            UserError::NotV7 => Self::internal(error),
        }
    }
}

/// A fault of metadata at its place in a body's `metadata` member.
pub fn metadata_fault(fault: &MetadataFault) -> Fault {
    let mut pointer = String::from("#/metadata");
    for step in &fault.path {
        pointer_step(&mut pointer, step);
    }
    Fault::at(pointer, &fault.invalid)
}
