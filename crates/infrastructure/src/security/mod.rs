//! Keys and digests. Key material stays in this folder: what leaves it is a digest, never a key.

mod audit_notes;
mod digests;
mod envelope;
mod key_ring;
mod master_keys;
mod passwords;
pub(crate) mod random;
mod seals;
mod secret;
mod tokens;

pub use self::audit_notes::{AuditWriter, BufferedAuditNotes};
pub use self::digests::AwsLcDigests;
pub use self::envelope::{EnvelopeFault, Envelopes, Place};
pub use self::key_ring::{
    KeyPurpose, KeyRing, KeyState, Move, NoKey, RingEntry, RingError, RingKeeper, RingStore, RotationRefused, Step,
    StoredEntry,
};
pub use self::master_keys::{MasterKeyFault, MasterKeys};
pub use self::passwords::{ArgonOptions, ArgonPasswords, PasswordsFault};
pub use self::random::fill as fill_random;
pub use self::seals::{
    AuditSeal, ChainCheck, ChainReport, Counted, Difference, SealFault, SealKeys, Span, TrailDigest,
};
pub use self::secret::{Secret, equal};
pub use self::tokens::{JwtTokens, TokenAlgorithm, TokenOptions, TokensFault};
