//! Seals over the audit trail (ADR 0013): what a row is as bytes, what a seal signs, and what is wrong with a chain of them. Reads no
//! row and asks no clock; `sql/seals` does.

mod chain;
mod digest;
mod keys;

pub use self::chain::{ChainCheck, ChainReport, Difference, SealFault};
pub use self::digest::{Counted, TrailDigest};
pub use self::keys::SealKeys;

use orderbase_kernel::TenantId;

/// In front of everything that is signed, so that no other signature under the key can be taken for one of a seal.
const DOMAIN: &[u8] = b"orderbase/audit_seal/1";

/// What the first seal of a tenant names as the signature before it.
const NOTHING_BEFORE: [u8; 32] = [0; 32];

/// The rows that a seal covers, by when they were recorded: milliseconds since 1970, by the database's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Exclusive; `None` for the tenant's beginning.
    pub after: Option<i64>,
    /// Inclusive.
    pub upto: i64,
}

/// A seal: all rows of a tenant that were recorded behind the seal before it and up to `upto`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditSeal {
    pub tenant_id: TenantId,
    /// From 1, without gaps.
    pub seq: u64,
    /// Milliseconds since 1970, by the database's clock.
    pub upto: i64,
    /// The rows and what they hold.
    pub counted: Counted,
    /// The signature of the seal before.
    pub previous: [u8; 32],
    /// The key of the ring that signed.
    pub kid: String,
    pub signature: [u8; 32],
}

impl AuditSeal {
    /// What is signed. Every part has a fixed length.
    fn message(&self) -> Vec<u8> {
        let mut bytes = DOMAIN.to_vec();
        bytes.extend_from_slice(self.tenant_id.uuid().as_bytes());
        bytes.extend_from_slice(&self.seq.to_be_bytes());
        bytes.extend_from_slice(&self.upto.to_be_bytes());
        bytes.extend_from_slice(&self.counted.count.to_be_bytes());
        bytes.extend_from_slice(&self.counted.sha256);
        bytes.extend_from_slice(&self.previous);
        bytes
    }
}

#[cfg(test)]
mod tests;
