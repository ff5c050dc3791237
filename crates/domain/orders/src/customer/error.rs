//! Why a command on a customer was refused. A refused command changes nothing.

use crate::MetadataFault;

/// The refusals of a customer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CustomerError {
    #[error("the customer has been anonymised")]
    Anonymised,
    #[error(transparent)]
    Metadata(#[from] MetadataFault),
    /// The id carries no time: a fault of the generator, not of the caller.
    #[error("the id must be a UUID of version 7")]
    NotV7,
}
