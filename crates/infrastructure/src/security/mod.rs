//! Keys and digests. Key material stays in this folder: what leaves it is a digest, never a key.

mod digests;
mod master_keys;
pub(crate) mod random;
mod secret;

pub use self::digests::AwsLcDigests;
pub use self::master_keys::{MasterKeyFault, MasterKeys};
pub use self::secret::{Secret, equal};
