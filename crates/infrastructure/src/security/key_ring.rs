//! The keys that the server makes for itself (security.md rule 33), each purpose with its own: which one signs now, which are still
//! believed. What is read from the storage is a whole ring, taken over at once; a ring is never changed in place.

mod entry;
mod keeper;
mod plan;

pub(super) use self::entry::is_kid;
pub use self::entry::{KeyPurpose, KeyState, RingEntry, StoredEntry};
pub use self::keeper::{Move, RingError, RingKeeper, RingStore};
pub use self::plan::{RotationRefused, Step};

/// What is loaded of the ring. At most two entries of a purpose are live.
#[derive(Clone, Debug, Default)]
pub struct KeyRing {
    entries: Vec<RingEntry>,
}

/// The ring has no signing key for a purpose: it was not generated, or is being replaced at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key ring holds no key for {}", .0.as_str())]
pub struct NoKey(pub KeyPurpose);

impl KeyRing {
    #[must_use]
    pub fn new(entries: Vec<RingEntry>) -> Self {
        Self { entries }
    }

    /// A ring of fresh keys for every purpose, for tests and for who keeps no ring.
    #[must_use]
    pub fn generate(since: orderbase_kernel::Timestamp) -> Self {
        Self::new(
            KeyPurpose::ALL.iter().map(|purpose| RingEntry::generate(*purpose, KeyState::Signing, since)).collect(),
        )
    }

    #[must_use]
    pub fn entries(&self) -> &[RingEntry] {
        &self.entries
    }

    /// The key that signs, hashes or seals now.
    ///
    /// # Errors
    /// [`NoKey`].
    pub fn signing(&self, purpose: KeyPurpose) -> Result<&RingEntry, NoKey> {
        self.of(purpose).find(|entry| entry.state == KeyState::Signing).ok_or(NoKey(purpose))
    }

    /// All entries of a purpose, whatever their state: each of them verifies.
    pub fn of(&self, purpose: KeyPurpose) -> impl Iterator<Item = &RingEntry> {
        self.entries.iter().filter(move |entry| entry.purpose == purpose)
    }

    /// Those that verify but do not sign: not yet, or no more.
    pub fn others(&self, purpose: KeyPurpose) -> impl Iterator<Item = &RingEntry> {
        self.of(purpose).filter(|entry| entry.state != KeyState::Signing)
    }

    /// Purposes without a signing key.
    pub fn missing(&self) -> impl Iterator<Item = KeyPurpose> + '_ {
        KeyPurpose::ALL.iter().copied().filter(|purpose| self.signing(*purpose).is_err())
    }
}

#[cfg(test)]
mod tests;
