//! Why a command on a tenant was refused. A refused command changes nothing.

use orderbase_kernel::Timestamp;

use crate::{TenantCommand, TenantStatus};

/// The refusals of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TenantError {
    #[error("a tenant that is {from} does not allow {attempted}")]
    InvalidTransition { from: TenantStatus, attempted: TenantCommand, allowed: &'static [TenantCommand] },
    #[error("a closed tenant may be purged from {purge_after} on")]
    PurgeTooEarly { purge_after: Timestamp },
    #[error("{limit} must be between {min} and {max}")]
    LimitOutOfRange { limit: &'static str, min: u64, max: u64 },
    #[error("burst must not exceed requests_per_minute")]
    BurstAboveRate,
    #[error("slugs that begin with purged- are for tenants that were purged")]
    ReservedSlug,
    #[error("a tenant on trial needs an end of the trial")]
    TrialNeedsEnd,
    #[error("prefix and first number cannot be changed once there is an order")]
    NumberingFrozen,
    /// The id carries no time: a fault of the generator, not of the caller.
    #[error("the id must be a UUID of version 7")]
    NotV7,
}
