//! JSON where it must not pass through floats or lose what was sent: metadata, and the canonical form for fingerprints.
//!
//! Both work on the text itself, so numbers stay as they were written and a duplicate member is seen.

mod canonical;
mod metadata;
mod raw;

pub use self::canonical::{DEPTH_MAX, Malformed, canonical};
pub use self::metadata::{read_metadata, read_metadata_patch};
