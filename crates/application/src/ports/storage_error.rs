//! The one error of all storage ports.

use orderbase_kernel::Corrupt;

/// Why a storage port gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// A queue is full, a lock or a connection was not had in time; nothing was applied.
    #[error("the storage is busy")]
    Busy,
    /// The storage cannot be reached; nothing was applied.
    #[error("the storage is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// COMMIT was sent and its answer lost; it may have been applied.
    #[error("the outcome of the commit is unknown")]
    OutcomeUnknown(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A stored row breaks an invariant. An alarm, never repaired silently.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// The statement failed for a reason that is ours.
    #[error("the storage refused a statement")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}
