//! Which limit metadata breaks, and where.

use std::fmt;

use orderbase_kernel::Invalid;

/// A broken limit. `path` leads from the object's root to the place: keys, and indexes in decimal; it is empty for the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataFault {
    pub path: Vec<String>,
    pub invalid: Invalid,
}

impl fmt::Display for MetadataFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys are the caller's text, so the sentence leaves them to `path`.
        write!(f, "metadata {}", self.invalid)
    }
}

impl std::error::Error for MetadataFault {}
