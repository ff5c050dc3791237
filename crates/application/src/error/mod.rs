//! What can go wrong in a use case, as data. Each variant has one [`Code`]; nothing here is text for clients.

mod code;
mod convert;
mod fault;

use orderbase_kernel::{ApiKeyId, TenantId, Timestamp, Version};
use orderbase_orders::{OrderStatus, Transition};
use orderbase_tenancy::{Access, Permission, TenantCommand, TenantStatus};
use uuid::Uuid;

pub use self::code::{Class, Code};
pub use self::convert::metadata_fault;
pub use self::fault::{Fault, Place, pointer_step};

/// The failure of a use case.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the credential lacks {}", permission.as_str())]
    Denied { permission: Permission },
    #[error("the tenant is {0:?}")]
    ReadOnly(Access),
    #[error("the credential is not accepted")]
    Unauthenticated,
    #[error("e-mail and password do not fit")]
    InvalidCredentials,
    #[error("the token has expired")]
    TokenExpired,
    #[error("the credential may not be used from this address")]
    AddressNotAllowed { tenant_id: TenantId, api_key_id: ApiKeyId },
    #[error("the bucket {policy} is empty")]
    Throttled { policy: &'static str, retry_after_secs: u64 },
    #[error("only a signed-in user has a session")]
    NoSession,
    /// Nobody acts on a role above the own, and nobody gives oneself another.
    #[error("the role is out of reach")]
    RoleOutOfReach,
    #[error("no active owner would remain")]
    LastOwner,
    #[error("the plan allows {max} of {limit}")]
    QuotaReached { limit: &'static str, max: u64, current: u64, resets_at: Option<Timestamp> },
    #[error("there is no such {}", .0.noun())]
    NotFound(Missing),
    #[error("{} does not follow {}", attempted.as_str(), from.as_str())]
    InvalidTransition { from: OrderStatus, attempted: Transition, allowed: &'static [Transition] },
    #[error("{attempted} does not follow {from}")]
    TenantTransition { from: TenantStatus, attempted: TenantCommand, allowed: &'static [TenantCommand] },
    #[error("purged from {purge_after} on, not before")]
    PurgeTooEarly { purge_after: Timestamp },
    #[error("not editable while {}", from.as_str())]
    NotEditable { from: OrderStatus },
    #[error("the order has all the events it may have")]
    EventLimit,
    #[error("the customer was anonymised")]
    CustomerAnonymised,
    /// Or expired: a key that opens nothing any more.
    #[error("the key is revoked or expired")]
    KeyRevoked,
    #[error("the customer is inactive")]
    CustomerInactive,
    #[error("{} belongs to another", .taken.as_str())]
    Taken { taken: Taken, existing_id: Option<Uuid> },
    #[error("version {} stands", current.get())]
    VersionConflict { current: Version },
    #[error("others changed it again and again")]
    WriteConflict,
    #[error("the idempotency key is at work")]
    IdempotencyInProgress,
    #[error("the idempotency key came with another request")]
    IdempotencyKeyReused,
    #[error("a line or the total is out of range")]
    OrderTotalOutOfRange { faults: Vec<Fault> },
    #[error("two currencies in one order")]
    CurrencyMismatch { faults: Vec<Fault> },
    #[error("the metadata would pass its limits")]
    MetadataLimit { faults: Vec<Fault> },
    #[error("invalid input")]
    Validation { faults: Vec<Fault> },
    #[error("too much to do")]
    Overloaded,
    #[error("a dependency does not answer")]
    Unavailable(#[source] Source),
    #[error("whether it took effect is unknown")]
    OutcomeUnknown(#[source] Source),
    #[error("internal")]
    Internal(#[source] Source),
}

/// The cause of a failure that is ours: for the log, never for a client.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// What was asked for and is not there, or not for this tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    Order,
    Customer,
    Event,
    Tenant,
    ApiKey,
    User,
    Invitation,
    Session,
    AuditEntry,
}

impl Missing {
    pub fn noun(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Customer => "customer",
            Self::Event => "event",
            Self::Tenant => "tenant",
            Self::ApiKey => "API key",
            Self::User => "user",
            Self::Invitation => "invitation",
            Self::Session => "session",
            Self::AuditEntry => "audit entry",
        }
    }
}

/// What may stand once per tenant (the slug: once at all).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    OrderExternalReference,
    CustomerExternalReference,
    CustomerEmail,
    TenantSlug,
    UserEmail,
}

impl Taken {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OrderExternalReference | Self::CustomerExternalReference => "external_reference",
            Self::CustomerEmail | Self::UserEmail => "email",
            Self::TenantSlug => "slug",
        }
    }
}

impl Error {
    pub fn internal(source: impl Into<Source>) -> Self {
        Self::Internal(source.into())
    }

    pub fn invalid(fault: Fault) -> Self {
        Self::Validation { faults: vec![fault] }
    }

    /// The one code of this failure. Exhaustive: a new variant has to choose.
    pub fn code(&self) -> Code {
        match self {
            Self::Denied { .. } | Self::RoleOutOfReach => Code::PermissionDenied,
            Self::ReadOnly(Access::TrialExpired) => Code::TrialExpired,
            Self::ReadOnly(Access::Closed) => Code::TenantClosed,
            Self::ReadOnly(Access::Suspended | Access::Writable) => Code::TenantSuspended,
            Self::Unauthenticated => Code::Unauthenticated,
            Self::InvalidCredentials => Code::InvalidCredentials,
            Self::TokenExpired => Code::TokenExpired,
            Self::AddressNotAllowed { .. } => Code::AddressNotAllowed,
            Self::Throttled { .. } => Code::RateLimited,
            Self::NoSession => Code::PermissionDenied,
            Self::LastOwner => Code::LastOwner,
            Self::QuotaReached { .. } => Code::PlanLimitReached,
            Self::NotFound(Missing::Order) => Code::OrderNotFound,
            Self::NotFound(Missing::Customer) => Code::CustomerNotFound,
            Self::NotFound(Missing::Event) => Code::EventNotFound,
            Self::NotFound(Missing::Tenant) => Code::TenantNotFound,
            Self::NotFound(Missing::ApiKey) => Code::ApiKeyNotFound,
            Self::NotFound(Missing::User) => Code::UserNotFound,
            Self::NotFound(Missing::Invitation) => Code::InvitationNotFound,
            Self::NotFound(Missing::Session) => Code::SessionNotFound,
            Self::NotFound(Missing::AuditEntry) => Code::AuditEntryNotFound,
            Self::InvalidTransition { .. } => Code::OrderInvalidTransition,
            Self::TenantTransition { .. } | Self::PurgeTooEarly { .. } => Code::TenantInvalidTransition,
            Self::NotEditable { .. } => Code::OrderNotEditable,
            Self::EventLimit => Code::OrderEventLimit,
            Self::CustomerAnonymised => Code::CustomerAnonymised,
            Self::KeyRevoked => Code::ApiKeyRevoked,
            Self::CustomerInactive => Code::CustomerInactive,
            Self::Taken { taken: Taken::OrderExternalReference | Taken::CustomerExternalReference, .. } => {
                Code::ExternalReferenceTaken
            }
            Self::Taken { taken: Taken::CustomerEmail, .. } => Code::CustomerEmailTaken,
            Self::Taken { taken: Taken::TenantSlug, .. } => Code::TenantSlugTaken,
            Self::Taken { taken: Taken::UserEmail, .. } => Code::UserEmailTaken,
            Self::VersionConflict { .. } => Code::VersionConflict,
            Self::WriteConflict => Code::WriteConflict,
            Self::IdempotencyInProgress => Code::IdempotencyInProgress,
            Self::IdempotencyKeyReused => Code::IdempotencyKeyReused,
            Self::OrderTotalOutOfRange { .. } => Code::OrderTotalOutOfRange,
            Self::CurrencyMismatch { .. } => Code::CurrencyMismatch,
            Self::MetadataLimit { .. } => Code::MetadataLimit,
            Self::Validation { .. } => Code::ValidationFailed,
            Self::Overloaded => Code::Overloaded,
            Self::Unavailable(_) => Code::DependencyUnavailable,
            Self::OutcomeUnknown(_) => Code::OutcomeUnknown,
            Self::Internal(_) => Code::InternalError,
        }
    }
}
